import type { JSX } from 'preact';
import type { OpenExchange } from '../engine/open.js';
import { useLive } from './hooks.js';
import { Nothing, Section, Time } from './parts.js';

/** Held long polls and open sockets, with the latest messages of these. */
export function Open(): JSX.Element {
  const { now } = useLive();
  const open = now?.open ?? [];
  const until = now === null ? 0 : Date.parse(now.now);
  return (
    <Section
      title="Open"
      lead="Requests that are held, and WebSockets that are open at this moment."
    >
      {open.length === 0 ? (
        <Nothing title="Nothing is held or open">
          <p>A long poll stands here until something happens, a socket until it is closed.</p>
        </Nothing>
      ) : (
        <ul class="cards">
          {open.map((entry) => (
            <li key={entry.id}>
              <One entry={entry} until={until} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({
  entry,
  until,
}: {
  readonly entry: OpenExchange;
  readonly until: number;
}): JSX.Element {
  const seconds = Math.max(0, Math.round((until - entry.since) / 1_000));
  return (
    <article class="card">
      <p>
        <span class="tag">{entry.kind === 'held' ? 'held request' : 'WebSocket'}</span>{' '}
        <span class="method">{entry.method}</span> <span class="mono break">{entry.target}</span>
      </p>
      <p class="muted">
        {entry.system ?? 'no system'} · {entry.operation ?? 'no operation'} · since{' '}
        <Time at={entry.since} /> ({seconds} s)
        {entry.kind === 'socket'
          ? ` · ${String(entry.sent)} sent, ${String(entry.received)} received`
          : ''}
      </p>
      {entry.frames.length === 0 ? null : (
        <ol class="frames" aria-label="Latest messages">
          {entry.frames.map((frame, index) => (
            <li key={index}>
              <span class={`tag ${frame.from === 'server' ? 'is-info' : ''}`}>
                {frame.from === 'server' ? 'mock →' : '← client'}
              </span>
              <code class="break">{frame.text}</code>
            </li>
          ))}
        </ol>
      )}
    </article>
  );
}
