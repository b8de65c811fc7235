/**
 * An SSKS as somebody else would write it: Express with a router and middleware, mounted below a
 * base path, listening on IPv6. What was sent is one JSON file a message in a folder, which a
 * command of theirs (outbox.mjs) reads. It shares no code with the mock or the suite. What is wrong
 * with it on purpose is marked `BUG name` or `GAP name`; see verdicts.yaml.
 *
 * GAP no-factor-token: the route of newer clients does not exist.
 * GAP members-taken-lightly: a template of another type counts as none, and the app_id in a body is
 * not looked at.
 * GAP no-preflight: browsers were not thought of; answers carry no CORS headers.
 */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';

export interface SsksOptions {
  readonly appId: string;
  readonly apiKey: string;
  /** Folder for what is sent out. */
  readonly outbox: string;
}

interface Factor {
  type: 'EM' | 'SMS';
  value: string;
}
interface Account {
  userId: string;
  factor: string;
  identity?: { id: string; data: string; authenticated: boolean; pushes: number };
  /** BUG force-is-remembered: what the session should know is kept with the account. */
  forced: boolean;
}
interface Session {
  account: Account;
  must: boolean;
  challenge: string | null;
  authenticated: boolean;
}
type Body = Record<string, unknown>;

class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(`HTTP ${String(status)}`);
  }
}

const invalid = (member: string): HttpError =>
  new HttpError(400, { [member]: ['This field is required.'] });
const missing = (model: string): HttpError => new HttpError(404, { model });
const forbidden = (): HttpError =>
  new HttpError(403, { detail: 'Incorrect authentication credentials.' });

function text(body: Body, member: string): string {
  const value = body[member];
  if (typeof value !== 'string' || value === '') throw invalid(member);
  return value;
}

function factorOf(body: Body): Factor {
  // GAP no-deprecated-email: only auth_factor is known.
  const factor = body['auth_factor'];
  if (typeof factor !== 'object' || factor === null) throw invalid('auth_factor');
  return checked(factor as Body);
}

function checked({ type, value }: Body): Factor {
  if (type !== 'EM' && type !== 'SMS') throw invalid('type');
  if (typeof value !== 'string' || value === '') throw invalid('value');
  const pattern = type === 'EM' ? /^[^@\s]+@[^@\s]+\.[^@\s]+$/ : /^\+[1-9]\d{6,14}$/;
  if (!pattern.test(value)) throw invalid('value');
  return { type, value: type === 'EM' ? value.toLowerCase() : value };
}

const optionalFactor = (body: Body): Factor | undefined =>
  body['auth_factor'] === undefined ? undefined : factorOf(body);

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const newChallenge = (): string =>
  Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** The store: two tables and the sessions, with the queries that the routes need. */
class Store {
  readonly accounts: Account[] = [];
  readonly sessions = new Map<string, Session>();
  readonly passwords = new Map<string, Map<string, { id: string; data: string }>>();
  #sent = 0;

  constructor(readonly outbox: string) {}

  key = ({ type, value }: Factor): string =>
    createHash('sha256').update(`${type}:${value}`).digest('hex');

  find(userId: string, factor: Factor): Account | undefined {
    const key = this.key(factor);
    return this.accounts.find((entry) => entry.userId === userId && entry.factor === key);
  }

  create(userId: string, factor: Factor): Account {
    const known = this.find(userId, factor);
    if (known !== undefined) return known;
    const account = { userId, factor: this.key(factor), forced: false };
    this.accounts.push(account);
    return account;
  }

  matching(userId: string, factor: Factor | undefined): Account[] {
    const key = factor === undefined ? undefined : this.key(factor);
    return this.accounts.filter(
      (entry) => entry.userId === userId && (key === undefined || entry.factor === key),
    );
  }

  isUsed(factor: Factor): boolean {
    const key = this.key(factor);
    return this.accounts.some((entry) => entry.factor === key && entry.identity !== undefined);
  }

