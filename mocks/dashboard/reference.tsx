import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import {
  isObject,
  items,
  members,
  operationsIn,
  resolve,
  textOf,
  type Documents,
  type Json,
  type OperationEntry,
} from './document.js';
import { useAsk, useLive } from './hooks.js';
import { Example, Operation } from './operation.js';
import { Copy, Nothing, Section } from './parts.js';
import { Prose } from './prose.js';
import { Schema } from './schema.js';

/** The API of each system as its documents describe it, and what a client needs to begin. */
export function Reference({
  chosen,
  operation,
}: {
  readonly chosen: string | undefined;
  readonly operation: string | undefined;
}): JSX.Element {
  const { now } = useLive();
  const systems = now?.systems ?? [];
  const system = chosen !== undefined && systems.includes(chosen) ? chosen : systems[0];
  const { answer, problem } = useAsk<Documents>(
    system === undefined ? null : `documents/${system}`,
  );
  return (
    <Section
      title="Reference"
      lead="Each system as its OpenAPI and AsyncAPI documents describe it."
    >
      <nav class="chips" aria-label="Systems">
        {systems.map((slug) => (
          <a
            key={slug}
            class="chip"
            href={`#/reference/${slug}`}
            aria-current={slug === system ? 'true' : undefined}
          >
            {slug}
          </a>
        ))}
      </nav>
      {problem === null ? null : <Nothing title="The documents are not there">{problem}</Nothing>}
      {answer === null || system === undefined ? null : (
        <Document key={system} system={system} documents={answer} operation={operation} />
      )}
    </Section>
  );
}

function Document({
  system,
  documents,
  operation,
}: {
  readonly system: string;
  readonly documents: Documents;
  readonly operation: string | undefined;
}): JSX.Element {
  const [text, setText] = useState('');
  const { openapi, asyncapi } = documents;
  const info = isObject(openapi.info) ? openapi.info : {};
  const wanted = text.trim().toLowerCase();
  const shown = operationsIn(openapi).filter(({ id, path, method, object }) =>
    `${id} ${path} ${method} ${textOf(object.summary)}`.toLowerCase().includes(wanted),
  );
  return (
    <div class="reference">
      <div class="card">
        <h2>{textOf(info.title)}</h2>
        <Prose text={textOf(info.summary)} />
        <details>
          <summary>More about it</summary>
          <Prose text={textOf(info.description)} />
        </details>
        <Credentials system={system} />
      </div>
      <div class="toolbar">
        <input
          type="search"
          aria-label="Find an operation"
          placeholder="Find an operation"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
        />
      </div>
      <h2>Operations</h2>
      <ul class="cards" aria-label="Operations">
        {shown.map((entry) => (
          <li key={entry.id}>
            <OperationCard
              system={system}
              documents={documents}
              entry={entry}
              isChosen={entry.id === operation}
            />
          </li>
        ))}
      </ul>
      {asyncapi === null ? null : <Realtime document={asyncapi} />}
    </div>
  );
}

function OperationCard({
  system,
  documents,
  entry,
  isChosen,
}: {
  readonly system: string;
  readonly documents: Documents;
  readonly entry: OperationEntry;
  readonly isChosen: boolean;
}): JSX.Element {
  const [open, setOpen] = useState(isChosen);
  const { id, method, path, object } = entry;
  const place = `operation-${id}`;
  useEffect(() => {
    if (!isChosen) return;
    setOpen(true);
    const card = document.getElementById(place);
    card?.scrollIntoView({ block: 'start' });
    card?.querySelector('summary')?.focus({ preventScroll: true });
  }, [isChosen, place]);
  const requirements = documents.requirements.filter(({ operation }) =>
    (typeof operation === 'string' ? [operation] : operation).includes(id),
  );
  return (
    <details
      class="card operation"
      id={place}
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        <span class="method">{method}</span> <span class="mono break">{path}</span>
        <span class="operation-summary">{textOf(object.summary)}</span>
      </summary>
      {open ? (
        <>
          <p class="muted">
            <a href={`#/reference/${system}/${id}`}>{id}</a>
          </p>
          <Operation document={documents.openapi} entry={entry} requirements={requirements} />
        </>
      ) : null}
    </details>
  );
}

/** What a fresh mock accepts: without it nobody gets in. */
function Credentials({ system }: { readonly system: string }): JSX.Element | null {
  const { answer } = useAsk<{ credentials: Readonly<Record<string, unknown>> }>('.');
  const profile = answer?.credentials[system];
  if (!isObject(profile) || Object.keys(profile).length === 0) return null;
  const text = JSON.stringify(profile, null, 2);
  return (
    <details>
      <summary>Credentials of the initial state</summary>
      <Copy text={text} label="the credentials" />
      <pre class="code" tabIndex={0} aria-label="Credentials of the initial state">
        {text}
      </pre>
    </details>
  );
}

/** The realtime side: what arrives without being asked for. */
function Realtime({ document }: { readonly document: Json }): JSX.Element {
  const info = isObject(document.info) ? document.info : {};
  return (
    <>
      <h2>Realtime</h2>
      <div class="card">
        <h3>{textOf(info.title)}</h3>
        <Prose text={textOf(info.description)} />
      </div>
      <ul class="cards" aria-label="Realtime operations">
        {members(document.operations).map(([id, value]) => (
          <li key={id}>
            <RealtimeOperation document={document} id={id} operation={resolve(document, value)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RealtimeOperation({
  document,
  id,
  operation,
}: {
  readonly document: Json;
  readonly id: string;
  readonly operation: Json;
}): JSX.Element {
  const channel = resolve(document, operation.channel);
  // The documents of one system are a server's: what it sends, a client receives.
  const direction = operation.action === 'send' ? 'mock → client' : 'client → mock';
  return (
    <details class="card operation">
      <summary>
        <span class="method">{direction}</span> <span class="mono break">{id}</span>
        <span class="operation-summary">{textOf(operation.title)}</span>
      </summary>
      <p class="muted break">{textOf(channel.address)}</p>
      <Prose text={textOf(operation.description)} />
      {items(operation.messages).map((entry, index) => {
        const message = resolve(document, entry);
        return (
          <div key={index}>
            <h3>{textOf(message.title) || textOf(message.name)}</h3>
            <Prose text={textOf(message.description)} />
            <Schema document={document} schema={message.payload} />
            {items(message.examples).map((example, at) =>
              isObject(example) ? (
                <Example
                  key={at}
                  name={textOf(example.name) || textOf(example.summary)}
                  value={example.payload}
                />
              ) : null,
            )}
          </div>
        );
      })}
    </details>
  );
}
