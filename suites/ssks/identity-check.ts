import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { expectCount, expectMalformed } from './answers.js';
import type { SsksDriver, User } from './driver.js';

/** Asserts that a count names the user id asked for and the application. */
export function expectUser(
  t: TestContext,
  exchange: Exchange,
  userId: string,
  appId: string,
): void {
  const user = (exchange.object().user ?? {}) as Readonly<Record<string, unknown>>;
  t.expect.equal(user.user_id, userId, 'user.user_id');
  const app = t.expect.text(user.app_id, 'user.app_id');
  t.expect.equal(app.toLowerCase(), appId.toLowerCase(), 'user.app_id, in lower case');
}

export const identityCheckChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.identity-check.unknown-user-zero',
    title: 'unknown and blank users have 0 identities',
    async run(t, driver) {
      const created = driver.user();
      await driver.register(created);
      const opened = driver.user();
      await driver.open(opened, false);
      for (const [what, who] of [
        ['an unknown user', driver.user()],
        ['a user made by create_user', created],
        ['a user made by challenge_send', opened],
      ] as const) {
        expectCount(t, await driver.count(who.userId), 0, what);
        expectCount(t, await driver.count(who.userId, who.factor), 0, `${what}, by factor`);
      }
      await t.given('a count of 1 for a stored identity', async () => {
        const who = driver.user();
        await driver.store(who);
        expectCount(t, await driver.count(who.userId), 1);
      });
    },
  },
  {
    requirement: 'ssks.identity-check.stored-identity-counted',
    title: 'a stored identity counts for its own user only',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const other: User = { userId: driver.userId(), factor: who.factor };
      await driver.register(other);
      expectCount(t, await driver.count(who.userId), 1, 'the user of the identity');
      expectCount(t, await driver.count(other.userId), 0, 'another user with the factor');
      const byFactor = await driver.count(other.userId, other.factor);
      expectCount(t, byFactor, 0, 'another user with the factor, by factor');
    },
  },
  {
    requirement: 'ssks.identity-check.repush-counted-once',
    title: 'a second push does not make a second identity',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      await t.given('a count of 0 beforehand', async () => {
        expectCount(t, await driver.count(who.userId), 0);
      });
      await driver.storeOn(session, driver.identityData());
      await driver.storeOn(session, driver.identityData());
      expectCount(t, await driver.count(who.userId), 1, 'a user after two pushes');
    },
  },
  {
    requirement: 'ssks.identity-check.filtered-by-factor',
    title: 'with a factor only the identities under it count',
    async run(t, driver) {
      const who = driver.user();
      const phone: User = { userId: who.userId, factor: driver.number() };
      await driver.store(who);
      await driver.register(phone);
      const mail = await driver.count(who.userId, who.factor);
      expectCount(t, mail, 1, 'the address with an identity');
      const blank = await driver.count(phone.userId, phone.factor);
      expectCount(t, blank, 0, 'the number without identity');
    },
  },
  {
    requirement: 'ssks.identity-check.sums-factors',
    title: 'without a factor the identities under all factors count',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.store({ userId, factor: driver.address() });
      await t.given('a count of 1 in between', async () => {
        expectCount(t, await driver.count(userId), 1);
      });
      await driver.store({ userId, factor: driver.number() });
      expectCount(t, await driver.count(userId), 2, 'a user id with two identities');
    },
  },
  {
    requirement: 'ssks.identity-check.echoes-user',
    title: 'the reply names the user id asked for and the application',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const exchange = await driver.count(who.userId);
      t.expect.status(exchange, 200);
      expectUser(t, exchange, who.userId, driver.main.appId);
    },
  },
  {
    requirement: 'ssks.identity-check.bad-body-refused',
    title: 'a count without user id or with half a factor is refused',
    async run(t, driver) {
      const { userId, factor } = driver.user();
      const { type, value } = factor;
      const call = (body: object) => driver.call('checkTmrIdentity', body);
      const noUser = await call({ auth_factor: factor });
      const noValue = await call({ user_id: userId, auth_factor: { type } });
      const noType = await call({ user_id: userId, auth_factor: { value } });
      await t.given('a complete body', async () => {
        t.expect.status(await driver.count(userId, factor), 200);
      });
      expectMalformed(t, noUser, 'no user_id');
      expectMalformed(t, noValue, 'auth_factor with type only');
      expectMalformed(t, noType, 'auth_factor with value only');
    },
  },
  {
    requirement: 'ssks.identity-check.password-identities-not-counted',
    title: 'identities protected by a password do not count',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      await t.given('the other store counts it', async () => {
        expectCount(t, await driver.countStrict(userId), 1);
      });
      expectCount(t, await driver.count(userId), 0, 'a user with a password identity only');
    },
  },
]);
