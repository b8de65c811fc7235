/** What of a world is open at this moment: requests that are held, and WebSockets. */
import type { PlainRequest, PlainSocket, SocketListener, Upgrade } from './http.js';

/** One message of a WebSocket. */
export interface Frame {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'client' | 'server';
  /** At most 2,000 characters; of a binary message its length is told. */
  readonly text: string;
}

/** A request without an answer yet, or an open WebSocket. */
export interface OpenExchange {
  readonly id: number;
  readonly kind: 'held' | 'socket';
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly system: string | null;
  readonly operation: string | null;
  readonly method: string;
  readonly target: string;
  readonly sent: number;
  readonly received: number;
  /** The latest 20 messages, oldest first; empty for a held request. */
  readonly frames: readonly Frame[];
}

/** Who asked for what. */
export interface Opened {
  readonly system: string | undefined;
  readonly operation: string | undefined;
  readonly request: Pick<PlainRequest, 'method' | 'path' | 'query'>;
}

export interface OpenExchanges {
  /** Lists a request until the result is called. */
  held(opened: Opened): () => void;
  /** Lists a WebSocket from its opening to its end. */
  watch(opened: Opened, upgrade: Upgrade): Upgrade;
  /** Oldest first. */
  list(): readonly OpenExchange[];
}

const keptFrames = 20;
const keptCharacters = 2_000;
const decoder = new TextDecoder();

type Entry = { -readonly [Name in keyof OpenExchange]: OpenExchange[Name] } & { frames: Frame[] };

/** @param now the world's clock in ms since the epoch */
export function createOpenExchanges(now: () => number): OpenExchanges {
  const open = new Set<Entry>();
  let lastId = 0;
  const enter = (kind: OpenExchange['kind'], { system, operation, request }: Opened): Entry => {
    lastId += 1;
    const entry: Entry = {
      id: lastId,
      kind,
      since: now(),
      system: system ?? null,
      operation: operation ?? null,
      method: request.method,
      target: request.query === '' ? request.path : `${request.path}?${request.query}`,
      sent: 0,
      received: 0,
      frames: [],
    };
    open.add(entry);
    return entry;
  };
  const keep = (entry: Entry, from: Frame['from'], text: string): void => {
    if (from === 'server') entry.sent += 1;
    else entry.received += 1;
    entry.frames.push({ at: now(), from, text: text.slice(0, keptCharacters) });
    if (entry.frames.length > keptFrames) entry.frames.shift();
  };
  return {
    held(opened) {
      const entry = enter('held', opened);
      return () => {
        open.delete(entry);
      };
    },
    watch: (opened, upgrade) => ({
      ...upgrade,
      attach(socket) {
        const entry = enter('socket', opened);
        const listener = upgrade.attach(
          sending(socket, (text) => {
            keep(entry, 'server', text);
          }),
        );
        return receiving(listener, {
          message: (text) => {
            keep(entry, 'client', text);
          },
          closed: () => {
            open.delete(entry);
          },
        });
      },
    }),
    list: () => Array.from(open, (entry) => ({ ...entry, frames: [...entry.frames] })),
  };
}

function sending(socket: PlainSocket, seen: (text: string) => void): PlainSocket {
  return {
    ...socket,
    send(text) {
      seen(text);
      socket.send(text);
    },
  };
}

function receiving(
  listener: SocketListener,
  seen: { message: (text: string) => void; closed: () => void },
): SocketListener {
  return {
    ...listener,
    message(data, binary) {
      seen.message(
        binary
          ? `${String(data.length)} bytes`
          : decoder.decode(data.subarray(0, 4 * keptCharacters)),
      );
      listener.message?.(data, binary);
    },
    closed(code) {
      seen.closed();
      listener.closed?.(code);
    },
  };
}
