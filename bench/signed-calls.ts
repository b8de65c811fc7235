/** Signed Quatrix calls. */
import { profile } from '../mocks/systems/quatrix/initial.js';
import { deriveKey, sign } from '../suites/quatrix/crypto.js';
import {
  callForms,
  callSubject,
  loginPath,
  loginSubject,
  profilePath,
} from '../suites/quatrix/subject.js';
import { prepare } from './load.js';
import type { Workload } from './workloads.js';

const form = callForms[0] ?? { names: 'lower', finalLf: true };

/** The headers of a signed call by a fresh session, and the profile that it leads to. */
export interface SignedSession {
  headers(path: string, timestamp: string): Record<string, string>;
}

/** Logs a user of the mock in. */
export async function logIn(url: string, at = 0): Promise<SignedSession> {
  const user = profile.users[at];
  if (user === undefined) throw new Error(`the mock has no user ${String(at)}`);
  const key = deriveKey(user.password);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const answer = await fetch(`${url}${loginPath}`, {
    headers: {
      'X-Auth-Login': user.login,
      'X-Auth-Timestamp': timestamp,
      Authorization: sign(key, loginSubject(user.login, timestamp)),
      Referer: profile.referer,
    },
  });
  const token = answer.headers.get('x-auth-token');
  if (token === null) throw new Error(`the login answered ${String(answer.status)}`);
  return {
    headers: (path, now) => ({
      'X-Auth-Token': token,
      'X-Auth-Timestamp': now,
      Authorization: sign(key, callSubject(form, path, now, token)),
    }),
  };
}

/** `GET /profile/get`, each time with another timestamp and so another signature. */
export async function signedCalls(url: string): Promise<Workload> {
  const session = await logIn(url);
  const from = Math.floor(Date.now() / 1000);
  const requests = Array.from({ length: 2_000 }, (_, index) =>
    prepare('GET', profilePath, session.headers(profilePath, String(from + index))),
  );
  let at = 0;
  return {
    name: 'GET /profile/get, signed',
    expect: [200],
    next() {
      at = (at + 1) % requests.length;
      const request = requests[at];
      if (request === undefined) throw new Error('no request');
      return request;
    },
  };
}
