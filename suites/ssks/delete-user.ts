import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import {
  expectCount,
  expectMalformed,
  expectMember,
  expectNoData,
  expectRefusalAs,
} from './answers.js';
import type { Factor, SsksDriver, User } from './driver.js';

function remove(driver: SsksDriver, userId: string, factor?: Factor): Promise<Exchange> {
  return driver.call('deleteUser', { user_id: userId, auth_factor: factor });
}

/** Deletes as a step on the way to something else. */
function removed(
  t: TestContext,
  driver: SsksDriver,
  userId: string,
  factor?: Factor,
): Promise<void> {
  return t.given('deleting a user', async () => {
    t.expect.status(await remove(driver, userId, factor), 200);
  });
}

/** One user id with an identity under an address and one under a number. */
async function twoIdentities(driver: SsksDriver): Promise<readonly [User, User]> {
  const userId = driver.userId();
  const mail = { userId, factor: driver.address() };
  const phone = { userId, factor: driver.number() };
  await driver.store(mail);
  await driver.store(phone);
  return [mail, phone];
}

export const deleteUserChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.delete-user.counts-identities',
    title: 'a deletion answers ok and the number of identities, not of users',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const blank = driver.user();
      await driver.register(blank);
      const first = await remove(driver, who.userId);
      expectMember(t, first, 'status', 'ok');
      expectMember(t, first, 'deleted', 1, 'a user with an identity');
      const second = await remove(driver, blank.userId);
      expectMember(t, second, 'status', 'ok');
      expectMember(t, second, 'deleted', 0, 'a blank user');
    },
  },
  {
    requirement: 'ssks.delete-user.all-factors-deleted',
    title: 'a deletion without factor covers all factors of the user id',
    async run(t, driver) {
      const [{ userId }] = await twoIdentities(driver);
      const exchange = await remove(driver, userId);
      expectMember(t, exchange, 'deleted', 2, 'a user id with two identities');
      expectCount(t, await driver.count(userId), 0, 'the deleted user id');
    },
  },
  {
    requirement: 'ssks.delete-user.only-given-factor-deleted',
    title: 'a deletion with a factor spares the other factors of the user id',
    async run(t, driver) {
      const [mail, phone] = await twoIdentities(driver);
      const exchange = await remove(driver, phone.userId, phone.factor);
      expectMember(t, exchange, 'deleted', 1, 'the number of a user id with two identities');
      const kept = await driver.count(mail.userId, mail.factor);
      expectCount(t, kept, 1, 'the address of that user id');
      const gone = await driver.count(phone.userId, phone.factor);
      expectCount(t, gone, 0, 'the number of that user id');
    },
  },
  {
    requirement: 'ssks.delete-user.unrelated-factor-deletes-nothing',
    title: 'a deletion with a factor that is not the user’s deletes nothing',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const exchange = await remove(driver, who.userId, driver.number());
      expectCount(t, await driver.count(who.userId), 1, 'the user with another factor');
      const what = 'a factor that the user does not have';
      if (!t.expect.status(exchange, 200, { tolerate: 404, what })) return;
      expectMember(t, exchange, 'deleted', 0, what);
    },
  },
  {
    requirement: 'ssks.delete-user.user-is-gone',
    title: 'a deleted user is unknown to challenge_send, a blank one too',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const blank = driver.user();
      await driver.register(blank);
      for (const user of [who, blank]) {
        await t.given('the user is known beforehand', async () => {
          t.expect.status(await driver.send(user, { create_user: false }), 200);
        });
        await removed(t, driver, user.userId);
        const sent = await driver.send(user, { create_user: false });
        t.expect.status(sent, 404, { what: 'a deleted user' });
      }
    },
  },
  {
    requirement: 'ssks.delete-user.identity-is-gone',
    title: 'a deleted identity cannot be read, neither by an old session nor by a new user',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const before = await driver.authenticate(who);
      await t.given('reading the identity beforehand', async () => {
        t.expect.status(await driver.search(before), 200);
      });
      await removed(t, driver, who.userId);
      expectCount(t, await driver.count(who.userId), 0, 'the deleted user');
      const byOld = await driver.search(before);
      expectNoData(t, byOld, 'a session from before the deletion');
      expectRefusalAs(t, byOld, 404, 'a session from before the deletion');
      const byNew = await driver.search(await driver.authenticate(who));
      expectNoData(t, byNew, 'a session of the user made again');
      expectRefusalAs(t, byNew, 404, 'a session of the user made again');
    },
  },
  {
    requirement: 'ssks.delete-user.other-users-kept',
    title: 'another user id with the same factor keeps its identity',
    async run(t, driver) {
      const who = driver.user();
      const other: User = { userId: driver.userId(), factor: who.factor };
      await driver.store(who);
      await driver.storeAuthenticated(other);
      await removed(t, driver, who.userId, who.factor);
      expectCount(t, await driver.count(other.userId), 1, 'the other user');
      await driver.storeAuthenticated(who);
      await removed(t, driver, who.userId);
      expectCount(t, await driver.count(other.userId), 1, 'the other user');
      expectCount(t, await driver.count(who.userId), 0, 'the deleted user');
    },
  },
  {
    requirement: 'ssks.delete-user.bad-body-refused',
    title: 'a deletion without user id or with half a factor is refused and deletes nothing',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const { type, value } = who.factor;
      for (const [what, body] of [
        ['no user_id', { auth_factor: who.factor }],
        ['auth_factor with type only', { user_id: who.userId, auth_factor: { type } }],
        ['auth_factor with value only', { user_id: who.userId, auth_factor: { value } }],
      ] as const) {
        expectMalformed(t, await driver.call('deleteUser', body), what);
        expectCount(t, await driver.count(who.userId), 1, `the user after ${what}`);
      }
    },
  },
  {
    requirement: 'ssks.delete-user.unknown-user',
    title: 'deleting an unknown user, in either store, is no error and deletes nothing',
    async run(t, driver) {
      const what = 'an unknown user';
      const tolerate = 404;
      await t.given('a deletion without user_id is refused', async () => {
        expectMalformed(t, await driver.call('deleteUser', {}), 'no user_id');
      });
      const tmr = await remove(driver, driver.userId());
      if (t.expect.status(tmr, 200, { tolerate, what })) {
        expectMember(t, tmr, 'deleted', 0, what);
      }
      const strict = await driver.call('deleteStrictIdentity', { user_id: driver.userId() });
      if (t.expect.status(strict, 200, { tolerate, what })) {
        expectMember(t, strict, 'status', 'ok', what);
      }
    },
  },
]);
