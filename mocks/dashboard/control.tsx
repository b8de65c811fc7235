import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, chooseWorld, queryOf } from './api.js';
import { Faults } from './faults.js';
import { useAsk, useDeed, useLive } from './hooks.js';
import { Card, Said, Section } from './parts.js';
import { startOver } from './store.js';

/** What can be made to happen: time, situations, disturbances, events, a fresh start. */
export function Control(): JSX.Element {
  return (
    <Section title="Control" lead="Make the state happen that your client must cope with.">
      <div class="card-grid">
        <Clock />
        <Scenarios />
        <Faults />
        <Trigger />
        <Worlds />
        <Reset />
      </div>
    </Section>
  );
}

const steps = ['1m', '1h', '6h', '1d'];

function Clock(): JSX.Element {
  const { now } = useLive();
  const deed = useDeed();
  const [by, setBy] = useState('');
  const [to, setTo] = useState('');
  const advance = (duration: string): void => {
    deed.run(`The clock went on by ${duration}.`, () =>
      ask('clock', { method: 'POST', body: { advance: duration } }),
    );
  };
  const set = (event: Event): void => {
    event.preventDefault();
    // The field has no zone of its own: it is read as UTC, as the clock is shown.
    const ahead = Date.parse(`${to}Z`) - Date.parse(now?.now ?? '');
    if (Number.isFinite(ahead) && ahead >= 0) advance(`${String(ahead)}ms`);
    else deed.run('', () => Promise.reject(new Error('the clock moves forward only')));
  };
  return (
    <Card title="Clock" note="Codes expire, challenges lapse, URLs run out. It moves forward only.">
      <p class="clock">{now === null ? '…' : now.now.replace('T', ' ').replace('Z', ' UTC')}</p>
      <div class="toolbar">
        {steps.map((step) => (
          <button
            key={step}
            type="button"
            class="button"
            aria-label={`Advance by ${step}`}
            onClick={() => {
              advance(step);
            }}
          >
            +{step}
          </button>
        ))}
      </div>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          advance(by.trim());
        }}
      >
        <label>
          By
          <input
            value={by}
            placeholder="359m"
            onInput={(event) => {
              setBy(event.currentTarget.value);
            }}
          />
        </label>
        <button type="submit" class="button">
          Advance
        </button>
      </form>
      <form class="line" onSubmit={set}>
        <label>
          To (UTC)
          <input
            type="datetime-local"
            step="1"
            value={to}
            onInput={(event) => {
              setTo(event.currentTarget.value);
            }}
          />
        </label>
        <button type="submit" class="button">
          Set
        </button>
      </form>
      <Said deed={deed} />
    </Card>
  );
}

interface Scenario {
  readonly system: string;
  readonly name: string;
  readonly title: string;
}

/** One system at a time: there are more than anybody reads at once. */
function Scenarios(): JSX.Element {
  const { now } = useLive();
  const { answer } = useAsk<{ scenarios: readonly Scenario[] }>('scenarios');
  const deed = useDeed();
  const [chosen, setChosen] = useState('');
  const system = chosen === '' ? (now?.systems[0] ?? '') : chosen;
  const scenarios = (answer?.scenarios ?? []).filter((entry) => entry.system === system);
  return (
    <Card title="Scenarios" note="Situations by name. A reset ends them.">
      <label>
        System
        <select
          aria-label="System"
          class="full"
          value={system}
          onChange={(event) => {
            setChosen(event.currentTarget.value);
          }}
        >
          {(now?.systems ?? []).map((slug) => (
            <option key={slug}>{slug}</option>
          ))}
        </select>
      </label>
      <ul class="plain" aria-label={`Scenarios of ${system}`}>
        {scenarios.map(({ name, title }) => (
          <li key={name} class="scenario">
            <div>
              <b class="break">{name}</b>
              <p class="muted">{title}</p>
            </div>
            <button
              type="button"
              class="button small"
              aria-label={`Make it so: ${name}`}
              onClick={() => {
                deed.run(`${system}: ${name} is now the case.`, () =>
                  ask('scenarios', { method: 'POST', body: { system, name } }),
                );
              }}
            >
              Make it so
            </button>
          </li>
        ))}
      </ul>
      <Said deed={deed} />
    </Card>
  );
}

