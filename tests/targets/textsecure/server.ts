/**
 * A TextSecure server as somebody else would write it: bare node:http, one file, one long list of
 * ifs. It shares no code with the mock or the suite. What is wrong with it on purpose is marked
 * `BUG name` or `GAP name`; verdicts.yaml says what the suite must make of each.
 *
 * GAP no-attachments: none of the three routes exists.
 * GAP no-deletion-of-push-ids: DELETE of a push id is not there.
 * GAP no-single-contact: nor is the look-up of one token.
 * GAP content-type-not-looked-at: whatever is said of a body, it is read as JSON.
 * GAP members-taken-lightly: a supportsSms of another type counts as false, keys are not looked at.
 */
import { createCipheriv, createHash, createHmac, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface User {
  passwords: string[];
  key: Buffer;
  sms: boolean;
  gcm?: string;
  apn?: string;
}
interface PreKey {
  keyId: number;
  publicKey: string;
  identityKey: string;
}
interface Sent {
  id: string;
  system: 'textsecure';
  channel: string;
  recipient: string;
  receivedAt: string;
  code: string | null;
  subject: null;
  body: string | null;
  payload: unknown;
}
type Json = Record<string, unknown>;

const codes = new Map<string, string>();
const users = new Map<string, User>();
const oneTime = new Map<string, PreKey[]>();
const lastResort = new Map<string, PreKey>();
const sent: Sent[] = [];

class Refused extends Error {
  constructor(readonly status: number) {
    super(`refused with ${String(status)}`);
  }
}

function say(response: ServerResponse, status: number, body?: unknown): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
}

async function readJson(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch {
    // falls through
  }
  throw new Refused(400);
}

function credentials(request: IncomingMessage): { number: string; password: string } {
  const header = request.headers.authorization ?? '';
  // BUG scheme-compared-exactly: `basic` is refused.
  if (!header.startsWith('Basic ')) throw new Refused(401);
  const [number = '', ...rest] = Buffer.from(header.slice(6), 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  if (number === '' || password === '') throw new Refused(401);
  return { number, password };
}

function login(request: IncomingMessage): { number: string; user: User } {
  const { number, password } = credentials(request);
  const user = users.get(number);
  // BUG no-challenge-header: this 401 has no WWW-Authenticate.
  if (user?.passwords.includes(password) !== true) throw new Refused(401);
  return { number, user };
}

function outbox(channel: string, recipient: string, part: Partial<Sent>): void {
  const common = { system: 'textsecure', code: null, subject: null, body: null, payload: null };
  const id = String(sent.length + 1);
  const receivedAt = new Date().toISOString();
  sent.push({ ...common, id, channel, recipient, receivedAt, ...part } as Sent);
}

const tokenOf = (number: string): string =>
  createHash('sha1').update(number).digest().subarray(0, 10).toString('base64').slice(0, 14);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2), varint(bytes.length), bytes]);

function envelope(user: User, type: number, source: string, body: Buffer): string {
  const plain = Buffer.concat([
    Buffer.of(1 << 3),
    varint(type),
    field(2, Buffer.from(source)),
    Buffer.of(5 << 3),
    varint(Date.now()),
    field(6, body),
  ]);
  // BUG iv-reused: always the same for one account.
  const iv = createHash('sha256').update(user.key).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-256-cbc', user.key.subarray(0, 32), iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  // BUG mac-leaves-out-version-and-iv: only the ciphertext is authenticated.
  const mac = createHmac('sha256', user.key.subarray(32)).update(sealed).digest();
  return Buffer.concat([Buffer.of(1), iv, sealed, mac.subarray(0, 10)]).toString('base64');
}

