import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveMessage } from '../control/live-answer.js';
import { queryOf } from './api.js';
import { useAsk, useLive } from './hooks.js';
import { Copy, Facts, Nothing, Section, Time } from './parts.js';

/** Messages that are shown at once; older ones on demand. */
const step = 50;

/** What the mock sent out of band: codes to type in, and pushes with what is in them. */
export function Inbox(): JSX.Element {
  const { messages } = useLive();
  const [text, setText] = useState('');
  const [most, setMost] = useState(step);
  const wanted = text.trim().toLowerCase();
  const fitting = messages
    .filter(
      ({ recipient, body, code, system, channel }) =>
        wanted === '' ||
        `${recipient} ${body ?? ''} ${code ?? ''} ${system} ${channel}`
          .toLowerCase()
          .includes(wanted),
    )
    .reverse();
  return (
    <Section title="Inbox" lead="What the mock sent by SMS, voice, e-mail and push, newest first.">
      <div class="toolbar">
        <input
          type="search"
          aria-label="Filter by recipient, code or text"
          placeholder="Filter: recipient, code, text …"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setMost(step);
          }}
        />
      </div>
      {fitting.length === 0 ? (
        <Nothing
          title={messages.length === 0 ? 'Nothing was sent yet' : 'No message fits the filter'}
        >
          <p>Codes, challenges and pushes land here the moment the mock sends them.</p>
        </Nothing>
      ) : (
        <ul class="cards" aria-label="Messages, newest first">
          {fitting.slice(0, most).map((message) => (
            <li key={message.id}>
              <Message message={message} />
            </li>
          ))}
        </ul>
      )}
      {fitting.length > most ? (
        <button
          type="button"
          class="button"
          onClick={() => {
            setMost(most + step);
          }}
        >
          Show {Math.min(step, fitting.length - most)} older ones
        </button>
      ) : null}
    </Section>
  );
}

function Message({ message }: { readonly message: LiveMessage }): JSX.Element {
  const { channel, recipient, code, subject, body, payload, system, receivedAt } = message;
  const wasTried = message.revealed !== undefined || payload === null;
  const { answer } = useAsk<LiveMessage>(wasTried ? null : `message${queryOf({ id: message.id })}`);
  const revealed = message.revealed ?? answer?.revealed ?? null;
  return (
    <article class="card inbox-card">
      <p class="inbox-head">
        <span class="tag">{channel}</span>
        <b class="break">{recipient}</b>
        <span class="muted">
          {system} · <Time at={receivedAt} />
        </span>
      </p>
      {code === null ? null : (
        <p class="code-line">
          <span class="big-code">{code}</span> <Copy text={code} label={`code for ${recipient}`} />
        </p>
      )}
      {subject === null ? null : <p class="break">{subject}</p>}
      {body === null ? null : <p class="message-text break">{body}</p>}
      {revealed === null ? null : (
        <div class="revealed">
          <p class="revealed-title">Decrypted with the account’s signaling key</p>
          <Facts facts={revealed} />
        </div>
      )}
      {payload === null ? null : (
        <details>
          <summary>Payload as handed to the push service</summary>
          <pre class="code" tabIndex={0}>
            {JSON.stringify(payload, null, 2)}
          </pre>
        </details>
      )}
    </article>
  );
}
