import { defineArea } from '../engine/check.js';
import { deriveKey, sign } from './crypto.js';
import { isSuccess, type Driver } from './driver.js';
import { alterations, wrongSecrets } from './near-signatures.js';
import { loginsRefused } from './refusal.js';
import { loginSubject } from './subject.js';

/** What a login is refused for. */
export const loginRefusalChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.login.wrong-password-401',
    title: 'a login with the key of another secret is answered 401',
    async run(t, driver) {
      await loginsRefused(
        t,
        driver,
        driver.first,
        wrongSecrets(t, driver.first).map(([what, secret]) => ({
          what: `the key of ${what}`,
          spec: { key: deriveKey(secret) },
        })),
      );
    },
  },
  {
    requirement: 'quatrix.login.unknown-user-401',
    title: 'a login name that does not exist is answered 401',
    async run(t, driver) {
      const login = `nobody-${t.random.uuid()}@example.com`;
      await loginsRefused(t, driver, driver.first, [
        { what: 'an unknown login', spec: { user: { login, password: t.random.text(12) } } },
        {
          what: "an unknown login with a user's key",
          spec: { user: { login: `x${login}`, password: driver.first.password } },
        },
      ]);
    },
  },
  {
    requirement: 'quatrix.login.no-token-on-failure',
    title: 'a failed login hands out no token',
    async run(t, driver) {
      const user = driver.first;
      await t.given('a right login, which hands out a token', async () => {
        await driver.control(user);
        t.expect.header(await driver.login({ user }), 'x-auth-token', /\S/);
      });
      const key = deriveKey(`${user.password}-${t.random.text(8)}`);
      const unknown = { login: `nobody-${t.random.uuid()}@example.com`, password: 'x' };
      const answers = [
        await driver.login({ user, key }),
        await driver.login({ user: unknown }),
        await driver.login({ user, headers: { Authorization: null } }),
      ];
      for (const answer of answers) {
        t.expect.ok(
          (answer.header('x-auth-token') ?? '') === '',
          `a login answered ${String(answer.status)} came with an X-Auth-Token`,
        );
      }
    },
  },
  {
    requirement: 'quatrix.login.signature-required',
    title: 'a login without signature fails',
    async run(t, driver) {
      const faulty = [
        { what: 'no Authorization', spec: { headers: { Authorization: null } } },
        { what: 'an empty Authorization', spec: { headers: { Authorization: '' } } },
      ];
      await loginsRefused(t, driver, driver.first, faulty, { tolerate: [400] });
    },
  },
  {
    requirement: 'quatrix.login.login-name-required',
    title: 'a login without X-Auth-Login fails',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const headers = { 'X-Auth-Login': null };
      const right = loginSubject(driver.first.login, timestamp);
      const subjects = [
        ['signed over the right subject', right],
        ['signed over an empty login', loginSubject('', timestamp)],
        ['signed without that line', right.replace(/x-auth-login: .*\n/, '')],
      ] as const;
      await loginsRefused(
        t,
        driver,
        driver.first,
        subjects.map(([how, subject]) => ({
          what: `no X-Auth-Login, ${how}`,
          spec: { headers, timestamp, subject },
        })),
        { tolerate: [400] },
      );
    },
  },
  {
    requirement: 'quatrix.login.timestamp-required',
    title: 'a login without X-Auth-Timestamp fails',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const { login } = driver.first;
      const headers = { 'X-Auth-Timestamp': null };
      const subjects = [
        ['signed over the current time', loginSubject(login, timestamp)],
        ['signed over an empty timestamp', loginSubject(login, '')],
        ['signed without that line', `GET /session/login\nx-auth-login: ${login}\n`],
      ] as const;
      await loginsRefused(
        t,
        driver,
        driver.first,
        subjects.map(([how, subject]) => ({
          what: `no X-Auth-Timestamp, ${how}`,
          spec: { headers, timestamp, subject },
        })),
        { tolerate: [400] },
      );
    },
  },
  {
    requirement: 'quatrix.login.timestamp-bound',
    title: 'a signature holds only for the timestamp that was signed',
    async run(t, driver) {
      const signed = await driver.timestamp();
      const subject = loginSubject(driver.first.login, signed);
      await loginsRefused(
        t,
        driver,
        driver.first,
        [1, -1, 60].map((offset) => ({
          what: `signed ${String(offset)} before what is sent`,
          spec: { subject, timestamp: String(Number(signed) + offset) },
        })),
      );
      await t.given('the timestamp that was signed', async () => {
        const answer = await driver.login({ user: driver.first, subject, timestamp: signed });
        t.expect.ok(isSuccess(answer), `it answered ${String(answer.status)}`);
      });
    },
  },
  {
    requirement: 'quatrix.login.login-name-bound',
    title: 'a signature holds only for the login that was signed',
    async run(t, driver) {
      const { first, second } = driver;
      await driver.control(second);
      const timestamp = await driver.timestamp();
      const signature = sign(deriveKey(first.password), loginSubject(first.login, timestamp));
      const what = "another user's signature";
      await loginsRefused(t, driver, first, [
        { what, spec: { user: second, timestamp, signature } },
      ]);
    },
  },
  {
    requirement: 'quatrix.login.key-of-another-user-refused',
    title: "a login signed with another user's key fails",
    async run(t, driver) {
      await loginsRefused(t, driver, driver.second, [
        { what: "another user's key", spec: { key: deriveKey(driver.first.password) } },
      ]);
    },
  },
  {
    requirement: 'quatrix.login.method-bound',
    title: 'the method is part of the signature of a login',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const subject = loginSubject(driver.first.login, timestamp).replace('GET', 'POST');
      await loginsRefused(t, driver, driver.first, [
        { what: 'a GET signed as POST', spec: { timestamp, subject } },
      ]);
    },
  },
  {
    requirement: 'quatrix.login.uri-bound',
    title: 'the route is part of the signature of a login',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const right = loginSubject(driver.first.login, timestamp);
      const subject = right.replace('/session/login', '/profile/get');
      await loginsRefused(t, driver, driver.first, [
        { what: 'signed for /profile/get', spec: { timestamp, subject } },
      ]);
    },
  },
  {
    requirement: 'quatrix.login.altered-signature-refused',
    title: 'all 40 digits of the signature of a login are checked',
    async run(t, driver) {
      const user = driver.first;
      const timestamp = await driver.timestamp();
      const right = sign(deriveKey(user.password), loginSubject(user.login, timestamp));
      await loginsRefused(
        t,
        driver,
        user,
        alterations(right).map(([what, signature]) => ({ what, spec: { timestamp, signature } })),
      );
    },
  },
]);
