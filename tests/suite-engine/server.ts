import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (request: SeenRequest, reply: ServerResponse) => void;

export interface TestServer {
  readonly url: string;
  /** Every request so far. */
  readonly seen: SeenRequest[];
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A server that has nothing to do with the mock; it ends with the test. */
export async function serve(
  answer: Answering,
  accept?: (socket: WebSocket, message: IncomingMessage) => void,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((message, reply) => {
    let body = '';
    message.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    message.on('end', () => {
      const { method = '', url: path = '', headers } = message;
      const request = { method, path, headers, body };
      seen.push(request);
      answer(request, reply);
    });
  });
  if (accept !== undefined) {
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    sockets.on('connection', accept);
    closers.push(() => {
      for (const client of sockets.clients) client.terminate();
      return Promise.resolve();
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
}

/** The URL of a port on which nothing listens. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${String(port)}`;
}

export function sendJson(reply: ServerResponse, status: number, value: unknown): void {
  reply.writeHead(status, { 'Content-Type': 'application/json' });
  reply.end(JSON.stringify(value));
}
