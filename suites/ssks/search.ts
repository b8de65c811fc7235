import { defineArea } from '../engine/check.js';
import { expectMember, expectNoData, expectRefusalAs } from './answers.js';
import type { SsksDriver, User } from './driver.js';

export const searchChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.search.empty-body-accepted',
    title: 'a search without body is answered, although its content type is JSON',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      const data = driver.identityData();
      await driver.storeOn(session, data);
      const search = await driver.search(session);
      t.expect.status(search, 200, { what: 'no body, Content-Type: application/json' });
      t.expect.equal(search.object().data_b64, data, 'data_b64');
    },
  },
  {
    requirement: 'ssks.search.nothing-stored',
    title: 'a search without stored identity names the model TMRKey',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      const search = await driver.search(session);
      await driver.storeOn(session, driver.identityData());
      await t.given('the same search finds what is stored', async () => {
        t.expect.status(await driver.search(session), 200);
      });
      t.expect.status(search, 404, { what: 'nothing stored' });
      t.expect.equal(search.object().model, 'TMRKey', 'model');
    },
  },
  {
    requirement: 'ssks.search.authenticated-flag',
    title: 'authenticated tells which kind of session stored the identity',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const session = await driver.authenticate(who);
      const direct = await driver.search(session);
      expectMember(t, direct, 'authenticated', false, 'an identity stored directly');
      await driver.storeOn(session, driver.identityData());
      const renewed = await driver.search(session);
      expectMember(t, renewed, 'authenticated', true, 'one stored after a challenge');
    },
  },
  {
    requirement: 'ssks.search.refused-before-challenge',
    title: 'a session that needs a challenge gives out nothing before it',
    async run(t, driver) {
      const who = driver.user();
      const data = await driver.store(who);
      const { session, challenge } = await driver.openForced(who);
      const search = await driver.search(session);
      await t.given('the challenge opens the way to the identity', async () => {
        const exchange = await driver.validate(session, challenge, who.factor);
        t.expect.status(exchange, 200);
        const opened = t.expect.text(exchange.object().new_id, 'new_id');
        expectMember(t, await driver.search(opened), 'data_b64', data);
      });
      expectNoData(t, search, 'a search before the challenge');
      expectRefusalAs(t, search, 403, 'a search before the challenge');
    },
  },
  {
    requirement: 'ssks.search.users-separate',
    title: 'each pair of user id and factor has its own identity',
    async run(t, driver) {
      const first = driver.user();
      const sameFactor: User = { userId: driver.userId(), factor: first.factor };
      const sameId: User = { userId: first.userId, factor: driver.number() };
      const stored = [
        [first, await driver.store(first), 'the first user'],
        [sameFactor, await driver.storeAuthenticated(sameFactor), 'another id, same factor'],
        [sameId, await driver.store(sameId), 'the same id, another factor'],
      ] as const;
      for (const [who, data, what] of stored) {
        const session = await driver.authenticate(who);
        expectMember(t, await driver.search(session), 'data_b64', data, what);
      }
    },
  },
]);
