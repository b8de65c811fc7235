import { createMockCore, type MockCore, type MockOptions } from '../../../mocks/engine/mock.js';
import { profile } from '../../../mocks/systems/ssks/applications.js';
import { ssks } from '../../../mocks/systems/ssks/system.js';
import { call } from '../../support/request.js';

export { profile };

/** A mock of SSKS alone, with a fixed seed. */
export function startSsks(options: Omit<MockOptions, 'systems'> = {}): MockCore {
  return createMockCore({
    seed: 1,
    ...options,
    systems: [ssks],
    onBug(error) {
      throw error;
    },
  });
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

const back = { 'x-seald-appid': profile.appId, 'x-seald-apikey': profile.apiKey };

async function post(
  core: MockCore,
  path: string,
  body: object | string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const reply = await call(core, {
    method: 'POST',
    path,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const { status, text } = reply;
  return {
    status,
    text,
    headers: reply.headers,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** Calls a back-end operation, as the main application where no headers are given. */
export function asBackEnd(
  core: MockCore,
  path: string,
  body: object | string | undefined,
  headers: Readonly<Record<string, string>> = back,
): Promise<Reply> {
  return post(core, path, body, headers);
}

/** Calls a front-end operation of the main application. */
export function asDevice(
  core: MockCore,
  path: string,
  body: object | string | undefined,
  session?: string,
): Promise<Reply> {
  return post(core, path, body, {
    'x-seald-appid': profile.appId,
    'content-type': 'application/json',
    ...(session === undefined ? {} : { 'x-seald-session': session }),
  });
}

export const address = { type: 'EM', value: 'ada@countersign.test' } as const;
export const number = { type: 'SMS', value: '+15550000001' } as const;

/** Opens a session with `sendChallenge`; the user is made where needed. */
export async function openSession(core: MockCore, members: object = {}): Promise<string> {
  const reply = await asBackEnd(core, '/tmr/back/challenge_send/', {
    create_user: true,
    user_id: 'u',
    auth_factor: address,
    ...members,
  });
  return String(reply.body.session_id);
}

/** A session authenticated with the fixed challenge. */
export async function authenticate(
  core: MockCore,
  members: { readonly user_id?: string; readonly auth_factor?: object } = {},
): Promise<string> {
  const session = await openSession(core, { force_auth: true, fake_otp: true, ...members });
  const reply = await asDevice(
    core,
    '/tmr/front/challenge_validate/',
    { challenge: 'aaaaaaaa', auth_factor: members.auth_factor ?? address },
    session,
  );
  return String(reply.body.new_id);
}

/** Stores an identity without a challenge. */
export async function store(core: MockCore, members: object = {}, data = 'data'): Promise<Reply> {
  const session = await openSession(core, members);
  return asDevice(core, '/tmr/front/push/', { data_b64: data }, session);
}