  send(factor: Factor, subject: string | null, body: string, code: string): void {
    this.#sent += 1;
    const id = String(this.#sent);
    const channel = factor.type === 'EM' ? 'email' : 'sms';
    // Whoever reads the folder sees whole files only.
    const file = join(this.outbox, `${id.padStart(9, '0')}.json`);
    writeFileSync(
      `${file}.part`,
      JSON.stringify({
        ...{ id, system: 'ssks', channel, recipient: factor.value, code, subject, body },
        ...{ receivedAt: new Date().toISOString(), payload: null },
      }),
    );
    renameSync(`${file}.part`, file);
  }
}

function application(options: SsksOptions): Express {
  const store = new Store(options.outbox);
  const api = express.Router();
  const json = (request: Request): Body => (request.body as Body | undefined) ?? {};

  const backEnd: RequestHandler = (request, _response, next) => {
    if (request.get('X-SEALD-APIKEY') !== options.apiKey) throw forbidden();
    next();
  };
  const session = (request: Request): Session => {
    const found = store.sessions.get(request.get('X-SEALD-SESSION') ?? '');
    if (found === undefined) throw missing('TMRSession');
    return found;
  };

  api.use((request, _response, next) => {
    if (request.get('X-SEALD-APPID')?.toLowerCase() !== options.appId) throw forbidden();
    next();
  });
  api.use(['/tmr/back', '/strict/back'], backEnd);
  api.use(express.json());

  api.post('/tmr/back/challenge_send/', (request, response) => {
    const body = json(request);
    const userId = text(body, 'user_id');
    const factor = factorOf(body);
    const known = store.find(userId, factor);
    if (known === undefined && body['create_user'] !== true) throw missing('TMRUser');
    const account = known ?? store.create(userId, factor);
    account.forced ||= body['force_auth'] === true;
    const must = account.forced || store.isUsed(factor);
    const fake = body['fake_otp'] === true;
    const challenge = fake ? 'aaaaaaaa' : must ? newChallenge() : null;
    const id = randomUUID();
    store.sessions.set(id, { account, must, challenge, authenticated: false });
    if (must && !fake && challenge !== null) {
      if (factor.type === 'SMS') store.send(factor, null, `Your code: ${challenge}`, challenge);
      else {
        const template = typeof body['template'] === 'string' ? body['template'] : '$$CHALLENGE$$';
        // BUG default-subject-of-their-own: another one than the documented default.
        const subject = typeof body['subject'] === 'string' ? body['subject'] : 'Your code';
        const html = template.replaceAll('$$CHALLENGE$$', () => challenge);
        store.send(factor, subject, html, challenge);
      }
    }
    // BUG challenge-in-a-header: left over from debugging.
    if (challenge !== null) response.set('X-Debug-Challenge', challenge);
    response.json({ session_id: id, must_authenticate: must });
  });

  api.post('/tmr/back/must_authenticate/', (request, response) => {
    response.json({ must_authenticate: store.isUsed(checked(json(request))) });
  });

  api.post('/tmr/back/create_user/', (request, response) => {
    const body = json(request);
    store.create(text(body, 'user_id'), factorOf(body));
    response.json({ status: 'ok' });
  });

  api.post('/tmr/back/delete_user/', (request, response) => {
    const body = json(request);
    const userId = text(body, 'user_id');
    // BUG factor-ignored-on-deletion: it is checked, and then everything goes.
    optionalFactor(body);
    const gone = store.matching(userId, undefined);
    for (const account of gone) store.accounts.splice(store.accounts.indexOf(account), 1);
    for (const [id, entry] of store.sessions)
      if (gone.includes(entry.account)) store.sessions.delete(id);
    const deleted = gone.filter(({ identity }) => identity !== undefined).length;
    response.json({ status: 'ok', deleted });
  });

  api.post('/tmr/back/identity_check/', (request, response) => {
    const body = json(request);
    const userId = text(body, 'user_id');
    const found = store.matching(userId, optionalFactor(body));
    // BUG pushes-counted: how often was stored, not how many are stored.
    const count = found.reduce((sum, { identity }) => sum + (identity?.pushes ?? 0), 0);
    const user = { user_id: userId, app_id: options.appId };
    response.json({ identities_count: count, user });
  });

  api.post('/strict/back/identity_check/', (request, response) => {
    const userId = text(json(request), 'user_id');
    const user = { user_id: userId, app_id: options.appId };
    response.json({ identities_count: store.passwords.get(userId)?.size ?? 0, user });
  });

  api.post('/strict/back/identity_delete/', (request, response) => {
    store.passwords.delete(text(json(request), 'user_id'));
    response.json({ status: 'ok' });
  });

  api.post('/tmr/front/challenge_validate/', (request, response) => {
    const body = json(request);
    const challenge = text(body, 'challenge');
    const factor = factorOf(body);
    const { account } = session(request);
    if (store.key(factor) !== account.factor) throw forbidden();
    // BUG challenge-of-any-session: any challenge under way opens any session.
    const known = [...store.sessions.values()].map((entry) => entry.challenge);
    if (!known.includes(challenge)) throw forbidden();
    const id = randomUUID();
    store.sessions.set(id, { account, must: true, challenge: null, authenticated: true });
    response.json({ new_id: id });
  });

  api.post('/tmr/front/push/', (request, response) => {
    const data = text(json(request), 'data_b64');
    const { account, authenticated, must } = session(request);
    if (must && !authenticated) throw forbidden();
    const { id = randomUUID(), pushes = 0 } = account.identity ?? {};
    account.identity = { id, data, authenticated, pushes: pushes + 1 };
    response.json({ id });
  });

  api.post('/tmr/front/search/', (request, response) => {
    // BUG search-before-challenge: must_authenticate is not asked here.
    const { identity } = session(request).account;
    if (identity === undefined) throw missing('TMRKey');
    response.json({ data_b64: identity.data, authenticated: identity.authenticated });
  });

  api.post('/push/', (request, response) => {
    const body = json(request);
    const [userId, secret, data] = ['user_id', 'secret', 'data_b64'].map((name) =>
      text(body, name),
    ) as [string, string, string];
    const rows = store.passwords.get(userId) ?? new Map<string, { id: string; data: string }>();
    store.passwords.set(userId, rows);
    const id = rows.get(secret)?.id ?? randomUUID();
    rows.set(secret, { id, data });
    response.json({ id });
  });

  api.post('/search/', (request, response) => {
    const body = json(request);
    const rows = store.passwords.get(text(body, 'user_id'));
    if (rows === undefined || rows.size === 0) throw missing('StrictUser');
    const row = rows.get(text(body, 'secret'));
    if (row === undefined) throw missing('StrictKey');
    response.json({ data_b64: row.data });
  });

  // Anything but POST falls through to Express's own 404.
  // GAP no-405: Express knows no other answer for another method.
  const onError: ErrorRequestHandler = (error: unknown, _request, response: Response, next) => {
    if (error instanceof HttpError) response.status(error.status).json(error.body);
    else next(error);
  };
  const app = express();
  app.set('env', 'test');
  app.use('/keys/v1', api);
  app.use(onError);
  return app;
}

/** Starts it on a free port of ::1. The URL has a base path. */
export async function startSsks(options: SsksOptions): Promise<{ url: string; close: () => void }> {
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = application(options).listen(0, '::1', (error?: Error) => {
      if (error === undefined) resolve(listening);
      else reject(error);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://[::1]:${String(address.port)}/keys/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
