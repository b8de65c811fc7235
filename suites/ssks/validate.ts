import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { expectMember, expectNoData, expectRefusal, expectRefusalAs } from './answers.js';
import { fixedChallenge, nearFixedChallenge, type Factor, type SsksDriver } from './driver.js';

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A challenge that differs in its last character only. */
function near(challenge: string): string {
  return challenge.slice(0, -1) + (challenge.endsWith('b') ? 'c' : 'b');
}

/** Asserts that an answer opens no session. */
function expectNoSession(t: TestContext, exchange: Exchange, what: string): void {
  t.expect.ok(
    !exchange.text.includes('new_id'),
    `${exchange.label} (${what}) answered ${String(exchange.status)} with a new_id`,
  );
}

/** The right challenge opens the session: the positive control of what was refused. */
function opens(
  t: TestContext,
  driver: SsksDriver,
  session: string,
  challenge: string,
  factor: Factor,
): Promise<string> {
  return t.given('the right challenge is accepted', async () => {
    const exchange = await driver.validate(session, challenge, factor);
    t.expect.status(exchange, 200);
    return t.expect.text(exchange.object().new_id, 'new_id');
  });
}

export const validateChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.validate.right-challenge-new-session',
    title: 'the right challenge gives a new session that can read',
    async run(t, driver) {
      const who = driver.user();
      const data = await driver.store(who);
      const { session, challenge } = await driver.openForced(who);
      const exchange = await driver.validate(session, challenge, who.factor);
      t.expect.status(exchange, 200, { what: 'the right challenge' });
      const opened = t.expect.text(exchange.object().new_id, 'new_id');
      t.expect.ok(opened !== '', 'new_id is empty');
      t.expect.notEqual(opened, session, 'new_id and the id of the first session');
      expectMember(t, await driver.search(opened), 'data_b64', data, 'a search on new_id');
    },
  },
  {
    requirement: 'ssks.validate.wrong-challenge-refused',
    title: 'a wrong challenge opens nothing',
    async run(t, driver) {
      const who = driver.user();
      const data = await driver.store(who);
      const { session, challenge } = await driver.openForced(who);
      const wrong = [
        ['a random challenge', t.random.text(8, alphabet)],
        ['the challenge with another last character', near(challenge)],
      ] as const;
      const verdicts = [];
      for (const [what, text] of wrong) {
        verdicts.push([what, await driver.validate(session, text, who.factor)] as const);
      }
      const push = await driver.push(session, driver.identityData());
      const search = await driver.search(session);
      const opened = await opens(t, driver, session, challenge, who.factor);
      for (const [what, exchange] of verdicts) {
        expectRefusalAs(t, exchange, 403, what);
        expectNoSession(t, exchange, what);
      }
      expectRefusal(t, push, 'a push after wrong challenges');
      expectRefusal(t, search, 'a search after wrong challenges');
      expectNoData(t, search, 'a search after wrong challenges');
      expectMember(t, await driver.search(opened), 'data_b64', data, 'the identity afterwards');
    },
  },
  {
    requirement: 'ssks.validate.wrong-challenge-answer',
    title: 'every wrong challenge gets the same answer',
    async run(t, driver) {
      const who = driver.user();
      const { session, challenge } = await driver.openForced(who);
      const wrong = [near(challenge), 'bad-one'];
      const verdicts = [];
      for (const text of wrong) verdicts.push(await driver.validate(session, text, who.factor));
      await opens(t, driver, session, challenge, who.factor);
      for (const exchange of verdicts) {
        t.expect.status(exchange, 403, { what: 'a wrong challenge' });
        const { detail } = exchange.object();
        t.expect.equal(
          detail,
          'Incorrect authentication credentials.',
          'detail, which clients compare',
        );
      }
    },
  },
  {
    requirement: 'ssks.validate.other-users-challenge-refused',
    title: 'a challenge does not open the session of another user',
    async run(t, driver) {
      const [first, second] = [driver.user(), driver.user()];
      const sent = await driver.openForcedByInbox(first);
      const own = await driver.openForcedByInbox(second);
      const crossed = await driver.validate(own.session, sent.challenge, second.factor);
      const right = await driver.validate(own.session, own.challenge, second.factor);
      t.expect.status(right, 200, { what: 'the challenge of the session itself' });
      expectNoSession(t, crossed, 'the challenge of another user');
      expectRefusalAs(t, crossed, 403, 'the challenge of another user');
    },
  },
  {
    requirement: 'ssks.validate.empty-challenge-first',
    title: 'an empty challenge is invalid whether or not the session exists',
    async run(t, driver) {
      const who = driver.user();
      const { session, challenge } = await driver.openForced(who);
      const known = await driver.validate(session, '', who.factor);
      const unknown = await driver.validate(t.random.uuid(), '', who.factor);
      await opens(t, driver, session, challenge, who.factor);
      t.expect.status(known, 400, { tolerate: 422, what: 'an empty challenge' });
      const what = 'an empty challenge on an unknown session';
      t.expect.status(unknown, 400, { tolerate: 422, what });
    },
  },
  {
    requirement: 'ssks.validate.other-factor-refused',
    title: 'the right challenge with another factor is refused',
    async run(t, driver) {
      const verdicts = [];
      for (const factor of [driver.address(), driver.number()]) {
        // A session for each try: a service may let a challenge serve once.
        const who = driver.user();
        const { session, challenge } = await driver.openForced(who);
        const exchange = await driver.validate(session, challenge, factor);
        verdicts.push([`another factor, of type ${factor.type}`, exchange] as const);
      }
      await driver.authenticate(driver.user());
      for (const [what, exchange] of verdicts) {
        expectNoSession(t, exchange, what);
        expectRefusalAs(t, exchange, 403, what);
      }
    },
  },
  {
    requirement: 'ssks.validate.fixed-challenge-without-need',
    title: 'with fake_otp the fixed challenge validates on a session that needs none',
    async run(t, driver) {
      driver.needTestMode();
      const who = driver.user();
      const session = await driver.open(who, false, { fake_otp: true });
      await t.given('a wrong challenge is refused', async () => {
        const wrong = await driver.validate(session, nearFixedChallenge, who.factor);
        expectRefusal(t, wrong, 'a wrong challenge');
      });
      const exchange = await driver.validate(session, fixedChallenge, who.factor);
      t.expect.status(exchange, 200, { what: 'the fixed challenge without need' });
      t.expect.text(exchange.object().new_id, 'new_id');
    },
  },
]);
