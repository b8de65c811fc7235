import { defineArea } from '../engine/check.js';
import { deriveBytes, deriveKey, sha1Hex, type KeyOptions } from './crypto.js';
import type { Driver } from './driver.js';
import { isSuccess } from './driver.js';
import { loginsRefused } from './refusal.js';
import type { User } from './section.js';

/** How the key comes from the password. */
export const kdfChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.kdf.iterations-exact',
    title: 'a key of another number of iterations is refused',
    async run(t, driver) {
      const faulty = [1, 1000, 4095, 4097].map((iterations) => ({
        what: `${String(iterations)} iterations in place of 4096`,
        spec: { key: keyWith(driver.first, { iterations }) },
      }));
      await loginsRefused(t, driver, driver.first, faulty);
    },
  },
  {
    requirement: 'quatrix.kdf.salt-empty',
    title: 'a key with a salt is refused',
    async run(t, driver) {
      const salts = [
        ['a key with the login as salt', driver.first.login],
        ['a key with two apostrophes as salt', "''"],
        ['a key with a NUL byte as salt', '\0'],
      ] as const;
      await loginsRefused(
        t,
        driver,
        driver.first,
        salts.map(([what, salt]) => ({ what, spec: { key: keyWith(driver.first, { salt }) } })),
      );
    },
  },
  {
    requirement: 'quatrix.kdf.length-32-bytes',
    title: 'a shorter or longer key is refused',
    async run(t, driver) {
      const key = deriveKey(driver.first.password);
      await loginsRefused(t, driver, driver.first, [
        { what: 'the first 32 characters of the key', spec: { key: key.slice(0, 32) } },
        { what: 'the first 40 characters of the key', spec: { key: key.slice(0, 40) } },
        {
          what: 'the 128 characters of a key of 64 bytes',
          spec: { key: keyWith(driver.first, { length: 64 }) },
        },
      ]);
    },
  },
  {
    requirement: 'quatrix.kdf.password-not-used-directly',
    title: 'a signature made without any derivation is refused',
    async run(t, driver) {
      const { password } = driver.first;
      await loginsRefused(t, driver, driver.first, [
        { what: 'the password itself as HMAC key', spec: { key: password } },
        { what: 'the hex SHA-1 of the password as HMAC key', spec: { key: sha1Hex(password) } },
      ]);
    },
  },
  {
    requirement: 'quatrix.kdf.password-exact',
    title: 'near misses of the secret text are refused',
    async run(t, driver) {
      for (const user of [driver.first, driver.second]) {
        const faulty = nearMisses(user.password).map(([what, password]) => ({
          what,
          spec: { key: deriveKey(password) },
        }));
        await loginsRefused(t, driver, user, faulty);
      }
    },
  },
  {
    requirement: 'quatrix.kdf.prf-hmac-sha1',
    title: 'a key derived with another hash is refused',
    async run(t, driver) {
      const faulty = (['sha256', 'sha512', 'md5'] as const).map((hash) => ({
        what: `PBKDF2 with HMAC-${hash.toUpperCase()}`,
        spec: { key: keyWith(driver.first, { hash }) },
      }));
      await loginsRefused(t, driver, driver.first, faulty);
    },
  },
  {
    requirement: 'quatrix.kdf.password-utf8',
    title: 'text beyond ASCII enters the derivation as UTF-8',
    async run(t, driver) {
      const users = driver.section.users.filter(({ password }) => /[^\0-\x7f]/.test(password));
      if (users.length === 0) t.skip('no user of the profile has a non-ASCII password');
      const plain = driver.section.users.find((user) => !users.includes(user));
      if (plain !== undefined) await driver.control(plain);
      for (const user of users) {
        const answer = await driver.login({ user });
        t.expect.ok(isSuccess(answer), `the login of ${user.login} with UTF-8 bytes is refused`, {
          expected: 'status 200',
          actual: `status ${String(answer.status)}`,
        });
        if (/[^\0-\xff]/.test(user.password)) continue;
        await loginsRefused(t, driver, user, [
          {
            what: 'the password in Latin-1 bytes',
            spec: { key: keyWith(user, { encoding: 'latin1' }) },
          },
        ]);
      }
    },
  },
]);

function keyWith(user: User, options: KeyOptions): string {
  return deriveBytes(user.password, options).toString('hex');
}

/** Texts that differ from a password a little; those that happen to equal it are left out. */
export function nearMisses(password: string): readonly [string, string][] {
  const all: [string, string][] = [
    ['the password in upper case', password.toUpperCase()],
    ['the password in lower case', password.toLowerCase()],
    [
      'the password with its first letter capitalised',
      password.charAt(0).toUpperCase() + password.slice(1),
    ],
    ['the password without its last character', password.replace(/.$/su, '')],
    ['the password cut to 8 characters', password.slice(0, 8)],
    ['the password with a space before it', ` ${password}`],
    ['the password with a space behind it', `${password} `],
    ['the password with one more letter', `${password}x`],
  ];
  return all.filter(([, text]) => text !== password);
}
