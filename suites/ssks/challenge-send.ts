import { defineArea } from '../engine/check.js';
import type { Exchange } from '../engine/exchange.js';
import type { TestContext } from '../engine/context.js';
import { expectCount, expectMember } from './answers.js';
import type { Factor, SsksDriver, User } from './driver.js';

/** The session id of an answer, as an assertion. */
function sessionId(t: TestContext, exchange: Exchange): string {
  t.expect.status(exchange, 200);
  const id = t.expect.text(exchange.object().session_id, 'session_id');
  t.expect.ok(id !== '', 'session_id is empty');
  return id;
}

function expectMust(t: TestContext, exchange: Exchange, must: boolean, what: string): void {
  expectMember(t, exchange, 'must_authenticate', must, what);
}

export const challengeSendChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.challenge-send.unknown-user-rejected',
    title: 'an unknown user is a 404 and is not made, unless create_user is true',
    async run(t, driver) {
      const who = driver.user();
      const absent = await driver.send(who, { create_user: undefined });
      const refused = await driver.send(who, { create_user: false });
      await driver.open(who, false);
      t.expect.status(absent, 404, { what: 'create_user absent' });
      t.expect.status(refused, 404, { what: 'create_user false, after create_user absent' });
    },
  },
  {
    requirement: 'ssks.challenge-send.create-user-creates',
    title: 'create_user makes a user who is known afterwards, and leaves a known one alone',
    async run(t, driver) {
      const who = driver.user();
      await t.given('the user is unknown beforehand', async () => {
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      sessionId(t, await driver.send(who));
      const session = sessionId(t, await driver.send(who, { create_user: false }));
      await driver.storeOn(session, driver.identityData());
      sessionId(t, await driver.send(who));
      expectCount(t, await driver.count(who.userId), 1, 'the user after another create_user');
    },
  },
  {
    requirement: 'ssks.challenge-send.reply-members',
    title: 'the reply has session_id, a string, and must_authenticate, a boolean',
    async run(t, driver) {
      const who = driver.user();
      await t.given('an unknown user is refused', async () => {
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      for (const members of [{}, { force_auth: true }]) {
        const exchange = await driver.send(who, members);
        sessionId(t, exchange);
        const must = exchange.object().must_authenticate;
        t.expect.ok(typeof must === 'boolean', 'must_authenticate is not a boolean', {
          expected: 'true or false',
          actual: `a value of type ${typeof must}`,
        });
      }
    },
  },
  {
    requirement: 'ssks.challenge-send.new-session-each-call',
    title: 'every call gives another session id',
    async run(t, driver) {
      const who = driver.user();
      const first = sessionId(t, await driver.send(who));
      const second = sessionId(t, await driver.send(who));
      t.expect.notEqual(second, first, 'the session ids of two calls');
    },
  },
  {
    requirement: 'ssks.challenge-send.fresh-factor-false',
    title: 'must_authenticate is false for a factor under which nothing is stored',
    async run(t, driver) {
      const who = driver.user();
      expectMust(t, await driver.send(who), false, 'a fresh factor');
      expectMust(t, await driver.send(who), false, 'a second call');
      const made = driver.user();
      await driver.register(made);
      const known = await driver.send(made, { create_user: false });
      expectMust(t, known, false, 'a user made by create_user');
      await driver.open(driver.user(), true, { force_auth: true });
    },
  },
  {
    requirement: 'ssks.challenge-send.forced-fresh-factor-true',
    title: 'force_auth makes must_authenticate true for a factor never used',
    async run(t, driver) {
      const forced = await driver.send(driver.user(), { force_auth: true });
      await driver.open(driver.user(), false);
      expectMust(t, forced, true, 'a fresh factor with force_auth true');
    },
  },
  {
    requirement: 'ssks.challenge-send.force-auth-not-remembered',
    title: 'force_auth concerns the call that carries it only',
    async run(t, driver) {
      const who = driver.user();
      await driver.open(who, true, { force_auth: true });
      expectMust(t, await driver.send(who), false, 'an unforced call after a forced one');
    },
  },
  {
    requirement: 'ssks.challenge-send.stored-factor-true',
    title: 'must_authenticate is true once an identity is stored with the factor',
    async run(t, driver) {
      for (const factor of [driver.address(), driver.number()]) {
        const who = driver.user(factor);
        await driver.store(who);
        const exchange = await driver.send(who);
        expectMust(t, exchange, true, `a factor of type ${factor.type} in use`);
      }
    },
  },
  {
    requirement: 'ssks.challenge-send.stored-factor-true-for-other-user',
    title: 'must_authenticate depends on the factor, not on the user id',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const other: User = { userId: driver.userId(), factor: who.factor };
      const exchange = await driver.send(other);
      expectMust(t, exchange, true, 'another user id with a factor in use');
    },
  },
  {
    requirement: 'ssks.challenge-send.force-auth-false-keeps-need',
    title: 'force_auth false does not lift the need for a challenge',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const unforced = await driver.send(who, { force_auth: false });
      expectMust(t, unforced, true, 'a factor in use with force_auth false');
      const forced = await driver.send(who, { force_auth: true });
      expectMust(t, forced, true, 'a factor in use with force_auth true');
    },
  },
  {
    requirement: 'ssks.challenge-send.sms-factor-accepted',
    title: 'a phone number in international format is accepted',
    async run(t, driver) {
      const who = driver.user(driver.number());
      await t.given('the user is unknown beforehand', async () => {
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      expectMust(t, await driver.send(who), false, 'a fresh phone number');
    },
  },
  {
    requirement: 'ssks.challenge-send.deprecated-email-accepted',
    title: 'email stands for an auth_factor of type EM',
    async run(t, driver) {
      const who = driver.user();
      const byEmail = { auth_factor: undefined, email: who.factor.value, create_user: undefined };
      const unknown = await driver.send(who, byEmail);
      const session = await driver.open(who, false);
      const found = await driver.send(who, byEmail);
      const tolerate = [400, 422];
      if (!t.expect.status(found, 200, { tolerate, what: 'email without auth_factor' })) return;
      t.expect.status(unknown, 404, { what: 'email of an unknown user' });
      // Where a service keeps one session per user, the first one is gone: store on a new one.
      const unused = found.object().must_authenticate === false;
      await driver.storeOn(unused ? sessionId(t, found) : session, driver.identityData());
      const used = await driver.send(who, byEmail);
      expectMust(t, used, true, 'email of a factor in use');
    },
  },
  {
    requirement: 'ssks.challenge-send.two-factors-one-user',
    title: 'one user id may exist with an address and with a number',
    async run(t, driver) {
      const userId = driver.userId();
      const factors: readonly Factor[] = [driver.address(), driver.number()];
      await t.given('an unknown pair is refused', async () => {
        const who = { userId, factor: driver.address() };
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      for (const factor of factors) await driver.open({ userId, factor }, false);
      for (const factor of factors) {
        const exchange = await driver.send({ userId, factor }, { create_user: false });
        t.expect.status(exchange, 200, { what: `the factor of type ${factor.type}` });
      }
    },
  },
  {
    requirement: 'ssks.challenge-send.user-id-is-free-text',
    title: 'a user id may be a UUID, an e-mail address or free text, and comes back unchanged',
    async run(t, driver) {
      const part = t.random.uuid().slice(0, 8);
      for (const userId of [
        t.random.uuid(),
        `Cs-${part}@countersign.test`,
        `Zoë ${part} Łukasz/№ 7`,
      ]) {
        const who: User = { userId, factor: driver.address() };
        const exchange = await driver.send(who);
        t.expect.status(exchange, 200, { what: `user_id ${JSON.stringify(userId)}` });
        const counted = await driver.count(userId);
        expectCount(t, counted, 0, `user_id ${JSON.stringify(userId)}`);
        const user = counted.object().user as { user_id?: unknown } | undefined;
        t.expect.equal(user?.user_id, userId, 'user.user_id');
      }
    },
  },
  {
    requirement: 'ssks.challenge-send.email-compared-normalised',
    title: 'letter case of an e-mail address does not make another factor',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const [local = '', domain = ''] = who.factor.value.split('@');
      const spelled = `${capital(local)}@${capital(domain)}`;
      const other: User = { userId: who.userId, factor: { type: 'EM', value: spelled } };
      const exchange = await driver.send(other, { create_user: undefined });
      expectMust(t, exchange, true, 'the address in other letter case');
    },
  },
]);

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
