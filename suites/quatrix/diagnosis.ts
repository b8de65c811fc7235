import type { TestContext } from '../engine/context.js';
import { deriveBytes, deriveKey, sign } from './crypto.js';
import { isSuccess, type Driver } from './driver.js';
import type { User } from './section.js';
import { loginPath, loginSubject, subjectText } from './subject.js';

/** Ways in which implementers misread the document, and the signature that each leads to. */
export function misreadings(user: User, timestamp: string): readonly [string, string][] {
  const key = deriveKey(user.password);
  const subject = loginSubject(user.login, timestamp);
  const lines = [
    ['X-Auth-Login', user.login],
    ['X-Auth-Timestamp', timestamp],
  ] as const;
  const latin1: [string, string][] = /[^\0-\x7f]/.test(user.password)
    ? [['the password in Latin-1', sign(deriveKey(user.password, { encoding: 'latin1' }), subject)]]
    : [];
  const capitalised = subjectText({ names: 'capitalised', finalLf: true }, 'GET', loginPath, lines);
  return [
    ['the 32 raw bytes as HMAC key', sign(deriveBytes(user.password), subject)],
    ['an upper-case hexadecimal key', sign(key.toUpperCase(), subject)],
    ['HMAC-SHA256 inside PBKDF2', sign(deriveKey(user.password, { hash: 'sha256' }), subject)],
    ['a subject without its last line feed', sign(key, subject.slice(0, -1))],
    ['a subject with doubled line feeds', sign(key, subject.replaceAll('\n', '\n\n'))],
    ['a subject with CR LF', sign(key, subject.replaceAll('\n', '\r\n'))],
    ['a subject with capitalised header names', sign(key, capitalised)],
    ['HMAC-SHA256 over the subject', sign(key, subject, { hash: 'sha256' })],
    ['a base64 signature', sign(key, subject, { output: 'base64' })],
    ['the prefix /api/0.1 in the subject', sign(key, subject.replace(' /', ' /api/0.1/'))],
    ...latin1,
  ];
}

/**
 * What a target that refuses a right login accepts in its place.
 * @returns a sentence for a failure message; empty when none of the usual misreadings is accepted
 */
export async function diagnose(t: TestContext, driver: Driver, user: User): Promise<string> {
  const timestamp = await driver.timestamp();
  for (const [what, signature] of misreadings(user, timestamp)) {
    t.secret(signature);
    if (isSuccess(await driver.login({ user, timestamp, signature }))) {
      return `; it accepts one made with ${what}`;
    }
  }
  return '';
}
