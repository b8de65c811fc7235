import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { isSuccess, type Driver } from './driver.js';
import { callControl } from './refusal.js';
import { loginPath, profilePath } from './subject.js';

const zeros = '0'.repeat(40);

function expectErrorBody(t: TestContext, answer: Exchange, what: string): void {
  const { code, msg } = answer.object();
  t.expect.ok(Number.isInteger(code), `${what}: code is not an integer`, {
    expected: '{"code": <integer>, "msg": <string>}',
    actual: answer.text.slice(0, 200),
  });
  t.expect.text(msg, `${what}: msg`);
  t.expect.header(answer, 'content-type', /application\/json/i, 'application/json');
}

/** How refusals look, which the document does not say. */
export const errorChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.errors.json-body',
    title: 'a refusal is a JSON object with code and msg',
    async run(t, driver) {
      const user = driver.first;
      const session = await driver.session(user);
      await callControl(t, driver, session);
      const login = await driver.login({ user, signature: zeros });
      const call = await driver.call({ session, path: profilePath, signature: zeros });
      await t.given('both are refused', () => {
        t.expect.ok(!isSuccess(login) && !isSuccess(call), 'a wrong signature is accepted');
        return Promise.resolve();
      });
      expectErrorBody(t, login, 'a failed login');
      expectErrorBody(t, call, 'a refused call');
    },
  },
  {
    requirement: 'quatrix.errors.not-authorized-code',
    title: 'the code of wrong credentials is 14',
    async run(t, driver) {
      await driver.control(driver.first);
      const answer = await driver.login({ user: driver.first, signature: zeros });
      const { code } = answer.object();
      if (code === 14) return;
      t.expect.ok(
        typeof code === 'number' && [15, 10, 20, -1].includes(code),
        `the code of wrong credentials is ${code === undefined ? 'missing' : JSON.stringify(code)}, not 14`,
        { expected: '14, or 15, 10, 20, -1', actual: String(code) },
      );
      t.deviate(`the code of wrong credentials is ${String(code)}`);
    },
  },
  {
    requirement: 'quatrix.errors.unknown-route-404',
    title: 'an unknown route is answered 404',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const path = `/nowhere/${t.random.text(12)}`;
      const answer = await driver.call({ session, path });
      t.expect.status(answer, 404, { tolerate: [401, 400, 403, 405, 501], what: 'a random route' });
    },
  },
  {
    requirement: 'quatrix.errors.wrong-method-405',
    title: 'a known route asked with another method is answered 405',
    async run(t, driver) {
      await driver.control(driver.first);
      const { prefix } = await driver.base();
      const answer = await t.send({ method: 'POST', path: `${prefix}${loginPath}` });
      const options = { tolerate: [400, 401, 403, 404, 501], what: 'POST in place of GET' };
      if (!t.expect.status(answer, 405, options)) return;
      if (!/\bGET\b/.test(answer.header('allow') ?? '')) t.deviate('Allow does not name GET');
    },
  },
]);
