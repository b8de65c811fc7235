/**
 * Requests and answers as plain values. The core of the mock works on these alone; transports
 * translate. A plain object costs a fraction of a Request or Response.
 */

export type HeaderValue = string | readonly string[];

/** Who sent a request, as far as the transport knows. */
export interface Peer {
  /** Header names in the spelling of the wire, where the transport has it. */
  headerNames?(): readonly string[];
  /** Calls back when the client goes away before the answer is complete. */
  onAbort(callback: () => void): void;
}

/** For requests that no client waits for. */
export const nobody: Peer = { onAbort: () => undefined };

/** A request, its body already read. */
export interface PlainRequest {
  /** In upper case, as sent. */
  readonly method: string;
  /** Still percent-encoded, without the query string. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case; values as Latin-1 text, repeated ones joined as Node does. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Empty when the request has none. */
  readonly body: Uint8Array;
  /** True when the request came over TLS. */
  readonly secure: boolean;
  /** True when the client asks for a WebSocket and the transport can give it one. */
  readonly upgrade: boolean;
  readonly peer: Peer;
}

/** An answer. A string body is sent as UTF-8. */
export interface PlainResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly body: string | Uint8Array | null;
  /** The connection breaks after so many bytes of the body; -1 is before the first of the head. */
  readonly cut?: number;
}

/** An open WebSocket, as a system's handler sees it. */
export interface PlainSocket {
  send(text: string): void;
  /** Sends a close frame and waits for the other side's. */
  close(code: number, reason: string): void;
  /** Sends a ping; the answer arrives at `SocketListener.pong`. */
  ping(): void;
  /** Ends the connection without a close frame. */
  terminate(): void;
}

/** A socket that sends in a way of its own, and does all else as the one below it. */
export function withSend(socket: PlainSocket, send: (text: string) => void): PlainSocket {
  return {
    send,
    close: (code, reason) => {
      socket.close(code, reason);
    },
    ping: () => {
      socket.ping();
    },
    terminate: () => {
      socket.terminate();
    },
  };
}

/** A handler's answer to an upgrade request that it accepts. */
export interface Upgrade {
  readonly kind: 'upgrade';
  /** Bytes of a message beyond which the socket is closed with 1009. */
  readonly maxPayload: number;
  /**
   * Everything that the transport writes on the connection passes through here, the 101 included;
   * only alterations use it.
   */
  readonly wire?: (chunk: Uint8Array) => Uint8Array;
  /**
   * Called before the 101 is written, so that nothing is lost between subscription and opening.
   * What is sent before the socket is open is queued.
   */
  attach(socket: PlainSocket): SocketListener;
}

export interface SocketListener {
  message?(data: Uint8Array, binary: boolean): void;
  pong?(): void;
  /** The close code, 1006 when the connection ended without one. */
  closed?(code: number): void;
}

const noHeaders: Readonly<Record<string, HeaderValue>> = {};
const jsonHeaders: Readonly<Record<string, HeaderValue>> = { 'Content-Type': 'application/json' };
const textHeaders: Readonly<Record<string, HeaderValue>> = {
  'Content-Type': 'text/plain; charset=utf-8',
};

/** An answer without a body and without a Content-Type. */
export function empty(
  status: number,
  headers: Readonly<Record<string, HeaderValue>> = noHeaders,
): PlainResponse {
  return { status, headers, body: null };
}

/** A JSON answer, `Content-Type: application/json` unless another is given. */
export function json(
  status: number,
  value: unknown,
  headers?: Readonly<Record<string, HeaderValue>>,
): PlainResponse {
  return {
    status,
    headers: headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers },
    body: JSON.stringify(value),
  };
}

/** A line of plain text. */
export function text(
  status: number,
  line: string,
  headers?: Readonly<Record<string, HeaderValue>>,
): PlainResponse {
  return {
    status,
    headers: headers === undefined ? textHeaders : { ...textHeaders, ...headers },
    body: line,
  };
}

type Headers = PlainResponse['headers'];

/** What common headers become together with others that are as constant, such as those of CORS. */
const joined = new Map<Headers, WeakMap<Headers, Headers>>(
  [noHeaders, jsonHeaders, textHeaders].map((common) => [common, new WeakMap()]),
);

/** No answer at all: the connection breaks after so many bytes, see `PlainResponse.cut`. */
export function broken(cut: number): PlainResponse {
  return { ...empty(500), cut };
}

/** The same answer with more headers; a name already there is replaced. */
export function withHeaders(response: PlainResponse, headers: Headers): PlainResponse {
  const { status, body } = response;
  const known = joined.get(response.headers);
  if (known === undefined) return { status, headers: { ...response.headers, ...headers }, body };
  let both = known.get(headers);
  if (both === undefined) {
    both = { ...response.headers, ...headers };
    known.set(headers, both);
  }
  return { status, headers: both, body };
}

/** Thrown by a handler, or by anything it calls, to end the request with this answer. */
export class Refusal extends Error {
  constructor(readonly response: PlainResponse) {
    // It is an answer on its way, no fault of ours: a stack trace would cost more than the answer.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`refused with ${String(response.status)}`);
    Error.stackTraceLimit = stackTraceLimit;
  }
}
