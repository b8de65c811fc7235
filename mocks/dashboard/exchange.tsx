import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { WholeExchange } from '../control/live-answer.js';
import type { ClientFault } from '../engine/insight.js';
import { queryOf } from './api.js';
import { useAsk } from './hooks.js';
import { Copy, Nothing, pretty, Status, Time } from './parts.js';

/** One exchange: what the client did wrong, what it sent, and what it was answered. */
export function Exchange({ id }: { readonly id: number }): JSX.Element {
  const { answer, problem } = useAsk<WholeExchange>(`exchange${queryOf({ id })}`);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // On a narrow screen the exchange takes the place of the list.
    if (answer !== null && matchMedia('(max-width: 60rem)').matches) heading.current?.focus();
  }, [answer]);
  return (
    <article class="split-detail" aria-label="Exchange">
      <a class="button back" href="#/traffic">
        Back to the list
      </a>
      {problem === null ? null : <Nothing title="Not kept any more">{problem}</Nothing>}
      {answer === null ? null : (
        <>
          <h2 ref={heading} tabIndex={-1} class="exchange-title">
            <Status code={answer.response.status} />{' '}
            <span class="method">{answer.request.method}</span>{' '}
            <span class="mono break">{answer.request.target}</span>
          </h2>
          <p class="muted">
            {answer.system === null ? 'No system has this path' : <Operation whole={answer} />}
            {' · '}
            <Time at={answer.at} />
          </p>
          <Faults faults={answer.faults} />
          <Message
            title="Request"
            headers={answer.request.headers}
            body={answer.request.body}
            copy={<Copy text={curlOf(answer)} label="the request as a curl command" />}
          />
          <Message title="Response" headers={answer.response.headers} body={answer.response.body} />
        </>
      )}
    </article>
  );
}

function Operation({ whole }: { readonly whole: WholeExchange }): JSX.Element {
  const { system, operation } = whole;
  if (system === null || operation === null) return <>{system} · no operation of this path</>;
  return (
    <>
      {system} · <a href={`#/reference/${system}/${operation}`}>{operation}</a>
    </>
  );
}

function Faults({ faults }: { readonly faults: readonly ClientFault[] }): JSX.Element | null {
  if (faults.length === 0) return null;
  return (
    <section class="faults" aria-label="What the client did wrong">
      <h3>What the client did wrong</h3>
      <ul>
        {faults.map((fault, index) => (
          <li key={index}>
            <span class="tag">{fault.where}</span>
            {fault.name === null ? null : <code class="break">{fault.name}</code>}
            <span class="break"> {fault.message}</span>
            {fault.remedy === null ? null : <p class="remedy break">→ {fault.remedy}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Message({
  title,
  headers,
  body,
  copy,
}: {
  readonly title: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | null;
  readonly copy?: JSX.Element;
}): JSX.Element {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value as string]).map(
      (one): [string, string] => [name, one],
    ),
  );
  return (
    <section class="message" aria-label={title}>
      <div class="message-head">
        <h3>{title}</h3>
        {copy}
      </div>
      {lines.length === 0 ? (
        <p class="muted">No headers of its own.</p>
      ) : (
        <dl class="headers">
          {lines.map(([name, value], index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {body === null || body === '' ? (
        <p class="muted">No body.</p>
      ) : (
        <pre class="code" tabIndex={0} aria-label={`Body of the ${title.toLowerCase()}`}>
          {pretty(body)}
        </pre>
      )}
    </section>
  );
}

/** Headers that curl sets by itself. */
const ownHeaders = new Set(['host', 'connection', 'content-length', 'accept-encoding']);

function curlOf({ request }: WholeExchange): string {
  const parts = ['curl', '-i', '-X', request.method, quote(location.origin + request.target)];
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !ownHeaders.has(name)) parts.push('-H', quote(`${name}: ${value}`));
  }
  if (request.body !== null && request.body !== '')
    parts.push('--data-binary', quote(request.body));
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
