import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InboxMessage } from '../out-of-band.js';
import { MailError } from './reader.js';

/** What the inbox of the contracts is asked. */
export interface BridgeQuery {
  readonly system: string;
  readonly channel: string;
  readonly recipient: string;
  /** Number of the newest message that is known already, 0 before the first. */
  readonly after: number;
  /** Milliseconds that the caller would wait for a message; 0 where it wants what is there. */
  readonly waitMs: number;
}

export interface BridgeAnswer {
  readonly messages: readonly InboxMessage[];
  /** True when waiting longer is in vain: a person said that nothing came. */
  readonly settled?: boolean;
}

/** Answers in the name of an inbox of another kind. */
export type BridgeHandler = (query: BridgeQuery) => Promise<BridgeAnswer>;

export interface BridgeServer {
  /** Serves one more inbox. */
  add(handler: BridgeHandler): string;
  close(): Promise<void>;
}

/** Longest that one request is held, below every time-out of a client. */
const longestHoldMs = 5_000;

/**
 * Serves inboxes of other kinds by the contract's HTTP, for the processes of one run: on the
 * loopback interface, at a random port, below a path that nobody can guess.
 */
export async function openBridge(): Promise<BridgeServer> {
  const token = randomBytes(16).toString('hex');
  const handlers = new Map<string, BridgeHandler>();
  const server = createServer((request, response) => {
    void answer(handlers, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    add(handler) {
      const path = `/${token}/${String(handlers.size + 1)}`;
      handlers.set(path, handler);
      return `http://127.0.0.1:${String(port)}${path}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handlers: ReadonlyMap<string, BridgeHandler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const handler = handlers.get(url.pathname);
  if (handler === undefined || request.method !== 'GET') {
    send(response, 404, { error: 'there is no such inbox' });
    return;
  }
  const value = (name: string): string => url.searchParams.get(name) ?? '';
  try {
    const { messages, settled = false } = await handler({
      system: value('system'),
      channel: value('channel'),
      recipient: value('recipient'),
      after: wholeNumber(value('after')),
      waitMs: Math.min(wholeNumber(value('wait')), longestHoldMs),
    });
    send(response, 200, { messages, cursor: messages.at(-1)?.id ?? value('after'), settled });
  } catch (error) {
    const known = error instanceof MailError;
    const reason = error instanceof Error ? error.message : String(error);
    send(response, known ? 502 : 500, { error: known ? reason : `the adapter erred: ${reason}` });
  }
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}
