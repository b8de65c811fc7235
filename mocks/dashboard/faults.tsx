import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ActiveFault, FaultRule } from '../engine/faults.js';
import { ask, queryOf } from './api.js';
import { useAsk, useDeed, useLive } from './hooks.js';
import { Card, Said } from './parts.js';

interface EffectChoice {
  readonly label: string;
  /** Null where the effect takes no value. */
  readonly value: { readonly label: string; readonly initial: string } | null;
  read(text: string): object;
}

/** What a rule can do, in the order in which people ask for it. */
const effects: Readonly<Record<string, EffectChoice>> = {
  status: {
    label: 'answer with a status',
    value: { label: 'Status', initial: '503' },
    read: (text) => ({ status: Number(text) }),
  },
  delay: {
    label: 'answer late',
    value: { label: 'By', initial: '2s' },
    read: (text) => ({ delay: text }),
  },
  spread: {
    label: 'answer late, differently each time',
    value: { label: 'Median and 99th percentile', initial: '200ms, 2s' },
    read(text) {
      const [median = '', p99 = ''] = text.split(',').map((part) => part.trim());
      return { delay: { median, p99 } };
    },
  },
  dropRequest: {
    label: 'break before anything is done',
    value: null,
    read: () => ({ drop: 'request' }),
  },
  dropAnswer: { label: 'do it and lose the answer', value: null, read: () => ({ drop: 'answer' }) },
  truncate: {
    label: 'break inside the body',
    value: { label: 'After bytes', initial: '10' },
    read: (text) => ({ truncate: Number(text) }),
  },
  hang: { label: 'never answer', value: null, read: () => ({ hang: true }) },
  example: {
    label: 'answer with an example of the document',
    value: { label: 'Name', initial: '' },
    read: (text) => ({ example: text }),
  },
  resetAfter: {
    label: 'break a WebSocket',
    value: { label: 'After messages', initial: '1' },
    read: (text) => ({ resetAfter: Number(text) }),
  },
  reorder: {
    label: 'swap messages of a WebSocket or events of a long poll',
    value: null,
    read: () => ({ reorder: true }),
  },
};

/** The disturbances of this world: those that hold, and a form for another. */
export function Faults(): JSX.Element {
  const { now } = useLive();
  const deed = useDeed();
  const faults = now?.faults ?? [];
  return (
    <Card title="Faults" note="What goes wrong on purpose, by operation, by count or by chance.">
      <ul class="plain" aria-label="Rules that hold">
        {faults.map((fault) => (
          <li key={fault.rule.name} class="scenario">
            <div>
              <b class="break">{fault.rule.name}</b>
              <p class="muted break">{toldOf(fault)}</p>
            </div>
            <button
              type="button"
              class="button small"
              aria-label={`Remove ${fault.rule.name}`}
              onClick={() => {
                deed.run(`${fault.rule.name} no longer holds.`, () =>
                  ask(`faults${queryOf({ name: fault.rule.name })}`, { method: 'DELETE' }),
                );
              }}
            >
              Remove
            </button>
          </li>
        ))}
        {faults.length === 0 ? <li class="muted">All goes as it should.</li> : null}
      </ul>
      <NewFault
        add={(rule) => {
          deed.run('The rule holds from the next request on.', () =>
            ask('faults', { method: 'POST', body: rule }),
          );
        }}
      />
      <Said deed={deed} />
    </Card>
  );
}

function toldOf({ rule, seen, applied }: ActiveFault): string {
  const { name: _name, system, operation, ...rest } = rule satisfies FaultRule;
  const where = operation ?? system ?? 'every request';
  const what = Object.entries(rest).map(([key, value]) => `${key} ${valueText(value)}`);
  return `${where}: ${what.join(', ')} · met ${String(applied)} of ${String(seen)}`;
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).join(' ');
}

function NewFault({ add }: { readonly add: (rule: object) => void }): JSX.Element {
  const { answer } = useAsk<{ operations: Readonly<Record<string, readonly string[]>> }>('.');
  const [operation, setOperation] = useState('');
  const [kind, setKind] = useState('status');
  const [value, setValue] = useState(effects.status?.value?.initial ?? '');
  const [count, setCount] = useState('');
  const [chance, setChance] = useState('');
  const effect = effects[kind];
  const submit = (event: Event): void => {
    event.preventDefault();
    const [system = '', id = ''] = operation.split('/');
    add({
      ...(system === '' ? {} : { system }),
      ...(id === '' ? {} : { operation: id }),
      ...effect?.read(value.trim()),
      ...(count === '' ? {} : { count: Number(count) }),
      ...(chance === '' ? {} : { chance: Number(chance) / 100 }),
    });
  };
  return (
    <form class="form-grid" onSubmit={submit}>
      <label class="wide">
        For
        <select
          aria-label="Requests that it meets"
          value={operation}
          onChange={(event) => {
            setOperation(event.currentTarget.value);
          }}
        >
          <option value="">every request</option>
          {Object.entries(answer?.operations ?? {}).map(([system, ids]) => (
            <optgroup key={system} label={system}>
              <option value={system}>all of {system}</option>
              {ids.map((id) => (
                <option key={id} value={`${system}/${id}`}>
                  {id}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label class="wide">
        What
        <select
          aria-label="What it does"
          value={kind}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            setKind(chosen);
            setValue(effects[chosen]?.value?.initial ?? '');
          }}
        >
          {Object.entries(effects).map(([name, { label }]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {effect?.value === null || effect === undefined ? null : (
        <label>
          {effect.value.label}
          <input
            value={value}
            required
            onInput={(event) => {
              setValue(event.currentTarget.value);
            }}
          />
        </label>
      )}
      <label>
        How often
        <input
          type="number"
          min="1"
          placeholder="always"
          value={count}
          onInput={(event) => {
            setCount(event.currentTarget.value);
          }}
        />
      </label>
      <label>
        Chance in %
        <input
          type="number"
          min="0.1"
          max="100"
          step="any"
          placeholder="100"
          value={chance}
          onInput={(event) => {
            setChance(event.currentTarget.value);
          }}
        />
      </label>
      <button type="submit" class="button is-main">
        Add fault
      </button>
    </form>
  );
}
