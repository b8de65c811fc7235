/** What of a world is open at this moment: requests that are held, and WebSockets. */
import type { Outcome } from './dispatch.js';
import {
  broken,
  type PlainRequest,
  type PlainSocket,
  type SocketListener,
  type Upgrade,
} from './http.js';

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
  /** Lists a request until its answer is there. */
  hold(opened: Opened, outcome: Promise<Outcome>): Promise<Outcome>;
  /** Lists a WebSocket from its opening to its end. */
  watch(opened: Opened, upgrade: Upgrade): Upgrade;
  /** Oldest first. */
  list(): readonly OpenExchange[];
  /**
   * Ends what is open as a server does that starts anew: connections of held requests break, and
   * WebSockets are closed with 1012 (service restart).
   * @param systems only theirs; all when absent
   */
  end(systems?: readonly string[]): void;
}

const keptFrames = 20;
const keptCharacters = 2_000;
const decoder = new TextDecoder();

interface Listed {
  readonly system: string | null;
  /** What is told of it, each time anew. */
  list(): OpenExchange;
  end(): void;
}

/** Makes the record of a message; a broadcast is recorded once for all its sockets. */
type RecordFrame = (from: Frame['from'], text: string) => Frame;

/** @param now the world's clock in ms since the epoch */
export function createOpenExchanges(now: () => number): OpenExchanges {
  const open = new Set<Listed>();
  let lastId = 0;
  let last: { readonly text: string; readonly frame: Frame } | undefined;
  const record: RecordFrame = (from, text) => {
    const at = now();
    if (last?.text === text && last.frame.at === at && last.frame.from === from) return last.frame;
    last = { text, frame: { at, from, text: text.slice(0, keptCharacters) } };
    return last.frame;
  };
  const about = (
    kind: OpenExchange['kind'],
    { system, operation, request }: Opened,
  ): Omit<OpenExchange, Counted> => {
    lastId += 1;
    return {
      id: lastId,
      kind,
      since: now(),
      system: system ?? null,
      operation: operation ?? null,
      method: request.method,
      target: request.query === '' ? request.path : `${request.path}?${request.query}`,
    };
  };
  const watch = (opened: Opened, upgrade: Upgrade): Upgrade => ({
    ...upgrade,
    attach(below) {
      const socket = new WatchedSocket(about('socket', opened), below, record);
      open.add(socket);
      return receiving(upgrade.attach(socket), {
        message: (text) => {
          socket.received(text);
        },
        closed: () => {
          open.delete(socket);
        },
      });
    },
  });
  return {
    watch,
    hold(opened, outcome) {
      const exchange = { ...about('held', opened), sent: 0, received: 0, frames: [] };
      let end: (answer: Outcome) => void = () => undefined;
      const ended = new Promise<Outcome>((resolve) => {
        end = resolve;
      });
      const listed: Listed = {
        system: exchange.system,
        list: () => exchange,
        end() {
          end(broken(-1));
        },
      };
      open.add(listed);
      return Promise.race([ended, outcome])
        .finally(() => {
          open.delete(listed);
        })
        .then((settled) => ('kind' in settled ? watch(opened, settled) : settled));
    },
    list: () => Array.from(open, (listed) => listed.list()),
    end(systems) {
      for (const listed of [...open]) {
        if (systems === undefined || systems.includes(listed.system ?? '')) listed.end();
      }
    },
  };
}

type Counted = 'sent' | 'received' | 'frames';

/**
 * Counts and keeps what goes over a socket. One object with as little behind it as can be: a
 * broadcast visits it for each of thousands of sockets, and every part of it is memory to fetch.
 */
class WatchedSocket implements PlainSocket, Listed {
  readonly #about: Omit<OpenExchange, Counted>;
  readonly #below: PlainSocket;
  readonly #record: RecordFrame;
  /** A ring: the message of each number at its remainder. */
  readonly #frames = new Array<Frame | undefined>(keptFrames);
  #sent = 0;
  #received = 0;

  constructor(about: Omit<OpenExchange, Counted>, below: PlainSocket, record: RecordFrame) {
    this.#about = about;
    this.#below = below;
    this.#record = record;
  }

  send(text: string): void {
    this.#keep(this.#record('server', text));
    this.#sent += 1;
    this.#below.send(text);
  }

  received(text: string): void {
    this.#keep(this.#record('client', text));
    this.#received += 1;
  }

  #keep(frame: Frame): void {
    this.#frames[(this.#sent + this.#received) % keptFrames] = frame;
  }

  close(code: number, reason: string): void {
    this.#below.close(code, reason);
  }

  ping(): void {
    this.#below.ping();
  }

  terminate(): void {
    this.#below.terminate();
  }

  get system(): string | null {
    return this.#about.system;
  }

  end(): void {
    this.#below.close(1012, 'the mock was reset');
  }

  list(): OpenExchange {
    const next = this.#sent + this.#received;
    const frames: Frame[] = [];
    for (let at = Math.max(0, next - keptFrames); at < next; at += 1) {
      const frame = this.#frames[at % keptFrames];
      if (frame !== undefined) frames.push(frame);
    }
    return { ...this.#about, sent: this.#sent, received: this.#received, frames };
  }
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
