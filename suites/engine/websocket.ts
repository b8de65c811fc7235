import type { IncomingMessage } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import { excerpt } from './exchange.js';
import { CheckFailure, NoAnswer } from './outcome.js';
import { quote, type TakeNote } from './record.js';
import { secretHeaders, type Masker } from './secrets.js';
import { afterWaiting } from './wait.js';

/** How a socket ended. */
export interface SocketClose {
  /** 1006 when the connection ended without a close frame. */
  readonly code: number;
  readonly reason: string;
}

/** What an upgrade request got instead of a 101. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An open WebSocket of the suite. All frames are kept, so none is missed between two waits. */
export interface SuiteSocket {
  /** Headers of the 101. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Every text frame so far, oldest first. */
  readonly frames: readonly string[];
  send(data: string | Uint8Array): void;
  ping(data?: string): void;
  /**
   * The frame that is meant: the first one, from `from` on, that fits. Other frames pass by.
   * Fails the check when none came in time.
   */
  waitFor(
    what: string,
    fits: (frame: unknown, text: string) => boolean,
    options?: WaitOptions,
  ): Promise<unknown>;
  /** The same, but null when none came in time. */
  maybe(fits: (frame: unknown, text: string) => boolean, options?: WaitOptions): Promise<unknown>;
  /** How many pings and pongs were seen. */
  readonly pings: number;
  readonly pongs: readonly string[];
  /** @param after what was sent before the ping, for the message */
  waitForPong(payload: string, after?: string): Promise<void>;
  /** Resolves when the socket is closed by either side. */
  closed(timeoutMs?: number): Promise<SocketClose>;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

export interface WaitOptions {
  /** Index into `frames` from which to look; 0 by default. */
  readonly from?: number;
  readonly timeoutMs?: number;
}

export interface OpenOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly offerDeflate?: boolean;
  readonly operation: string | null;
  readonly masker: Masker;
  readonly record: TakeNote;
  /** Characters of a frame that the record shows; 1,000 by default. */
  readonly shownBytes?: number | undefined;
  readonly nextId: () => string;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for a frame, a pong or a close that is due. */
  readonly patienceMs: number;
  /** TLS options and agent. */
  readonly connect: object;
  /** Called once, when the connection is gone. */
  readonly ended?: () => void;
}

/** Characters of a refusal's body that are read; nobody has to send more. */
const longestRefusal = 64 * 1024;

/** Opens a WebSocket; a refusal is a value, since checks ask for it. */
export function openSocket(
  options: OpenOptions,
): Promise<{ socket: SuiteSocket } | { refused: UpgradeRefusal }> {
  const ws = new WebSocket(options.url, [...(options.protocols ?? [])], {
    headers: options.headers,
    perMessageDeflate: options.offerDeflate ?? false,
    handshakeTimeout: 10_000,
    followRedirects: false,
    ...options.connect,
  });
  const transcript = startTranscript(options);
  options.signal.addEventListener('abort', () => {
    ws.terminate();
  });
  ws.once('close', () => options.ended?.());
  return new Promise((resolve, reject) => {
    ws.once('unexpected-response', (request, response) => {
      readRefusal(response, (body) => {
        const status = response.statusCode ?? 0;
        transcript.refused(status, response.headers, body);
        request.destroy();
        options.ended?.();
        resolve({ refused: { status, headers: response.headers, body } });
      });
    });
    ws.once('error', (error) => {
      transcript.end(`(${error.message})`);
      reject(new NoAnswer(`WebSocket ${new URL(options.url).pathname}: ${error.message}`));
    });
    let headers: Readonly<Record<string, string | string[] | undefined>> = {};
    ws.once('upgrade', (response) => {
      transcript.opened();
      headers = response.headers;
    });
    const socket = wrap(ws, transcript, () => headers, options.patienceMs);
    ws.once('open', () => {
      resolve({ socket });
    });
  });
}

/** Reads a body to its end, to its break, or to what is long enough. */
export function readRefusal(response: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  let told = false;
  const tell = (): void => {
    if (!told) done(body);
    told = true;
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    body += chunk;
    if (body.length >= longestRefusal) tell();
  });
  response.on('close', tell);
}

interface Transcript {
  line(direction: '<' | '>', text: string): void;
  /** Notes that a 101 came. */
  opened(): void;
  refused(status: number, headers: object, body: string): void;
  end(note: string): void;
}

