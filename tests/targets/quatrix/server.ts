/**
 * A Quatrix as somebody else would write it: a service class, a table of routes, promises for the
 * held polls. Plain HTTP on the inside; the world reaches it through the TLS proxy beside it. It
 * shares no code with the mock or the suite. What is wrong with it on purpose is marked `BUG name`
 * or `GAP name`; see verdicts.yaml.
 *
 * GAP no-keepalive: the route does not exist.
 * GAP no-files: nor do those for files, and the profile names no root folder.
 * GAP no-account-info: nor those for the account and its language.
 */
import { createHmac, pbkdf2Sync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface QuatrixUser {
  readonly login: string;
  readonly password: string;
}

class Member {
  readonly channel = randomUUID();
  readonly id = randomUUID();
  readonly notes: { at: number; body: string }[] = [];
  readonly waiting = new Set<() => void>();
  readonly key: string;

  constructor(
    readonly login: string,
    password: string,
  ) {
    // BUG passwords-in-latin1: letters beyond ASCII make another key than UTF-8 does.
    const bytes = Buffer.from(password, 'latin1');
    this.key = pbkdf2Sync(bytes, '', 4096, 32, 'sha1').toString('hex');
  }

  /** Keeps a notification, under a second of its own, and wakes who waits. */
  notify(body: string): void {
    const second = Math.floor(Date.now() / 1000);
    this.notes.push({ at: Math.max(second, (this.notes.at(-1)?.at ?? 0) + 1), body });
    for (const wake of [...this.waiting]) wake();
  }
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
interface Call {
  request: IncomingMessage;
  url: URL;
  /** A header or, where there is none, the query parameter of that name in any case. */
  readonly value: (name: string) => string;
}

const unauthorized = (code: number, msg: string): Answer => ({ status: 401, body: { code, msg } });

class Service {
  readonly #members: Member[];
  readonly #sessions = new Map<string, Member>();
  readonly #holdMs = 15_000;

  constructor(users: readonly QuatrixUser[]) {
    this.#members = users.map(({ login, password }) => new Member(login, password));
  }

  readonly routes: Record<string, (call: Call) => Answer | Promise<Answer>> = {
    'GET /api/0.1/session/login': (call) => this.#login(call),
    'GET /api/0.1/session/logout': (call) =>
      // BUG logout-keeps-the-session: answers well, and forgets to do it.
      this.#signed(call, '/session/logout', () => ({ status: 200, body: {} })),
    'GET /api/0.1/profile/get': (call) =>
      this.#signed(call, '/profile/get', ({ id, login, channel }) => ({
        status: 200,
        body: { id, email: login, realname: login, channel, channel_id: channel },
      })),
    'GET /mq/req': (call) => this.#poll(call),
    'POST /ops/change': (call) => this.#change(call),
  };

  #login(call: Call): Answer {
    // GAP one-account: there is one only, so the Referer is not looked at.
    const [login, time, signature] = ['X-Auth-Login', 'X-Auth-Timestamp', 'Authorization'].map(
      call.value,
    ) as [string, string, string];
    if (login === '' || !/^\d+$/.test(time) || signature === '')
      return unauthorized(11, 'X-Auth-Login, X-Auth-Timestamp and Authorization are needed');
    const member = this.#members.find((candidate) => candidate.login === login);
    // BUG unknown-user-is-404: tells a stranger who has an account.
    if (member === undefined) return { status: 404, body: { code: 20, msg: 'no such user' } };
    const subject = `GET /session/login\nx-auth-login: ${login}\nx-auth-timestamp: ${time}\n`;
    if (!this.#verify(member, subject, signature)) return unauthorized(14, 'wrong signature');
    const token = randomUUID();
    this.#sessions.set(token, member);
    const headers = { 'X-Auth-Token': token };
    return { status: 200, headers, body: { account_id: '4f6b1f7e-5a0e-4d0b-9a38-0d2e1c6a7b11' } };
  }

  #signed(call: Call, path: string, answer: (member: Member) => Answer): Answer {
    const [token, time, signature] = ['X-Auth-Token', 'X-Auth-Timestamp', 'Authorization'].map(
      call.value,
    ) as [string, string, string];
    const member = this.#sessions.get(token);
    if (member === undefined || !/^\d+$/.test(time)) return unauthorized(14, 'log in first');
    const method = call.request.method ?? '';
    const subject = `${method} ${path}\nx-auth-timestamp: ${time}\nx-auth-token: ${token}\n`;
    if (!this.#verify(member, subject, signature)) return unauthorized(14, 'wrong signature');
    return answer(member);
  }

  #verify({ key }: Member, subject: string, given: string): boolean {
    const right = createHmac('sha1', key).update(subject).digest('hex');
    // BUG first-32-digits-compared: the column of their database was that long.
    return given.slice(0, 32) === right.slice(0, 32);
  }

  async #poll({ url, request }: Call): Promise<Answer> {
    const id = url.searchParams.get('id') ?? '';
    if (id === '') return { status: 400, body: { code: 11, msg: 'id is needed' } };
    // GAP token-is-no-queue: the session token, which clients pass, leads nowhere.
    const member = this.#members.find(({ channel }) => channel === id) ?? new Member(id, '');
    const since = Date.parse(String(request.headers['if-modified-since']));
    const cursor = Number.isNaN(since) ? 0 : since / 1000;
    const next = (): { at: number; body: string } | undefined =>
      member.notes.find(({ at }) => at > cursor);
    if (next() === undefined) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          member.waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, this.#holdMs);
        member.waiting.add(done);
        request.socket.once('close', done);
      });
    }
    const note = next();
    const at = note?.at ?? Math.max(cursor, Math.floor(Date.now() / 1000) - 1);
    const headers = { 'Last-Modified': new Date(at * 1000).toUTCString(), Etag: '0' };
    if (note === undefined) return { status: 304, headers };
    return { status: 200, headers, body: JSON.parse(note.body) as unknown };
  }

  /** Their own door for operations, which the profile names as the trigger. */
  async #change({ request }: Call): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { affects, data, status } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      affects: string[];
      data: unknown[];
      status?: object;
    };
    const jobId = randomUUID();
    for (const member of this.#members) {
      if (!affects.includes(member.login)) continue;
      member.notify(
        JSON.stringify({
          status: { errmsg: '', errcode: 0, ...status },
          // BUG job-id-of-its-own: not the one that the caller was told.
          job_id: randomUUID(),
          data,
        }),
      );
    }
    return { status: 200, body: { jobId } };
  }
}

function respond(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    // BUG length-in-characters: shorter than the body as soon as a letter takes two bytes.
    ...(status === 304 ? {} : { 'Content-Length': text.length }),
    ...headers,
  });
  response.end(status === 304 ? undefined : Buffer.from(text).subarray(0, text.length));
}

/** Starts it on a free port of 127.0.0.1. */
export async function startQuatrix(
  users: readonly QuatrixUser[],
): Promise<{ url: string; close: () => void }> {
  const service = new Service(users);
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const handler = service.routes[`${request.method ?? ''} ${url.pathname}`];
    const value = (name: string): string => {
      const header = request.headers[name.toLowerCase()];
      if (typeof header === 'string') return header;
      const names = [...url.searchParams.keys()];
      const found = names.find((key) => key.toLowerCase() === name.toLowerCase());
      return found === undefined ? '' : (url.searchParams.get(found) ?? '');
    };
    const answer =
      handler === undefined
        ? { status: 404, body: { code: 20, msg: 'not found' } }
        : handler({ request, url, value });
    Promise.resolve(answer).then(
      (ready) => {
        respond(response, ready);
      },
      () => {
        respond(response, { status: 500, body: { code: -1, msg: 'unknown error' } });
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
