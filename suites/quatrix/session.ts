import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Session } from './call-request.js';
import { isSuccess, type Driver } from './driver.js';
import { callControl, expectRefusedCall, otherRefusals } from './refusal.js';
import { profilePath } from './subject.js';

const logoutPath = '/session/logout';
const keepAlivePath = '/session/keepalive';
const minute = 60_000;
const zeros = '0'.repeat(40);

function advanceMinutes(t: TestContext, driver: Driver, minutes: number): Promise<void> {
  return t.given("moving the target's clock", () =>
    driver.advance(`${String(minutes)}m`, minutes * minute),
  );
}

/** Wrong logouts or keepalives, each refused while the session lives on. */
async function unsignedRefused(
  t: TestContext,
  driver: Driver,
  session: Session,
  path: string,
): Promise<void> {
  const faulty = [
    ['no signature', { headers: { Authorization: null } }],
    ['a wrong signature', { signature: zeros }],
  ] as const;
  for (const [what, spec] of faulty) {
    expectRefusedCall(t, await driver.call({ session, path, ...spec }), what);
  }
}

/** The life of a session, which the document leaves to the clients' habits (errata E20). */
export const sessionChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.session.logout-200',
    title: 'a signed logout is answered 200',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      t.expect.status(await driver.call({ session, path: logoutPath }), 200, { tolerate: 204 });
    },
  },
  {
    requirement: 'quatrix.session.logout-ends-token',
    title: 'after logout the token is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      await t.given('a logout', async () => {
        const answer = await driver.call({ session, path: logoutPath });
        t.expect.ok(isSuccess(answer), `it answered ${String(answer.status)}`);
      });
      const answer = await driver.call({ session, path: profilePath });
      expectRefusedCall(t, answer, 'the token of a session that was logged out');
    },
  },
  {
    requirement: 'quatrix.session.logout-needs-signature',
    title: 'a logout that is not rightly signed is refused and ends nothing',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      await unsignedRefused(t, driver, session, logoutPath);
      const still = await driver.call({ session, path: profilePath });
      t.expect.ok(isSuccess(still), 'a refused logout ended the session', {
        expected: 'the session lives on',
        actual: `GET /profile/get answered ${String(still.status)}`,
      });
      await t.given('a signed logout', async () => {
        const answer = await driver.call({ session, path: logoutPath });
        t.expect.ok(isSuccess(answer), `it answered ${String(answer.status)}`);
      });
    },
  },
  {
    requirement: 'quatrix.session.keepalive-200',
    title: 'a signed keepalive is answered 200, an unsigned one refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      t.expect.status(await driver.call({ session, path: keepAlivePath }), 200, { tolerate: 204 });
      const wrong = await driver.call({ session, path: keepAlivePath, signature: zeros });
      t.expect.status(wrong, 401, { tolerate: otherRefusals, what: 'a wrong signature' });
    },
  },
  {
    requirement: 'quatrix.session.idle-expiry',
    title: 'a session ends 15 minutes after its last call',
    alone: 'in-run',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      await advanceMinutes(t, driver, 14);
      const alive = await driver.call({ session, path: profilePath });
      t.expect.status(alive, 200, { what: '14 minutes after the last call' });
      await advanceMinutes(t, driver, 16);
      const ended = await driver.call({ session, path: profilePath });
      await driver.control(driver.first);
      expectRefusedCall(t, ended, '16 minutes after the last call');
    },
  },
  {
    requirement: 'quatrix.session.keepalive-extends',
    title: 'keepalive prolongs a session',
    alone: 'in-run',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      for (let at = 0; at < 4; at += 1) {
        await advanceMinutes(t, driver, 10);
        const answer = await driver.call({ session, path: keepAlivePath });
        t.expect.ok(isSuccess(answer), 'a session with keepalives every 10 minutes ended', {
          expected: 'status 200',
          actual: `status ${String(answer.status)} after ${String((at + 1) * 10)} minutes`,
        });
      }
      const answer = await driver.call({ session, path: profilePath });
      t.expect.status(answer, 200, { what: '40 minutes of keepalives' });
    },
  },
]);
