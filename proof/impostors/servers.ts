import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers everything alike. None may earn a pass that it does not deserve. */
export interface Impostor {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly habit: string;
  answer(request: IncomingMessage, reply: ServerResponse): void;
}

export const impostors: readonly Impostor[] = [
  {
    name: 'yes',
    habit: 'answers 200 and an empty JSON object to everything',
    answer: (_request, reply) => {
      reply.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    },
  },
  {
    name: 'unauthorized',
    habit: 'answers 401 to everything',
    answer: (_request, reply) => {
      reply
        .writeHead(401, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Basic' })
        .end('{}');
    },
  },
  {
    name: 'broken',
    habit: 'answers 500 to everything',
    answer: (_request, reply) => {
      reply.writeHead(500, { 'Content-Type': 'text/plain' }).end('Internal Server Error');
    },
  },
  {
    name: 'silent',
    habit: 'accepts every request and never answers',
    answer: () => undefined,
  },
  {
    name: 'echo',
    habit: 'answers 200 with the body, the headers and the path of the request',
    answer: (request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        reply.writeHead(200, {
          'Content-Type': request.headers['content-type'] ?? 'text/plain',
          'X-Path': encodeURI(request.url ?? '/'),
        });
        reply.end(body);
      });
    },
  },
];

export interface RunningImpostor {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an impostor on a free port of the loopback interface; upgrades get the same answer. */
export async function startImpostor(impostor: Impostor): Promise<RunningImpostor> {
  const server = createServer((request, reply) => {
    request.resume();
    impostor.answer(request, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
