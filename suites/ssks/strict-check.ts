import { defineArea } from '../engine/check.js';
import { expectCount, expectMalformed } from './answers.js';
import type { SsksDriver } from './driver.js';
import { expectUser } from './identity-check.js';

export const strictCheckChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.strict-check.unknown-user-zero',
    title: 'a user id without password identity has 0 identities',
    async run(t, driver) {
      expectCount(t, await driver.countStrict(driver.userId()), 0, 'an unknown user id');
      await t.given('a count of 1 for a stored identity', async () => {
        const userId = driver.userId();
        await driver.storePassword(userId, driver.secret());
        expectCount(t, await driver.countStrict(userId), 1);
      });
    },
  },
  {
    requirement: 'ssks.strict-check.stored-identity-counted',
    title: 'a password identity counts for its own user id only',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      expectCount(t, await driver.countStrict(userId), 1, 'the user id of the identity');
      expectCount(t, await driver.countStrict(driver.userId()), 0, 'another user id');
    },
  },
  {
    requirement: 'ssks.strict-check.counted-per-secret',
    title: 'each secret of a user id counts once',
    async run(t, driver) {
      const userId = driver.userId();
      const [first, second] = [driver.secret(), driver.secret()];
      await driver.storePassword(userId, first);
      await driver.storePassword(userId, second);
      await driver.storePassword(userId, first);
      expectCount(t, await driver.countStrict(userId), 2, 'two secrets, one of them twice');
    },
  },
  {
    requirement: 'ssks.strict-check.echoes-user',
    title: 'the reply names the user id asked for and the application',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      const exchange = await driver.countStrict(userId);
      t.expect.status(exchange, 200);
      expectUser(t, exchange, userId, driver.main.appId);
    },
  },
  {
    requirement: 'ssks.strict-check.user-id-required',
    title: 'a count without user id is refused',
    async run(t, driver) {
      const exchange = await driver.call('checkStrictIdentity', {});
      await t.given('a count with user id', async () => {
        expectCount(t, await driver.countStrict(driver.userId()), 0);
      });
      expectMalformed(t, exchange, 'no user_id');
    },
  },
  {
    requirement: 'ssks.strict-check.two-man-rule-not-counted',
    title: 'identities under the 2-man rule do not count',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      await t.given('the other store counts it', async () => {
        expectCount(t, await driver.count(who.userId), 1);
      });
      const exchange = await driver.countStrict(who.userId);
      expectCount(t, exchange, 0, 'a user with an identity under the 2-man rule only');
    },
  },
]);
