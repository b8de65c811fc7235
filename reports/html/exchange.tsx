/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { ExchangeRecord } from '../../specs/results.js';
import { cut, cutLine, visible, visibleLine } from '../untrusted.js';
import { plural } from '../wording.js';

/** Exchanges that stay in sight; what came before them is mostly set-up. */
const inSight = 5;

/** The exchanges of a check in order, the earlier ones of many behind a line of their own. */
export function ExchangeList({
  exchanges,
  limit,
}: {
  readonly exchanges: readonly ExchangeRecord[];
  readonly limit: number;
}): JSX.Element {
  const split = exchanges.length > inSight + 1 ? exchanges.length - inSight : 0;
  const list = (part: readonly ExchangeRecord[]): JSX.Element[] =>
    part.map((exchange) => <Exchange exchange={exchange} limit={limit} />);
  return (
    <>
      {split === 0 ? null : (
        <details class="earlier">
          <summary>{plural(split, 'earlier exchange')}</summary>
          {list(exchanges.slice(0, split))}
        </details>
      )}
      {list(exchanges.slice(split))}
    </>
  );
}

/** One exchange, closed: request line and status; inside, both in full and a command to try it. */
function Exchange({
  exchange,
  limit,
}: {
  readonly exchange: ExchangeRecord;
  /** Characters shown of each side. */
  readonly limit: number;
}): JSX.Element {
  const { operation, request, response, curl, violations } = exchange;
  return (
    <details class="exchange">
      <summary>
        <span class="line">
          {requestLine(request)} → {outcome(response)}
        </span>
        <span class="muted">
          {visibleLine(operation ?? '')}
          {violations.length === 0 ? '' : ` · ${plural(violations.length, 'document violation')}`}
        </span>
      </summary>
      <div class="exchange-body">
        <Violations violations={violations} />
        <div class="pair">
          <Pane name="Request" text={cut(request, limit)} />
          <Pane name="Response" text={cut(response, limit)} />
        </div>
        {curl === '' ? null : (
          <div class="curl">
            <span>
              Try it
              <button type="button" class="button" data-copy="curl">
                Copy
              </button>
            </span>
            <pre tabIndex={0}>{visible(cut(curl, limit * 2))}</pre>
          </div>
        )}
      </div>
    </details>
  );
}

/** A labelled block of text that can be scrolled by keyboard. */
export function Pane({
  name,
  text,
  kind = '',
}: {
  readonly name: string;
  readonly text: string;
  readonly kind?: string;
}): JSX.Element {
  return (
    <div class={`pane ${kind}`}>
      <span>{name}</span>
      <pre tabIndex={0}>{visible(text)}</pre>
    </div>
  );
}

/** Where an answer departs from the documents. */
export function Violations({
  violations,
}: {
  readonly violations: readonly string[];
}): JSX.Element | null {
  if (violations.length === 0) return null;
  return (
    <>
      <p class="label">Departs from the document</p>
      <ul class="violations">
        {violations.map((violation) => (
          <li>{visibleLine(violation)}</li>
        ))}
      </ul>
    </>
  );
}

function requestLine(request: string): string {
  const [first = ''] = request.split('\n', 1);
  return cutLine(visibleLine(first.replace(/ HTTP\/\S+$/, '')), 110);
}

function outcome(response: string): string {
  const status = /^HTTP\/\S+ (\d{3})/.exec(response)?.[1];
  if (status !== undefined) return status;
  const [first = ''] = response.split('\n', 1);
  return cutLine(visibleLine(first), 60);
}
