import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { authorized, basic, codeRequest, gcmRegistration, preKeyRequest } from './requests.js';
import { contrast, control, expectDone, nearMiss } from './shared.js';

/** Small letters for capital ones and the other way round. */
function otherCase(text: string): string {
  return text.replaceAll(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

export const authChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.auth.wrong-password-401',
    title: 'only the whole password of that very account is accepted',
    async run(t, driver) {
      const account = await driver.account();
      const other = await driver.account();
      const { number, password } = account;
      const spec = gcmRegistration(driver.pushId('gcm'));
      const wrong = [
        ['the password with another last character', nearMiss(password)],
        ['the password cut by one character', password.slice(0, -1)],
        ['the password with one character more', `${password}a`],
        ['the password in the other letter case', otherCase(password)],
        ['an empty password', ''],
        ['the password of another account', other.password],
      ] as const;
      const answers = [];
      for (const [what, text] of wrong) {
        answers.push({ what, answer: await t.send(authorized(basic(number, text), spec)) });
      }
      await control(t, 'the right password', authorized(account.authorization, spec));
      for (const { what, answer } of answers) {
        t.expect.status(answer, 401, { what });
      }
    },
  },
  {
    requirement: 'textsecure.auth.unknown-number-401',
    title: 'credentials of a number that was never confirmed are refused with 401',
    async run(t, driver) {
      const [unknown, pending] = [driver.number(), driver.number()];
      await control(t, 'a code request', codeRequest(pending, 'sms'));
      const spec = gcmRegistration(driver.pushId('gcm'));
      for (const [what, number] of [
        ['a number that was never used', unknown],
        ['a number with a pending code only', pending],
      ] as const) {
        const answer = await t.send(authorized(basic(number, driver.password()), spec));
        t.expect.status(answer, 401, { what });
      }
    },
  },
  {
    requirement: 'textsecure.auth.challenge-header',
    title: 'a 401 names the scheme Basic',
    async run(t, driver) {
      const number = driver.number();
      await control(t, 'a code request', codeRequest(number, 'sms'));
      const refused = await t.given('refusing a request without credentials', async () => {
        const exchange = await t.send(preKeyRequest(number));
        t.expect.status(exchange, 401);
        return exchange;
      });
      const challenges = refused.headers('www-authenticate');
      t.expect.ok(
        challenges.some((value) => /^\s*basic\b/i.test(value)),
        `${refused.label} answered 401 without a WWW-Authenticate header for Basic`,
        {
          expected: 'WWW-Authenticate: Basic …',
          actual: challenges.length === 0 ? 'no such header' : challenges.join(', '),
        },
      );
    },
  },
  {
    requirement: 'textsecure.auth.scheme-case-insensitive',
    title: 'the name of the scheme is compared without its case',
    async run(t, driver) {
      const account = await driver.account();
      const blob = account.authorization.slice('Basic '.length);
      const spec = gcmRegistration(driver.pushId('gcm'));
      const wrong = basic(account.number, nearMiss(account.password));
      await contrast(t, 'refusing a wrong password', authorized(wrong, spec));
      for (const scheme of ['basic', 'BASIC']) {
        const answer = await t.send(authorized(`${scheme} ${blob}`, spec));
        expectDone(t, answer, `the scheme written ${scheme}`);
      }
    },
  },
]);
