import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createFront, type Front, type Persist } from '../control/front.js';
import { createGuard, isLoopback, newToken } from '../control/guard.js';
import { isControlPath } from '../control/plane.js';
import type { ChaosOptions } from '../engine/chaos.js';
import type { Outcome } from '../engine/dispatch.js';
import type { PlainRequest } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { soleWorld, type Worlds } from '../engine/worlds.js';
import { writeResponse, type WriteResponse } from './node-answer.js';
import { createChaos } from './node-chaos.js';
import type { Homes } from './node-homes.js';
import { createPass } from './node-pass.js';
import { createPages } from './node-pages.js';
import { Client, noBody, Outbox, targetOf, toPlain, Turn, type Serving } from './node-turn.js';
import { createSockets, type Sockets } from './node-websocket.js';

export interface NodeServerOptions {
  readonly host: string;
  readonly port: number;
  readonly write?: WriteResponse | undefined;
  /** Varies what clients must not rely on, repeatable with a seed; off when absent. */
  readonly chaos?: ChaosOptions | undefined;
  readonly persist?: Persist | undefined;
  /** Needed for the control plane; beyond loopback a random one where absent. */
  readonly token?: string | undefined;
  /** Names, in lower case, under which the control plane is served beside addresses and localhost. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where each world is at home, for a mock that shares its worlds with others. */
  readonly homes?: Homes | undefined;
  /** True in one of several processes that share a port, for a port of its own. */
  readonly exclusive?: boolean;
}

export interface NodeServer {
  readonly url: string;
  /** What requests to the control plane must carry; null where none is needed. */
  readonly token: string | null;
  /** Ends open answers and sockets, then the server. */
  close(): Promise<void>;
}

/**
 * Serves a mock over HTTP/1.1 and WebSocket.
 * @param mock one with worlds, or a core that is the only one
 */
export async function serveNode(
  mock: MockCore | Worlds,
  options: NodeServerOptions,
): Promise<NodeServer> {
  const chaos = options.chaos === undefined ? undefined : createChaos(options.chaos, writeResponse);
  const write = options.write ?? chaos?.write ?? writeResponse;
  const worlds = 'main' in mock ? mock : soleWorld(mock);
  const core = worlds.main;
  const token = options.token ?? (isLoopback(options.host) ? null : newToken());
  const guard = createGuard({ bound: options.host, hosts: options.allowedHosts ?? [], token });
  /** What this mock refuses is refused here, whatever the home of the world would say. */
  const mayPass = (message: IncomingMessage): boolean => {
    const { path, query } = targetOf(message);
    // Below the control plane there are paths of systems too.
    if (!isControlPath(path) || core.claims(path)) return true;
    const headers = message.headers as PlainRequest['headers'];
    return guard.origin(headers) === null && guard.token({ headers, query }) === null;
  };
  const front = createFront(worlds, {
    persist: options.persist,
    guard,
    pages: createPages(worlds),
  });
  const sockets = createSockets(chaos?.send);
  const upgrading = new Set<Duplex>();
  const { homes } = options;
  const pass = homes === undefined ? undefined : createPass(homes, core);
  const serving: Serving = { core, front, write, outbox: new Outbox() };
  const server = createServer((message, reply) => {
    if (pass === undefined || !mayPass(message)) new Turn(serving, message, reply).run();
    else {
      pass.request(message, reply, () => {
        new Turn(serving, message, reply).run();
      });
    }
  });
  // The mock holds long polls and slow uploads on purpose; these bounds are for dead peers.
  server.requestTimeout = 300_000;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 30_000;
  server.on('upgrade', (message, socket, head) => {
    if (isOrdinary(message)) {
      readAgain(server, message, socket, head);
      return;
    }
    upgrading.add(socket);
    socket.once('close', () => upgrading.delete(socket));
    const here = (): void => {
      upgrade(core, front, sockets, message, socket, head, write);
    };
    if (pass === undefined) here();
    else pass.upgrade(message, socket, head, here);
  });
  server.on('clientError', (error, socket) => {
    answerBrokenRequest(error, socket);
  });
  await listen(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `http://${host}:${String(port)}`,
    token,
    close: () => {
      pass?.close();
      const closed = close(worlds, server, sockets);
      // The server no longer knows of connections that asked for an upgrade.
      for (const socket of upgrading) socket.destroy();
      return closed;
    },
  };
}

function listen(server: Server, options: NodeServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const { port, host, exclusive = false } = options;
    server.listen({ port, host, exclusive }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function close(worlds: Worlds, server: Server, sockets: Sockets): Promise<void> {
  worlds.stop();
  sockets.closeAll();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** An upgrade request: the handler decides; a refusal is an ordinary answer on the raw socket. */
function upgrade(
  core: MockCore,
  front: Front,
  sockets: Sockets,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  write: WriteResponse,
): void {
  socket.on('error', () => socket.destroy());
  const { path, query } = targetOf(message);
  const method = message.method ?? 'GET';
  const reply = new ServerResponse(message);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket as Socket);
  const plain = {
    ...toPlain(message, new Client(message, reply), method, path, query, noBody),
    upgrade: message.headers.upgrade?.toLowerCase() === 'websocket',
  };
  const settle = (settled: Outcome): void => {
    if ('kind' in settled) {
      reply.detachSocket(socket as Socket);
      sockets.accept(message, socket, head, settled);
      return;
    }
    if (settled.cut !== undefined) {
      socket.destroy();
      return;
    }
    reply.once('finish', () => socket.end());
    write(message, reply, settled);
  };
  const fail = (error: unknown): void => {
    core.reportBug(error);
    socket.destroy();
  };
  try {
    const outcome = front(method, path, plain.headers).run(plain);
    if (outcome instanceof Promise) outcome.then(settle).catch(fail);
    else settle(outcome);
  } catch (error) {
    fail(error);
  }
}

/**
 * True for a request that asks for an upgrade only in passing and has a body, as some clients do
 * for HTTP/2: such an offer is ignored (RFC 9110, 7.8).
 */
function isOrdinary(message: IncomingMessage): boolean {
  const { headers, method } = message;
  const hasBody =
    headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return hasBody && !(method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket');
}

/** Node hands an upgrade over with its body unread: put it back without the offer, and start anew. */
function readAgain(server: Server, message: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${message.method ?? 'GET'} ${message.url ?? '/'} HTTP/1.1`];
  const { rawHeaders } = message;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (/^(upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** By Node's code of the error; anything else is no HTTP. */
const brokenRequests: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'request line and headers together have at most 16 KiB',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request was not complete in time'],
};

/** A request that cannot be read gets a short answer instead of a silent reset. */
function answerBrokenRequest(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, line] = brokenRequests[(error as { code?: string }).code ?? ''] ?? [
    '400 Bad Request',
    'the request is not valid HTTP/1.1',
  ];
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${String(line.length)}\r\nConnection: close\r\n\r\n${line}`,
  );
}
