import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { StateEntry, StateNode, StatePath, StateView } from '../engine/state-tree.js';
import { ask, queryOf } from './api.js';
import { useAsk, useDeed, useLive, type Deed } from './hooks.js';
import { Said, Section } from './parts.js';

/** The state of each system as a tree: opened level by level, its values changed in place. */
export function State({ chosen }: { readonly chosen: string | undefined }): JSX.Element {
  const { now } = useLive();
  const deed = useDeed();
  const systems = now?.systems ?? [];
  const system = chosen !== undefined && systems.includes(chosen) ? chosen : systems[0];
  return (
    <Section
      title="State"
      lead="What this world knows. A value that is changed here is what the next request meets; what is held or open stays so."
      aside={<Download />}
    >
      <nav class="chips" aria-label="Systems">
        {systems.map((slug) => (
          <a
            key={slug}
            class="chip"
            href={`#/state/${slug}`}
            aria-current={slug === system ? 'true' : undefined}
          >
            {slug}
          </a>
        ))}
      </nav>
      <Said deed={deed} />
      {system === undefined ? null : (
        <div class="card tree-card">
          <Branch
            key={`${system} ${now?.stamp ?? ''}`}
            system={system}
            path={[]}
            deed={deed}
            label={system}
          />
        </div>
      )}
    </Section>
  );
}

/** The whole world as a file, for `--state-from`, a bug report or another world. */
function Download(): JSX.Element {
  const deed = useDeed();
  const download = async (): Promise<void> => {
    const state = await ask<unknown>('state');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(state)], { type: 'application/json' }),
    );
    link.download = 'countersign-state.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const restore = async (file: File): Promise<void> => {
    await ask('state', { method: 'PUT', body: await file.text() });
  };
  return (
    <div class="toolbar">
      <button
        type="button"
        class="button"
        onClick={() => {
          deed.run('The snapshot is downloaded.', download);
        }}
      >
        Download snapshot
      </button>
      <label class="button file">
        Restore snapshot
        <input
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (file !== undefined) {
              deed.run('The world is as the snapshot has it.', () => restore(file));
            }
          }}
        />
      </label>
      <Said deed={deed} />
    </div>
  );
}

interface Place {
  readonly system: string;
  readonly path: StatePath;
  readonly deed: Deed;
}

/** The entries of one value, a hundred at a time. */
function Branch({ system, path, deed, label }: Place & { readonly label: string }): JSX.Element {
  const [from, setFrom] = useState(0);
  const place = { system, path: JSON.stringify(path) };
  const { answer, problem, again } = useAsk<StateView>(`state/node${queryOf({ ...place, from })}`);
  if (problem !== null) return <p class="bad">{problem}</p>;
  if (answer === null) return <p class="muted">…</p>;
  const shown = from + answer.entries.length;
  return (
    <>
      <ul class="tree" aria-label={`Entries of ${label}`}>
        {answer.entries.map((entry) => (
          <Entry
            key={`${String(entry.step)} ${String(entry.value)}`}
            entry={entry}
            system={system}
            path={[...path, entry.step]}
            deed={deed}
            changed={again}
            removable={answer.kind !== 'object'}
          />
        ))}
        {answer.entries.length === 0 ? <li class="muted">empty</li> : null}
      </ul>
      {answer.size > answer.entries.length ? (
        <p class="pager">
          <button
            type="button"
            class="button small"
            disabled={from === 0}
            onClick={() => {
              setFrom(Math.max(0, from - 100));
            }}
          >
            Earlier
          </button>{' '}
          {from + 1} to {shown} of {answer.size}{' '}
          <button
            type="button"
            class="button small"
            disabled={shown >= answer.size}
            onClick={() => {
              setFrom(shown);
            }}
          >
            Later
          </button>
        </p>
      ) : null}
    </>
  );
}

interface EntryProps extends Place {
  readonly entry: StateEntry;
  /** Entries of lists and maps come and go; members of an object belong to it. */
  readonly removable: boolean;
  readonly changed: () => void;
}

function Entry(props: EntryProps): JSX.Element {
  const { entry, system, path, deed, removable, changed } = props;
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const holds = ['object', 'list', 'map', 'set'].includes(entry.kind);
  const name = entry.key ?? String(entry.step);
  const remove = (): void => {
    deed.run(`${name} is gone.`, async () => {
      const place = { system, path: JSON.stringify(path) };
      await ask(`state/node${queryOf(place)}`, { method: 'DELETE' });
      changed();
    });
  };
  return (
    <li>
      <div class="leaf">
        {holds ? (
          <button
            type="button"
            class="twig"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
            }}
          >
            <span aria-hidden="true">{open ? '▾' : '▸'}</span> <b class="break">{name}</b>
            <span class="muted"> {sizeOf(entry)}</span>
          </button>
        ) : (
          <span class="leaf-name break">{name}</span>
        )}
        {holds || editing ? null : <code class="leaf-value break">{textOf(entry)}</code>}
        {editing ? (
          <Editor
            {...props}
            close={() => {
              setEditing(false);
            }}
          />
        ) : (
          <span class="leaf-deeds">
            {entry.editable ? (
              <button
                type="button"
                class="button small"
                aria-label={`Edit ${name}`}
                onClick={() => {
                  setEditing(true);
                }}
              >
                Edit
              </button>
            ) : null}
            {removable ? (
              <button
                type="button"
                class="button small"
                aria-label={`Remove ${name}`}
                onClick={remove}
              >
                Remove
              </button>
            ) : null}
          </span>
        )}
      </div>
      {open ? <Branch system={system} path={path} deed={deed} label={name} /> : null}
    </li>
  );
}

function Editor({
  entry,
  system,
  path,
  deed,
  changed,
  close,
}: EntryProps & { readonly close: () => void }): JSX.Element {
  const [text, setText] = useState(entry.kind === 'null' ? 'null' : String(entry.value));
  const name = String(entry.step);
  const save = (event: Event): void => {
    event.preventDefault();
    deed.run(`${name} is changed.`, async () => {
      await ask('state/node', {
        method: 'PATCH',
        body: { system, path, value: valueOf(entry, text) },
      });
      close();
      changed();
    });
  };
  return (
    <form
      class="editor"
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <input
        aria-label={`New value of ${name} (${entry.kind === 'bytes' ? 'hexadecimal' : entry.kind})`}
        value={text}
        ref={(input) => {
          if (document.activeElement?.closest('.editor') !== input?.form) input?.focus();
        }}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <button type="submit" class="button small is-main">
        Save
      </button>
      <button type="button" class="button small" onClick={close}>
        Cancel
      </button>
    </form>
  );
}

/** What a person typed, as a value of the same kind; what is none is refused by the mock in words. */
function valueOf({ kind }: StateNode, text: string): unknown {
  if (kind === 'text' || kind === 'bytes') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function sizeOf({ kind, size }: StateNode): string {
  const things = kind === 'object' ? 'member' : kind === 'list' ? 'item' : 'entr';
  const ending = things === 'entr' ? (size === 1 ? 'y' : 'ies') : size === 1 ? '' : 's';
  return `${String(size)} ${things}${ending}`;
}

function textOf({ kind, value, size }: StateNode): string {
  if (kind === 'text') return JSON.stringify(value);
  if (kind === 'bytes') return `${String(value)} (${String(size)} bytes)`;
  return String(value);
}
