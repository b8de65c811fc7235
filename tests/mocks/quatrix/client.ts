import { afterEach, beforeEach, vi } from 'vitest';
import { createMockCore, type MockCore } from '../../../mocks/engine/mock.js';
import type { Settings } from '../../../mocks/engine/system.js';
import { deriveKey, sign } from '../../../mocks/systems/quatrix/key.js';
import { callSubject, loginSubject } from '../../../mocks/systems/quatrix/subject.js';
import { quatrix } from '../../../mocks/systems/quatrix/system.js';
import type { Dialect } from '../../../specs/model.js';
import { call } from '../../support/request.js';

export type Answer = Awaited<ReturnType<typeof call>>;
export const user = { login: 'user@example.com', password: 'password' };
export const second = { login: 'second@example.com', password: 'correct horse battery staple' };
export const startTime = Date.UTC(2026, 0, 1);

// The machine's time stands still, so that seconds of positions and ends of sessions are exact.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A mock of Quatrix alone, seeded, at a fixed time. */
export function createQuatrix(settings: Settings = {}, dialect: Dialect = 'documented'): MockCore {
  return createMockCore({
    systems: [quatrix],
    seed: 1,
    startTime,
    dialect,
    settings: { quatrix: settings },
    onBug: (error) => {
      throw error;
    },
  });
}

export interface LoginOptions {
  readonly path?: string;
  readonly timestamp?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers of a right login. */
export function loginHeaders(
  who: { login: string; password: string },
  timestamp = '1767225600',
): Record<string, string> {
  const subject = loginSubject({
    method: 'GET',
    path: '/session/login',
    login: who.login,
    timestamp,
  });
  return {
    'x-auth-login': who.login,
    'x-auth-timestamp': timestamp,
    authorization: sign(deriveKey(who.password), subject),
  };
}

export function logIn(core: MockCore, who = user, options: LoginOptions = {}): Promise<Answer> {
  return call(core, {
    path: options.path ?? '/session/login',
    headers: { ...loginHeaders(who, options.timestamp), ...options.headers },
  });
}

export async function tokenOf(core: MockCore, who = user, path?: string): Promise<string> {
  const answer = await logIn(core, who, path === undefined ? {} : { path });
  return String(answer.headers['X-Auth-Token']);
}

export interface CallOptions {
  readonly method?: string;
  readonly prefix?: string;
  readonly query?: string;
  readonly body?: string | object;
}

/** Headers of a right call. */
export function callHeaders(
  token: string,
  path: string,
  options: { method?: string; password?: string; timestamp?: string } = {},
): Record<string, string> {
  const timestamp = options.timestamp ?? '1767225601';
  const subject = callSubject({ method: options.method ?? 'GET', path, timestamp, token });
  return {
    'x-auth-token': token,
    'x-auth-timestamp': timestamp,
    authorization: sign(deriveKey(options.password ?? user.password), subject),
  };
}

/** A signed call as a user. */
export function callAs(
  core: MockCore,
  token: string,
  path: string,
  options: CallOptions & { readonly who?: { password: string } } = {},
): Promise<Answer> {
  const { method = 'GET', prefix = '', query = '', who = user, body } = options;
  return call(core, {
    method,
    path: `${prefix}${path}${query}`,
    headers: callHeaders(token, path, { method, password: who.password }),
    ...(body === undefined ? {} : { body }),
  });
}

/** The error code of an answer. */
export function codeOf(answer: Answer): unknown {
  return (answer.json() as { code: unknown }).code;
}