function deliver(source: string, message: Json): boolean {
  const user = users.get(message['destination'] as string);
  if (typeof message['relay'] === 'string' && message['relay'] !== '') return false;
  if (user === undefined) return false;
  const body = Buffer.from(message['body'] as string, 'base64');
  const text = envelope(user, Number(message['type'] ?? 0), source, body);
  if (user.gcm !== undefined) outbox('gcm', user.gcm, { payload: text });
  else if (user.apn !== undefined)
    outbox('apn', user.apn, { payload: { aps: { alert: 'New message' }, m: text } });
  else return false;
  return true;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isKey(value: unknown): value is PreKey {
  const key = value as PreKey | null;
  return typeof key?.keyId === 'number' && isText(key.publicKey) && isText(key.identityKey);
}

function badMessage(message: unknown): boolean {
  const { destination, body, type } = (message ?? {}) as Json;
  if (!isText(destination) || !isText(body)) return true;
  if (type !== undefined && !Number.isInteger(type)) return true;
  return !/^[A-Za-z0-9+/]*={0,2}$/.test(body);
}

function requestCode(path: string, response: ServerResponse): void {
  const [, , , transport = '', , number = ''] = path.split('/');
  if (!/^\+\d{10,15}$/.test(number)) throw new Refused(400);
  if (transport !== 'sms' && transport !== 'voice') throw new Refused(415);
  const code = String(randomInt(100_000, 1_000_000));
  codes.set(number, code);
  outbox(transport, number, { code, body: `Your code: ${code}` });
  say(response, 200);
}

async function confirm(
  code: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request);
  const { number, password } = credentials(request);
  const key = Buffer.from(isText(body['signalingKey']) ? body['signalingKey'] : '', 'base64');
  if (key.length !== 52) throw new Refused(400);
  // BUG code-of-anyone: looks among all pending codes, not at that of this number.
  if (![...codes.values()].includes(code)) throw new Refused(403);
  // BUG old-password-still-works: a new registration adds a password.
  const passwords = [...(users.get(number)?.passwords ?? []), password];
  users.set(number, { passwords, key, sms: body['supportsSms'] === true });
  say(response, 200);
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  const path = decodeURIComponent(url.pathname);
  const call = `${request.method ?? ''} ${path}`;

  if (path === '/outbox') {
    const wanted = ['channel', 'recipient'].map((name) => url.searchParams.get(name));
    const after = Number(url.searchParams.get('after') ?? '0');
    const messages = sent.filter(
      ({ id, channel, recipient }) =>
        Number(id) > after && channel === wanted[0] && recipient === wanted[1],
    );
    say(response, 200, { messages, cursor: messages.at(-1)?.id ?? String(after) });
    return;
  }
  if (/^GET \/v1\/accounts\/[^/]+\/code\/[^/]+$/.test(call)) {
    requestCode(path, response);
    return;
  }
  if (call.startsWith('PUT /v1/accounts/code/')) {
    await confirm(path.slice('/v1/accounts/code/'.length), request, response);
    return;
  }
  const push = /^PUT \/v1\/accounts\/(gcm|apn)\/$/.exec(call)?.[1] as 'gcm' | 'apn' | undefined;
  if (push !== undefined) {
    const { user } = login(request);
    const id = (await readJson(request))[`${push}RegistrationId`];
    if (!isText(id)) throw new Refused(400);
    delete user.gcm;
    delete user.apn;
    user[push] = id;
    say(response, 204);
    return;
  }
  if (call === 'PUT /v1/keys/') {
    const { number } = login(request);
    const { keys, lastResortKey } = await readJson(request);
    if (!Array.isArray(keys) || !keys.every(isKey) || !isKey(lastResortKey)) throw new Refused(400);
    oneTime.set(number, keys);
    lastResort.set(number, lastResortKey);
    say(response, 200);
    return;
  }
  if (call.startsWith('GET /v1/keys/')) {
    login(request);
    const number = path.slice('/v1/keys/'.length);
    if (url.searchParams.has('relay')) throw new Refused(404);
    const next = oneTime.get(number)?.[0] ?? lastResort.get(number);
    // BUG prekey-race: reads, writes to its log, and only then removes what it read.
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (next === undefined) throw new Refused(404);
    oneTime.set(number, oneTime.get(number)?.filter(({ keyId }) => keyId !== next.keyId) ?? []);
    const { keyId, publicKey, identityKey } = next;
    say(response, 200, { keyId, publicKey, identityKey });
    return;
  }
  if (call === 'PUT /v1/directory/tokens') {
    login(request);
    const { contacts } = await readJson(request);
    if (!Array.isArray(contacts)) throw new Refused(400);
    const isToken = (token: unknown): token is string =>
      typeof token === 'string' && /^[A-Za-z0-9+/]{14}(==)?$/.test(token);
    const good = contacts.filter(isToken).map((token) => token.slice(0, 14));
    // BUG bad-token-skipped: refused only where no other token is good.
    if (good.length === 0 && contacts.length > 0) throw new Refused(400);
    const listed = new Map(
      [...users]
        .filter(([, { gcm, apn }]) => gcm !== undefined || apn !== undefined)
        .map(([number, { sms }]) => [tokenOf(number), sms]),
    );
    const found = good.filter((token) => listed.has(token));
    say(response, 200, {
      contacts: found.map((token) =>
        listed.get(token) === true ? { token, supportsSms: true } : { token },
      ),
    });
    return;
  }
  if (call === 'POST /v1/messages/') {
    const { number } = login(request);
    const { messages } = await readJson(request);
    if (!Array.isArray(messages) || messages.some(badMessage)) throw new Refused(400);
    const success: string[] = [];
    const failure: string[] = [];
    for (const message of messages as Json[]) {
      const destination = message['destination'] as string;
      if (deliver(number, message)) success.push(destination);
      else {
        failure.push(destination);
        // BUG failure-ends-the-batch: what comes after it is not sent.
        break;
      }
    }
    say(response, 200, { success, failure });
    return;
  }
  throw new Refused(404);
}

/** Starts it on a free port of 127.0.0.1. */
export async function startTextSecure(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      request.resume();
      say(response, error instanceof Refused ? error.status : 500);
    });
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
