import { defineArea } from '../engine/check.js';
import { diagnose } from './diagnosis.js';
import { isNoRoute, isSuccess, type Driver } from './driver.js';
import { apiPrefix, loginSubject } from './subject.js';

/** Where and how a login succeeds. */
export const loginChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.login.valid-login-200',
    title: 'a login signed with the key of the user is answered 200',
    async run(t, driver) {
      for (const user of driver.section.users) {
        const answer = await driver.login({ user });
        if (!isSuccess(answer)) {
          const instead = await diagnose(t, driver, user);
          t.expect.fail(`the right login of ${user.login} is refused${instead}`, {
            expected: 'status 200',
            actual: `status ${String(answer.status)}, body: ${answer.text.slice(0, 200)}`,
          });
        }
        t.expect.status(answer, 200, { what: `login of ${user.login}` });
      }
      await driver.control(driver.first);
    },
  },
  {
    requirement: 'quatrix.login.bare-route',
    title: 'the login is served at /session/login',
    async run(t, driver) {
      await driver.control(driver.first);
      const bare = await driver.login({ user: driver.first, prefix: '' });
      if (isNoRoute(bare)) {
        const prefixed = await driver.login({ user: driver.first, prefix: apiPrefix });
        t.expect.status(prefixed, 200, {
          what: 'the prefixed route, as the bare one is not served',
        });
        t.deviate(`the login is served under ${apiPrefix} only`);
        return;
      }
      t.expect.status(bare, 200);
    },
  },
  {
    requirement: 'quatrix.login.prefixed-route',
    title: 'the login is served at /api/0.1/session/login too',
    async run(t, driver) {
      await driver.control(driver.first);
      const prefixed = await driver.login({ user: driver.first, prefix: apiPrefix });
      if (isNoRoute(prefixed)) {
        const bare = await driver.login({ user: driver.first, prefix: '' });
        t.expect.status(bare, 200, { what: 'the bare route, as the prefixed one is not served' });
        t.deviate(`the login is not served under ${apiPrefix}`);
        return;
      }
      t.expect.status(prefixed, 200);
    },
  },
  {
    requirement: 'quatrix.login.prefix-not-signed',
    title: 'a subject with the prefix /api/0.1 is refused',
    async run(t, driver) {
      const user = driver.first;
      await driver.control(user);
      const timestamp = await driver.timestamp();
      const subject = loginSubject(user.login, timestamp).replace(' /', ` ${apiPrefix}/`);
      for (const prefix of ['', apiPrefix]) {
        // On whichever address the target serves; that it serves both is for other checks to say.
        if (!isSuccess(await driver.login({ user, prefix }))) continue;
        const answer = await driver.login({ user, prefix, timestamp, subject });
        t.expect.status(answer, 401, { what: 'the prefix as part of the signed path' });
      }
    },
  },
  {
    requirement: 'quatrix.login.token-in-header',
    title: 'the session token comes in the header X-Auth-Token',
    async run(t, driver) {
      await driver.control(driver.first);
      const answer = await driver.login({ user: driver.first });
      t.expect.header(answer, 'x-auth-token', /\S/);
    },
  },
  {
    requirement: 'quatrix.login.new-token-each-time',
    title: 'each login creates a token of its own',
    // No other login of the user comes between, so that a token handed out again is seen.
    alone: 'in-system',
    async run(t, driver) {
      const { first, second } = driver;
      const one = await driver.session(first);
      const timestamp = String(Number(await driver.timestamp()) + 1);
      const again = await t.given('a second login of the same user', () =>
        driver.login({ user: first, timestamp }),
      );
      const other = await driver.session(second);
      const tokens = [one.token, again.header('x-auth-token'), other.token];
      t.expect.ok(tokens[1] !== null && tokens[1] !== '', 'the second login answered no token');
      t.expect.ok(new Set(tokens).size === 3, 'three logins answered fewer than three tokens', {
        expected: 'three different tokens',
        actual: `${String(new Set(tokens).size)} different`,
      });
    },
  },
  {
    requirement: 'quatrix.login.seconds-accepted',
    title: 'a timestamp in seconds is accepted',
    async run(t, driver) {
      await driver.control(driver.first);
      const milliseconds = Date.now() + driver.findings.clockOffset;
      const timestamp = String(Math.floor(milliseconds / 1000));
      const answer = await driver.login({ user: driver.first, timestamp });
      t.expect.status(answer, 200, { what: 'timestamp in whole seconds' });
    },
  },
  {
    requirement: 'quatrix.login.milliseconds-accepted',
    title: 'a timestamp in milliseconds is accepted, at login and in a call',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const now = (): string => String(Date.now() + driver.findings.clockOffset);
      const login = await driver.login({ user: driver.first, timestamp: now() });
      t.expect.status(login, 200, { what: 'timestamp in milliseconds' });
      const call = await driver.call({ session, path: '/profile/get', timestamp: now() });
      t.expect.status(call, 200, { what: 'timestamp in milliseconds' });
    },
  },
  {
    requirement: 'quatrix.login.extra-query-ignored',
    title: 'a cache parameter on the login is ignored',
    async run(t, driver) {
      await driver.control(driver.first);
      const answer = await driver.login({ user: driver.first, query: `?_=${String(Date.now())}` });
      t.expect.status(answer, 200, { what: 'a query that is not signed' });
    },
  },
  {
    requirement: 'quatrix.login.account-id-in-body',
    title: 'the body of a login names the account',
    async run(t, driver) {
      await driver.control(driver.first);
      const answer = await driver.login({ user: driver.first });
      if (answer.body.length === 0) {
        t.deviate('the login answered no body');
        return;
      }
      const id = t.expect.text(answer.object().account_id, 'account_id');
      t.expect.ok(id !== '', 'account_id is empty');
      t.expect.header(answer, 'content-type', /application\/json/i, 'application/json');
    },
  },
  {
    requirement: 'quatrix.login.rate-limited',
    title: 'many failing logins with one name are limited',
    async run(t, driver) {
      await driver.control(driver.first);
      const user = { login: `limit-${t.random.uuid()}@example.com`, password: 'wrong' };
      const last: string[] = [];
      for (let at = 0; at < 20; at += 1) {
        const answer = await driver.login({ user });
        const limited = answer.status === 429;
        const coded = answer.status === 401 && /"code"\s*:\s*50\b/.test(answer.text);
        last.push(limited ? 'limited' : coded ? 'coded' : String(answer.status));
      }
      const five = last.slice(-5);
      if (five.includes('limited')) return;
      t.expect.ok(five.includes('coded'), 'twenty failing logins in a row were not limited', {
        expected: 'status 429 for one of the last five',
        actual: five.join(', '),
      });
      t.deviate('the limit answers 401 with code 50 in place of 429');
    },
  },
  {
    requirement: 'quatrix.login.referer-selects-account',
    title: 'the Referer selects the account in which the login is looked up',
    async run(t, driver) {
      const { secondAccount, referer } = driver.section;
      if (secondAccount === undefined) {
        return t.lacks('secondAccount');
      }
      const other = secondAccount;
      await driver.control(driver.first);
      const right = await driver.login({ user: other, referer: other.referer });
      t.expect.status(right, 200, { what: 'the second account by its own Referer' });
      const wrong = await driver.login({ user: other, referer });
      t.expect.status(wrong, 401, { what: 'the second account by the Referer of the first' });
      const crossed = await driver.login({ user: driver.first, referer: other.referer });
      t.expect.status(crossed, 401, {
        what: 'the first user by the Referer of the second account',
      });
    },
  },
  {
    requirement: 'quatrix.login.unknown-account-refused',
    title: 'a Referer that names no account leads to no login',
    async run(t, driver) {
      await driver.control(driver.first);
      const referer = `https://${t.random.uuid()}.invalid/`;
      const answer = await driver.login({ user: driver.first, referer });
      if (answer.status === 200) t.deviate('the default account was taken for an unknown one');
      else t.expect.status(answer, 401, { tolerate: [400, 403, 404], what: 'a foreign Referer' });
    },
  },
]);
