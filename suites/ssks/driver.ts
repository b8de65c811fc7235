import { Buffer } from 'node:buffer';
import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import { ivBytes, seal } from './crypto.js';
import type { AppCredentials, SsksSection } from './profile.js';

/** Paths by operation. */
export const paths = {
  sendChallenge: '/tmr/back/challenge_send/',
  checkMustAuthenticate: '/tmr/back/must_authenticate/',
  createUser: '/tmr/back/create_user/',
  deleteUser: '/tmr/back/delete_user/',
  checkTmrIdentity: '/tmr/back/identity_check/',
  checkStrictIdentity: '/strict/back/identity_check/',
  deleteStrictIdentity: '/strict/back/identity_delete/',
  validateChallenge: '/tmr/front/challenge_validate/',
  pushTmrIdentity: '/tmr/front/push/',
  searchTmrIdentity: '/tmr/front/search/',
  getFactorToken: '/tmr/front/get_factor_token/',
  pushStrictIdentity: '/push/',
  searchStrictIdentity: '/search/',
} as const;
export type OperationId = keyof typeof paths;

export interface Factor {
  readonly type: 'EM' | 'SMS';
  readonly value: string;
}

/** A `user_id` with one factor. */
export interface User {
  readonly userId: string;
  readonly factor: Factor;
}