const example =
  '{\n  "system": "quatrix",\n  "event": "file-deleted",\n  "affects": ["user@example.com"],\n  "data": [{ "id": "1" }]\n}';

function Trigger(): JSX.Element {
  const [text, setText] = useState(example);
  const deed = useDeed();
  return (
    <Card title="Trigger" note="Something of the outside, which the documents leave open.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          deed.run('It happened.', () => ask('trigger', { method: 'POST', body: text }));
        }}
      >
        <label>
          Event as JSON
          <textarea
            rows={6}
            value={text}
            spellcheck={false}
            onInput={(event) => {
              setText(event.currentTarget.value);
            }}
          />
        </label>
        <button type="submit" class="button">
          Trigger
        </button>
      </form>
      <Said deed={deed} />
    </Card>
  );
}

/** Looks at another world from now on. */
export function enterWorld(name: string | null): void {
  chooseWorld(name);
  startOver();
}

function Worlds(): JSX.Element {
  const { now } = useLive();
  const deed = useDeed();
  const [name, setName] = useState('');
  const worlds = now?.worlds ?? [];
  return (
    <Card
      title="Worlds"
      note="Isolated states: a request chooses one by the header X-Countersign-World, the cookie countersign-world or a sub-domain of localhost."
    >
      <ul class="plain">
        {worlds.map((world) => (
          <li key={world} class="scenario">
            <b class="break">{world}</b>
            <span class="toolbar">
              <button
                type="button"
                class="button small"
                aria-label={`Look at ${world}`}
                onClick={() => {
                  enterWorld(world);
                }}
              >
                Look
              </button>
              <button
                type="button"
                class="button small"
                aria-label={`Forget ${world}`}
                onClick={() => {
                  // A question in this world would make it anew.
                  if (now?.world === world) enterWorld(null);
                  deed.run(`${world} is forgotten.`, () =>
                    ask(`worlds${queryOf({ name: world })}`, { method: 'DELETE' }),
                  );
                }}
              >
                Forget
              </button>
            </span>
          </li>
        ))}
        {worlds.length === 0 ? <li class="muted">Only the main world.</li> : null}
      </ul>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          const world = name.trim().toLowerCase();
          deed.run(`${world} is there.`, async () => {
            await ask('clock', { world });
            enterWorld(world);
            setName('');
          });
        }}
      >
        <label>
          New world
          <input
            value={name}
            placeholder="alice"
            required
            onInput={(event) => {
              setName(event.currentTarget.value);
            }}
          />
        </label>
        <button type="submit" class="button">
          Begin
        </button>
      </form>
      <Said deed={deed} />
    </Card>
  );
}

function Reset(): JSX.Element {
  const { now } = useLive();
  const deed = useDeed();
  const [what, setWhat] = useState('');
  return (
    <Card title="Reset" note="Forgets the state of this world, or of one system in it.">
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          const path = what === '' ? 'reset' : `reset${queryOf({ system: what })}`;
          deed.run(`${what === '' ? 'The world' : what} is as new.`, () =>
            ask(path, { method: 'POST' }),
          );
        }}
      >
        <label>
          What
          <select
            aria-label="What is reset"
            value={what}
            onChange={(event) => {
              setWhat(event.currentTarget.value);
            }}
          >
            <option value="">All: state, inbox, traffic, faults</option>
            {(now?.systems ?? []).map((slug) => (
              <option key={slug} value={slug}>
                Only the state of {slug}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button is-danger">
          Reset
        </button>
      </form>
      <Said deed={deed} />
    </Card>
  );
}