/** Keeps a bounded text of what passed, and records it when the socket ends. */
function startTranscript(options: OpenOptions): Transcript {
  const id = options.nextId();
  const lines: string[] = [];
  let done = false;
  let opened = false;
  const url = new URL(options.url);
  const request = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Upgrade: websocket',
    ...Object.entries(options.headers).map(
      ([name, value]) => `${name}: ${options.masker.header(name, value)}`,
    ),
  ].join('\n');
  const finish = (response: string): void => {
    if (done) return;
    done = true;
    options.record(
      () => ({
        id,
        operation: options.operation,
        request: options.masker.mask(request),
        response: options.masker.mask(response),
        curl: options.masker.mask(curlOf(options)),
        violations: [],
      }),
      response.startsWith('HTTP/'),
    );
  };
  return {
    line(direction, text) {
      if (lines.length < 200)
        lines.push(`${direction} ${excerpt(text, options.shownBytes ?? 1_000)}`);
    },
    opened() {
      opened = true;
    },
    refused(status, headers, body) {
      const shown = Object.entries(headers as Record<string, unknown>).map(
        ([name, value]) => `${name}: ${options.masker.header(name, String(value))}`,
      );
      finish([`HTTP/1.1 ${String(status)}`, ...shown, '', excerpt(body, 2_000)].join('\n'));
    },
    end(note) {
      finish(opened ? ['HTTP/1.1 101', '', ...lines, note].join('\n') : note);
    },
  };
}

function curlOf(options: OpenOptions): string {
  const url = options.url.replace(/^ws/, 'http');
  const headers = Object.entries(options.headers).map(([name, value]) =>
    !options.masker.reveals && secretHeaders.has(name.toLowerCase())
      ? `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`
      : `-H ${quote(`${name}: ${value}`)}`,
  );
  return [
    'curl -i -N --http1.1 -H "Connection: Upgrade" -H "Upgrade: websocket"',
    '-H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)"',
    ...headers,
    quote(url),
  ].join(' ');
}

function wrap(
  ws: WebSocket,
  transcript: Transcript,
  headers: () => SuiteSocket['headers'],
  waitMs: number,
): SuiteSocket {
  const frames: string[] = [];
  const pongs: string[] = [];
  let pings = 0;
  let close: SocketClose | undefined;
  const wakers = new Set<() => void>();
  const wake = (): void => {
    for (const waker of [...wakers]) waker();
  };
  ws.on('message', (data: RawData, binary: boolean) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Uint8Array);
    const text = binary ? `(binary) ${bytes.toString('hex')}` : bytes.toString('utf8');
    frames.push(text);
    transcript.line('<', text);
    wake();
  });
  ws.on('ping', () => {
    pings += 1;
    wake();
  });
  ws.on('pong', (data) => {
    pongs.push(data.toString('utf8'));
    wake();
  });
  ws.on('close', (code, reason) => {
    close = { code, reason: reason.toString('utf8') };
    transcript.end(`(closed with ${String(code)} ${close.reason})`);
    wake();
  });
  ws.on('error', () => undefined);
  const until = <T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const attempt = (): void => {
        let found: T | undefined;
        try {
          found = look();
        } catch (error) {
          // Thrown inside the socket's own event it would end the process.
          cancel();
          wakers.delete(attempt);
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (found === undefined) return;
        cancel();
        wakers.delete(attempt);
        resolve(found);
      };
      const cancel = afterWaiting(timeoutMs, () => {
        wakers.delete(attempt);
        resolve(undefined);
      });
      wakers.add(attempt);
      attempt();
    });
  const maybe: SuiteSocket['maybe'] = async (fits, options = {}) => {
    let next = options.from ?? 0;
    const found = await until(() => {
      for (; next < frames.length; next += 1) {
        const text = frames[next] ?? '';
        const frame = parse(text);
        if (fits(frame, text)) return { frame };
      }
      // Nothing more can come on a closed socket.
      return close === undefined ? undefined : { frame: null };
    }, options.timeoutMs ?? waitMs);
    return found?.frame ?? null;
  };
  return {
    get headers() {
      return headers();
    },
    frames,
    pongs,
    get pings() {
      return pings;
    },
    send(data) {
      transcript.line('>', typeof data === 'string' ? data : Buffer.from(data).toString('hex'));
      ws.send(data);
    },
    ping(data) {
      ws.ping(data);
    },
    maybe,
    async waitFor(what, fits, options) {
      const frame = await maybe(fits, options);
      if (frame !== null) return frame;
      throw new CheckFailure(`the socket never received ${what}`, {
        expected: what,
        actual: frames.length === 0 ? 'no frame at all' : excerpt(frames.join(' | '), 600),
      });
    },
    async waitForPong(payload, after) {
      const seen = await until(() => (pongs.includes(payload) ? true : undefined), waitMs);
      if (seen === undefined) {
        const before = after === undefined ? '' : `after ${after}, `;
        const state =
          close === undefined ? '' : `; the socket was closed with ${String(close.code)}`;
        throw new CheckFailure(
          `${before}a ping was not answered with a pong of the same payload${state}`,
          {
            expected: `pong ${payload}`,
            actual: pongs.length === 0 ? 'no pong' : pongs.join(', '),
          },
        );
      }
    },
    async closed(timeoutMs = waitMs) {
      const ended = await until(() => close, timeoutMs);
      if (ended !== undefined) return ended;
      throw new CheckFailure('the socket was not closed', {
        expected: `a close within ${String(timeoutMs / 1000)} s`,
        actual: 'still open',
      });
    },
    close(code = 1000, reason = '') {
      ws.close(code, reason);
    },
    terminate() {
      ws.terminate();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