export interface CallOptions {
  /** The main application where absent; null sends no application id. */
  readonly app?: { readonly appId: string } | null;
  /** The key of the application for back-end operations; null sends none. */
  readonly apiKey?: string | null;
  readonly session?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The challenge under `fake_otp` (SSKS API, line 54). */
export const fixedChallenge = 'aaaaaaaa';
/** A wrong challenge of the right shape, one character away from the fixed one. */
export const nearFixedChallenge = 'aaaaaaab';
export const template = '<p>Your code: <b>$$CHALLENGE$$</b></p>';

export type SsksDriver = ReturnType<typeof createDriver>;

/** What every check of this system starts from: applications, fresh users, and the usual calls. */
export function createDriver(t: TestContext) {
  // Checked against the schema when the profile was loaded.
  const section = t.target.section as SsksSection;
  const main: AppCredentials = { appId: section.appId ?? '', apiKey: section.apiKey ?? '' };
  const testMode = section.mode !== 'production';

  const request = (id: OperationId, json: unknown, options: CallOptions = {}): RequestSpec => {
    const app = options.app === undefined ? main : options.app;
    const back = paths[id].includes('/back/');
    const key = options.apiKey === undefined && back ? keyOf(app, main) : options.apiKey;
    return {
      method: 'POST',
      path: paths[id],
      headers: {
        ...(json === undefined ? { 'Content-Type': 'application/json' } : {}),
        ...(app === null ? {} : { 'X-SEALD-APPID': app.appId }),
        ...(key === null || key === undefined ? {} : { 'X-SEALD-APIKEY': key }),
        ...(options.session === undefined ? {} : { 'X-SEALD-SESSION': options.session }),
        ...options.headers,
      },
      ...(json === undefined ? {} : { json }),
    };
  };
  const call = (id: OperationId, json: unknown, options?: CallOptions): Promise<Exchange> =>
    t.send(request(id, json, options));

  /** An e-mail address that no other check uses. */
  const address = (): Factor => ({
    type: 'EM',
    value: `cs-${t.random.uuid()}@${section.emailDomain ?? 'countersign.test'}`,
  });
  /** A phone number that no other check uses. */
  const number = (): Factor => ({
    type: 'SMS',
    value: `${section.numberPrefix ?? '+1555'}${String(t.unique()).padStart(7, '0')}`,
  });
  const userId = (): string => `cs-${t.random.uuid()}`;
  const user = (factor: Factor = address()): User => ({ userId: userId(), factor });

  /** The members of `sendChallenge` for a user; a member that is undefined is left out. */
  const order = (who: User, members: object = {}): object => ({
    create_user: true,
    user_id: who.userId,
    auth_factor: who.factor,
    template,
    ...members,
  });
  const send = (who: User, members?: object, options?: CallOptions): Promise<Exchange> =>
    call('sendChallenge', order(who, members), options);

  /** Opens a session; `must` is what `must_authenticate` has to be. */
  const open = (who: User, must: boolean, members?: object): Promise<string> =>
    t.given(must ? 'opening a session that needs a challenge' : 'opening a session', async () => {
      const exchange = await send(who, members);
      t.expect.status(exchange, 200);
      const { session_id: id, must_authenticate: found } = exchange.object();
      t.expect.equal(found, must, 'must_authenticate');
      t.expect.ok(id !== '', 'session_id is empty');
      return t.expect.text(id, 'session_id');
    });

  /** Opens a session by force, and gets to know its challenge. */
  const openForced = async (who: User): Promise<{ session: string; challenge: string }> => {
    if (testMode) {
      const session = await open(who, true, { force_auth: true, fake_otp: true });
      return { session, challenge: fixedChallenge };
    }
    if (!t.has('inbox')) t.skip('needs the profile mode test or the capability inbox');
    return openForcedByInbox(who);
  };
  const openForcedByInbox = async (who: User): Promise<{ session: string; challenge: string }> => {
    const channel = who.factor.type === 'EM' ? 'email' : 'sms';
    const after = await t.inbox.cursor(channel, who.factor.value);
    const session = await open(who, true, { force_auth: true });
    const message = await t.inbox.next(channel, who.factor.value, {
      after,
      fits: (candidate) => candidate.code !== null,
    });
    return { session, challenge: t.secret(message.code ?? '') };
  };

  const validate = (session: string, challenge: string, factor: Factor): Promise<Exchange> =>
    call('validateChallenge', { challenge, auth_factor: factor }, { session });
  /** A session after its challenge. */
  const authenticate = async (who: User): Promise<string> => {
    const { session, challenge } = await openForced(who);
    return t.given('validating a challenge', async () => {
      const exchange = await validate(session, challenge, who.factor);
      t.expect.status(exchange, 200);
      return t.secret(t.expect.text(exchange.object().new_id, 'new_id'));
    });
  };

  const push = (session: string, data: string, factor?: Factor): Promise<Exchange> =>
    call('pushTmrIdentity', { data_b64: data, auth_factor: factor }, { session });
  const search = (session: string): Promise<Exchange> =>
    call('searchTmrIdentity', undefined, { session });
  /** Stores an identity on a session, as a step on the way to something else. */
  const storeOn = (session: string, data: string): Promise<void> =>
    t.given('storing an identity', async () => {
      t.expect.status(await push(session, data), 200);
    });
  /** Stores an identity for a user whose factor is fresh, without a challenge. */
  const store = async (who: User, data = identityData()): Promise<string> => {
    await storeOn(await open(who, false), data);
    return data;
  };
  /** Stores an identity for a user whose factor may hold another one already. */
  const storeAuthenticated = async (who: User, data = identityData()): Promise<string> => {
    await storeOn(await authenticate(who), data);
    return data;
  };

  /** An encrypted identity as a client with a raw key makes it. */
  function identityData(bytes = 25): string {
    const random = (length: number): Uint8Array => t.random.bytes(length);
    return Buffer.from(seal(random(64), random(ivBytes), random(bytes))).toString('base64');
  }
  /** A secret of the password store, as long as a derived one. */
  const secret = (): string => t.secret(Buffer.from(t.random.bytes(64)).toString('hex'));

  const pushPassword = (who: string, key: string, data: string): Promise<Exchange> =>
    call('pushStrictIdentity', {
      app_id: main.appId,
      user_id: who,
      secret: key,
      data_b64: data,
    });
  const searchPassword = (who: string, key: string): Promise<Exchange> =>
    call('searchStrictIdentity', { app_id: main.appId, user_id: who, secret: key });
  const storePassword = (who: string, key: string, data = identityData()): Promise<string> =>
    t.given('storing an identity under a password', async () => {
      t.expect.status(await pushPassword(who, key, data), 200);
      return data;
    });

  const count = (who: string, factor?: Factor, options?: CallOptions): Promise<Exchange> =>
    call('checkTmrIdentity', { user_id: who, auth_factor: factor }, options);
  const countStrict = (who: string, options?: CallOptions): Promise<Exchange> =>
    call('checkStrictIdentity', { user_id: who }, options);

  /** The positive control of what is accepted: a server that takes anything has shown nothing. */
  const refusesSome = (): Promise<void> =>
    t.given('a call without user_id is refused', async () => {
      const exchange = await send(user(), { user_id: undefined });
      t.expect.status(exchange, [400, 422]);
    });

  return {
    refusesSome,
    main,
    testMode,
    request,
    call,
    address,
    number,
    userId,
    user,
    order,
    send,
    open,
    openForced,
    openForcedByInbox,
    validate,
    authenticate,
    push,
    search,
    storeOn,
    store,
    storeAuthenticated,
    identityData,
    secret,
    pushPassword,
    searchPassword,
    storePassword,
    count,
    countStrict,
    /** Makes a blank user. */
    register: (who: User): Promise<void> =>
      t.given('creating a user', async () => {
        const body = { user_id: who.userId, auth_factor: who.factor };
        t.expect.status(await call('createUser', body), 200);
      }),
    /** Skips a check that needs the fixed challenge. */
    needTestMode(): void {
      if (!testMode) t.skip('needs the profile mode test');
    },
    secondApp: (): AppCredentials => section.secondApp ?? t.lacks('secondApp'),
    productionApp: (): AppCredentials =>
      (testMode ? section.productionApp : main) ?? t.lacks('productionApp'),
  };
}

function keyOf(app: CallOptions['app'], main: AppCredentials): string {
  return app !== null && app !== undefined && 'apiKey' in app
    ? (app as AppCredentials).apiKey
    : main.apiKey;
}
