import { defineArea } from '../engine/check.js';
import { Buffer } from 'node:buffer';
import { expectCount, expectMember, expectRefusal } from './answers.js';
import type { SsksDriver } from './driver.js';

export const pushChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.push.direct-when-not-required',
    title: 'a session that needs no challenge stores at once',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.open(who, false);
      await t.given('a count of 0 beforehand', async () => {
        expectCount(t, await driver.count(who.userId), 0);
      });
      const push = await driver.push(session, driver.identityData(), who.factor);
      t.expect.status(push, 200, { what: 'a push on a session with must_authenticate false' });
      expectCount(t, await driver.count(who.userId), 1, 'the user after the push');
    },
  },
  {
    requirement: 'ssks.push.refused-before-challenge',
    title: 'a session that needs a challenge stores nothing before it',
    async run(t, driver) {
      const fresh = driver.user();
      const forced = await driver.openForced(fresh);
      const first = await driver.push(forced.session, driver.identityData());
      expectRefusal(t, first, 'a push before the challenge, nothing stored');
      expectCount(t, await driver.count(fresh.userId), 0, 'the user after the refused push');

      const who = driver.user();
      const data = await driver.store(who);
      const { session, challenge } = await driver.openForced(who);
      const push = await driver.push(session, driver.identityData());
      const opened = await t.given('the challenge is accepted', async () => {
        const exchange = await driver.validate(session, challenge, who.factor);
        t.expect.status(exchange, 200);
        return t.expect.text(exchange.object().new_id, 'new_id');
      });
      const search = await driver.search(opened);
      expectRefusal(t, push, 'a push before the challenge, over a stored identity');
      expectMember(t, search, 'data_b64', data, 'the identity after the refused push');
    },
  },
  {
    requirement: 'ssks.push.accepted-after-challenge',
    title: 'the session after the challenge stores',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      await t.given('a count of 0 beforehand', async () => {
        expectCount(t, await driver.count(who.userId), 0);
      });
      const push = await driver.push(session, driver.identityData(), who.factor);
      t.expect.status(push, 200, { what: 'a push on an authenticated session' });
      expectCount(t, await driver.count(who.userId), 1, 'the user after the push');
    },
  },
  {
    requirement: 'ssks.push.same-id-new-data',
    title: 'a second push keeps the id and replaces the data',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      const first = await driver.push(session, driver.identityData());
      const data = driver.identityData();
      const second = await driver.push(session, data);
      t.expect.status(first, 200);
      t.expect.status(second, 200, { what: 'a second push' });
      const id = t.expect.text(first.object().id, 'id');
      t.expect.ok(id !== '', 'id is empty');
      t.expect.equal(second.object().id, id, 'the id of the second push');
      expectMember(t, await driver.search(session), 'data_b64', data, 'the second push');
    },
  },
  {
    requirement: 'ssks.push.factor-optional',
    title: 'a push may leave out the factor',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      for (const [what, factor] of [
        ['without auth_factor', undefined],
        ['with auth_factor', who.factor],
      ] as const) {
        const data = driver.identityData();
        const push = await driver.push(session, data, factor);
        t.expect.status(push, 200, { what });
        expectMember(t, await driver.search(session), 'data_b64', data, `a push ${what}`);
      }
    },
  },
  {
    requirement: 'ssks.push.data-kept-verbatim',
    title: 'data is kept character for character, up to 60,000 of them',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      for (const [what, data] of [
        ['text that is not base64', 'dummy data'],
        ['base64 without padding', 'QUJD+/RA'.concat('QQ')],
        ['60,000 characters', Buffer.from(t.random.bytes(45_000)).toString('base64')],
      ] as const) {
        t.expect.status(await driver.push(session, data), 200, { what });
        const search = await driver.search(session);
        t.expect.status(search, 200, { what });
        const found = search.object().data_b64;
        t.expect.ok(found === data, `data_b64 came back changed (${what})`, {
          expected: summary(data),
          actual: summary(found),
        });
      }
    },
  },
]);

function summary(value: unknown): string {
  if (typeof value !== 'string') return `a value of type ${typeof value}`;
  return `${String(value.length)} characters, ${value.slice(0, 24)}…${value.slice(-8)}`;
}
