import type { TestContext } from '../engine/context.js';
import type { User } from './section.js';

/** Secrets that are not the user's: a random one, and those that back doors and defaults have. */
export function wrongSecrets(t: TestContext, user: User): readonly [string, string][] {
  const all: [string, string][] = [
    ['a random secret', `${user.password}-${t.random.text(8)}`],
    ['the empty secret', ''],
    ['the login name', user.login],
    ['a common default (admin)', 'admin'],
    ['a common default (quatrix)', 'quatrix'],
  ];
  return all.filter(([, secret]) => secret !== user.password);
}

/** A signature with one thing wrong, and what it is. */
export function alterations(signature: string): readonly [string, string][] {
  const other = (digit: string): string => (digit === '0' ? '1' : '0');
  const last = signature.slice(-1);
  return [
    ['the last digit of the signature changed', signature.slice(0, -1) + other(last)],
    ['the first digit of the signature changed', other(signature.charAt(0)) + signature.slice(1)],
    ['the signature cut to 39 digits', signature.slice(0, 39)],
    ['the signature cut to 32 digits', signature.slice(0, 32)],
    ['the signature cut to 20 digits', signature.slice(0, 20)],
    ['the signature with digits appended', `${signature}0123`],
  ];
}

/** Another text of the same shape: each run of letters and digits is drawn anew. */
export function sameShape(token: string, draw: (length: number) => string): string {
  return token.replaceAll(/[0-9A-Za-z]+/g, (run) => draw(run.length));
}
