import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { controlPlane } from '../control/plane.js';
import type { HeaderValue, PlainRequest, PlainResponse, Upgrade } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { readBody } from './node-body.js';
import { createSockets, type Sockets } from './node-websocket.js';

/** How an answer is put on the wire; the proof uses it to make legal variants. */
export type WriteResponse = (
  message: IncomingMessage,
  reply: ServerResponse,
  response: PlainResponse,
) => void;

export interface NodeServerOptions {
  readonly host: string;
  readonly port: number;
  readonly write?: WriteResponse | undefined;
}

export interface NodeServer {
  readonly url: string;
  /** Ends open answers and sockets, then the server. */
  close(): Promise<void>;
}

const noBody = new Uint8Array(0);

/** Serves a mock over HTTP/1.1 and WebSocket. */
export async function serveNode(core: MockCore, options: NodeServerOptions): Promise<NodeServer> {
  const write = options.write ?? writeResponse;
  const control = controlPlane(core);
  const sockets = createSockets();
  const server = createServer((message, reply) => {
    handle(core, control, message, reply, write);
  });
  // The mock holds long polls and slow uploads on purpose; these bounds are for dead peers.
  server.requestTimeout = 300_000;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 30_000;
  server.on('upgrade', (message, socket, head) => {
    upgrade(core, sockets, message, socket, head, write);
  });
  server.on('clientError', (_error, socket) => {
    answerBrokenRequest(socket);
  });
  await listen(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `http://${host}:${String(port)}`,
    close: () => close(core, server, sockets),
  };
}

function listen(server: Server, options: NodeServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function close(core: MockCore, server: Server, sockets: Sockets): Promise<void> {
  core.stop();
  sockets.closeAll();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

type Control = ReturnType<typeof controlPlane>;

function handle(
  core: MockCore,
  control: Control,
  message: IncomingMessage,
  reply: ServerResponse,
  write: WriteResponse,
): void {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const method = message.method ?? 'GET';
  const dispatch = control(method, path) ?? core.dispatch(method, path);
  const { headers } = message;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    send(dispatch.run(toPlain(message, reply, method, path, query, noBody)));
    return;
  }
  readBody(message, dispatch.bodyLimit, (body) => {
    const plain = toPlain(message, reply, method, path, query, body ?? noBody);
    if (body !== null) {
      send(dispatch.run(plain));
      return;
    }
    reply.shouldKeepAlive = false;
    send(dispatch.tooLarge(plain));
  });

  function send(outcome: ReturnType<typeof dispatch.run>): void {
    if (outcome instanceof Promise) {
      void outcome.then(send);
      return;
    }
    if ('kind' in outcome) throw new Error('an upgrade without an upgrade request');
    if (!reply.destroyed) write(message, reply, outcome);
  }
}

function toPlain(
  message: IncomingMessage,
  reply: ServerResponse,
  method: string,
  path: string,
  query: string,
  body: Uint8Array,
): PlainRequest {
  return {
    method,
    path,
    query,
    headers: message.headers as Record<string, string | undefined>,
    body,
    secure: 'encrypted' in message.socket,
    upgrade: false,
    headerNames: () => message.rawHeaders.filter((_, index) => index % 2 === 0),
    onAbort(callback) {
      reply.once('close', () => {
        if (!reply.writableFinished) callback();
      });
    },
  };
}

/** Writes an answer in one piece with its Content-Length. */
export function writeResponse(
  message: IncomingMessage,
  reply: ServerResponse,
  response: PlainResponse,
): void {
  const { status, body } = response;
  const headers = { ...response.headers } as Record<string, HeaderValue | number>;
  if (status !== 204 && status !== 304) {
    headers['Content-Length'] =
      body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  }
  reply.writeHead(status, headers as Record<string, string | string[] | number>);
  if (body === null || message.method === 'HEAD') reply.end();
  else reply.end(body);
}

/** An upgrade request: the handler decides; a refusal is an ordinary answer on the raw socket. */
function upgrade(
  core: MockCore,
  sockets: Sockets,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  write: WriteResponse,
): void {
  socket.on('error', () => socket.destroy());
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const method = message.method ?? 'GET';
  const reply = new ServerResponse(message);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket as Socket);
  const plain = {
    ...toPlain(message, reply, method, path, query, noBody),
    upgrade: message.headers.upgrade?.toLowerCase() === 'websocket',
  };
  const outcome = core.dispatch(method, path).run(plain);
  const settle = (settled: PlainResponse | Upgrade): void => {
    if ('kind' in settled) {
      reply.detachSocket(socket as Socket);
      sockets.accept(message, socket, head, settled);
      return;
    }
    reply.once('finish', () => socket.end());
    write(message, reply, settled);
  };
  if (outcome instanceof Promise) void outcome.then(settle);
  else settle(outcome);
}

/** A request that is no HTTP at all gets a short answer instead of a silent reset. */
function answerBrokenRequest(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const line = 'the request is not valid HTTP/1.1';
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${String(line.length)}\r\nConnection: close\r\n\r\n${line}`,
  );
}
