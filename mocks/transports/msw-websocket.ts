import { ws, type WebSocketHandler } from 'msw';
import {
  nobody,
  type PlainRequest,
  type PlainResponse,
  type PlainSocket,
  type SocketListener,
  type Upgrade,
} from '../engine/http.js';
import { cookieHeader, pageOrigin, targetOf, type MswBackend } from './msw.js';

type Connection = Parameters<Parameters<ReturnType<typeof ws.link>['addEventListener']>[1]>[0];
type Client = Connection['client'];

/** The sockets of one origin. */
export interface MswSockets {
  readonly handler: WebSocketHandler;
  closeAll(): void;
}

/**
 * Answers every WebSocket below an origin. A client of MSW has no ping and sees no handshake: the
 * answer to a refused one is an error, and a close with 1006, as browsers show it.
 */
export function createMswSockets(origin: string, backend: MswBackend): MswSockets {
  const wsOrigin = origin.replace(/^http/, 'ws');
  const open = new Set<Client>();
  const handler = ws.link(`${wsOrigin}/*`).addEventListener('connection', (connection) => {
    const { client } = connection;
    const request = upgradeRequest(connection, wsOrigin);
    const settle = (outcome: PlainResponse | Upgrade): void => {
      if ('kind' in outcome) {
        accept(client, outcome, open, (error) => {
          backend.core.reportBug(error);
        });
      } else {
        refuse(client);
      }
    };
    try {
      const { front } = backend;
      const outcome = front('GET', request.path, request.headers).run(request);
      if (outcome instanceof Promise) {
        outcome.then(settle).catch((error: unknown) => {
          backend.core.reportBug(error);
          refuse(client);
        });
      } else {
        settle(outcome);
      }
    } catch (error) {
      backend.core.reportBug(error);
      refuse(client);
    }
  });
  return {
    handler,
    closeAll() {
      for (const client of open) client.close(1006);
    },
  };
}

function accept(
  client: Client,
  upgrade: Upgrade,
  open: Set<Client>,
  reportBug: (error: unknown) => void,
): void {
  const socket: PlainSocket = {
    send(message) {
      client.send(message);
    },
    close(code, reason) {
      client.close(code, reason);
    },
    // There is no connection that could be dead: the peer answers as long as it is there.
    ping() {
      queueMicrotask(() => listener.pong?.());
    },
    terminate() {
      client.close(1006);
    },
  };
  const listener: SocketListener = upgrade.attach(socket);
  open.add(client);
  // A Blob is read in time, and what is sent after it must not overtake it.
  let last = Promise.resolve();
  client.addEventListener('message', (event) => {
    last = last.then(async () => {
      const bytes = await toBytes(event.data);
      if (bytes.length > upgrade.maxPayload) client.close(1009);
      else listener.message?.(bytes, typeof event.data !== 'string');
    });
    last.catch(reportBug);
  });
  client.addEventListener('close', (event) => {
    open.delete(client);
    listener.closed?.(event.code);
  });
}

function refuse(client: Client): void {
  if ('socket' in client) (client.socket as WebSocket).dispatchEvent(new Event('error'));
  client.close(1006);
}

type SocketData = string | Blob | ArrayBuffer | ArrayBufferView | SharedArrayBuffer;

async function toBytes(data: SocketData): Promise<Uint8Array> {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** The handshake that a client of this URL would send. */
function upgradeRequest({ client, info }: Connection, origin: string): PlainRequest {
  const { path, query } = targetOf(client.url.href, origin);
  const key = crypto.getRandomValues(new Uint8Array(16));
  return {
    method: 'GET',
    path,
    query,
    headers: {
      cookie: typeof document === 'undefined' ? undefined : cookieHeader(pageCookies()),
      origin: pageOrigin(),
      ...headersGiven(info.protocols),
      host: client.url.host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': btoa(String.fromCharCode(...key)),
    },
    body: new Uint8Array(0),
    secure: client.url.protocol === 'wss:',
    upgrade: true,
    peer: nobody,
  };
}

function pageCookies(): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of document.cookie.split('; ')) {
    const equals = part.indexOf('=');
    if (equals > 0) cookies[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return cookies;
}

/** In Node, where a socket has no cookies of its own, undici's class takes headers instead. */
function headersGiven(protocols: unknown): Record<string, string> {
  if (typeof protocols !== 'object' || protocols === null || Array.isArray(protocols)) return {};
  const { headers } = protocols as { headers?: HeadersInit };
  return headers === undefined ? {} : Object.fromEntries(new Headers(headers));
}
