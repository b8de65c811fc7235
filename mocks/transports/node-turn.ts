/** One request over HTTP/1.1, from its head to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Front } from '../control/front.js';
import type { Outcome } from '../engine/dispatch.js';
import { text, type Peer, type PlainRequest, type PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { bugMessage } from '../engine/pipeline.js';
import { writeBroken, writeResponse, type WriteResponse } from './node-answer.js';
import { readBody } from './node-body.js';

export const noBody = new Uint8Array(0);

/** What all requests of a server have in common. */
export interface Serving {
  readonly core: MockCore;
  readonly front: Front;
  readonly write: WriteResponse;
  readonly outbox: Outbox;
}

/**
 * Answers that come of one turn of the event loop are written together at its end. A client that
 * has to be woken costs as much as its request: one write wakes it, and the others find it awake.
 */
export class Outbox {
  #turns: Turn[] = [];

  add(turn: Turn): void {
    if (this.#turns.length === 0) setImmediate(this.#writeAll);
    this.#turns.push(turn);
  }

  readonly #writeAll = (): void => {
    const turns = this.#turns;
    this.#turns = [];
    for (const turn of turns) turn.write();
  };
}

/** Who waits for an answer. */
export class Client implements Peer {
  protected readonly message: IncomingMessage;
  protected readonly reply: ServerResponse;

  constructor(message: IncomingMessage, reply: ServerResponse) {
    this.message = message;
    this.reply = reply;
  }

  headerNames(): readonly string[] {
    return this.message.rawHeaders.filter((_, index) => index % 2 === 0);
  }

  onAbort(callback: () => void): void {
    const { reply } = this;
    reply.once('close', () => {
      if (!reply.writableFinished) callback();
    });
  }
}

/** One request and its answer. */
export class Turn extends Client {
  readonly #serving: Serving;
  #answer: PlainResponse | null = null;

  constructor(serving: Serving, message: IncomingMessage, reply: ServerResponse) {
    super(message, reply);
    this.#serving = serving;
  }

  run(): void {
    const message = this.message;
    const reply = this.reply;
    const { headers, method = 'GET' } = message;
    try {
      const { path, query } = targetOf(message);
      const dispatch = this.#serving.front(method, path, headers as PlainRequest['headers']);
      if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
        this.#settle(dispatch.run(toPlain(message, this, method, path, query, noBody)));
        return;
      }
      readBody(message, dispatch.bodyLimit, (body) => {
        const plain = toPlain(message, this, method, path, query, body ?? noBody);
        if (body === null) reply.shouldKeepAlive = false;
        try {
          this.#settle(body === null ? dispatch.tooLarge(plain) : dispatch.run(plain));
        } catch (error) {
          this.#fail(error);
        }
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #settle(outcome: Outcome | Promise<Outcome>): void {
    if (outcome instanceof Promise) {
      outcome
        .then((settled) => {
          this.#send(settled);
        })
        .catch((error: unknown) => {
          this.#fail(error);
        });
    } else this.#send(outcome);
  }

  #send(outcome: Outcome): void {
    if ('kind' in outcome) throw new Error('an upgrade without an upgrade request');
    this.#answer = outcome;
    this.#serving.outbox.add(this);
  }

  /** Writes what the request came to. */
  write(): void {
    const { message, reply } = this;
    const answer = this.#answer;
    if (answer === null || reply.destroyed) return;
    try {
      if (answer.cut === undefined) this.#serving.write(message, reply, answer);
      else writeBroken(message, reply, answer, answer.cut);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const reply = this.reply;
    this.#serving.core.reportBug(error);
    if (reply.headersSent) reply.destroy();
    else writeResponse(this.message, reply, text(500, bugMessage));
  }
}

/** Path and query of a request target; proxies may send the whole URL (RFC 9112, 3.2.2). */
export function targetOf(message: IncomingMessage): { path: string; query: string } {
  let target = message.url ?? '/';
  if (!target.startsWith('/')) {
    const authority = /^https?:\/\/[^/?#]*/i.exec(target);
    if (authority !== null) target = target.slice(authority[0].length);
    if (target === '' || target.startsWith('?')) target = `/${target}`;
  }
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

export function toPlain(
  message: IncomingMessage,
  peer: Peer,
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
    peer,
  };
}
