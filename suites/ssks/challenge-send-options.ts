import { defineArea } from '../engine/check.js';
import { excerpt } from '../engine/exchange.js';
import { expectMember } from './answers.js';
import { fixedChallenge, nearFixedChallenge, type SsksDriver } from './driver.js';

/** Most SMS that the quota of a second application has to be used up with. */
const largestQuota = 60;

export const challengeSendOptionsChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.challenge-send.fake-otp-fixed-challenge',
    title: 'fake_otp makes the challenge aaaaaaaa',
    async run(t, driver) {
      driver.needTestMode();
      const who = driver.user();
      const members = { force_auth: true, fake_otp: true };
      const session = await driver.open(who, true, members);
      const wrong = await driver.validate(session, nearFixedChallenge, who.factor);
      t.expect.ok(wrong.status !== 200, `the wrong challenge ${nearFixedChallenge} was accepted`);
      const right = await driver.validate(session, fixedChallenge, who.factor);
      t.expect.status(right, 200, { what: `the challenge ${fixedChallenge} with fake_otp` });
      t.expect.text(right.object().new_id, 'new_id');
    },
  },
  {
    requirement: 'ssks.challenge-send.fake-otp-sends-nothing',
    title: 'fake_otp sends neither e-mail nor SMS',
    async run(t, driver) {
      driver.needTestMode();
      for (const factor of [driver.address(), driver.number()]) {
        const who = driver.user(factor);
        const channel = factor.type === 'EM' ? 'email' : 'sms';
        const first = await driver.send(who, { force_auth: true, fake_otp: true });
        expectMember(t, first, 'must_authenticate', true, 'a forced call with fake_otp');
        // A real message to the same recipient shows that the inbox works and is up to date.
        await driver.open(who, true, { force_auth: true });
        await t.inbox.next(channel, factor.value, {
          fits: (message) => message.code !== fixedChallenge,
        });
        const messages = await t.inbox.list(channel, factor.value);
        t.expect.equal(messages.length, 1, `the number of ${channel} messages after both calls`);
      }
    },
  },
  {
    requirement: 'ssks.challenge-send.fake-otp-refused-in-production',
    title: 'a production application gets 406 for fake_otp',
    async run(t, driver) {
      const app = driver.productionApp();
      const who = driver.user();
      const faked = await driver.send(who, { fake_otp: true }, { app });
      await t.given('the same call without fake_otp', async () => {
        t.expect.status(await driver.send(who, {}, { app }), 200);
      });
      t.expect.status(faked, 406, { what: 'fake_otp in production' });
    },
  },
  {
    requirement: 'ssks.challenge-send.sms-quota-406',
    title: 'an SMS beyond the quota is a 406, an e-mail is not',
    // After all others: the quota may be that of a team to which both applications belong.
    alone: 'in-run',
    timeoutMs: 60_000,
    async run(t, driver) {
      const app = driver.secondApp();
      let sent = 0;
      for (; sent <= largestQuota; sent += 1) {
        const who = driver.user(driver.number());
        const exchange = await driver.send(who, { force_auth: true }, { app });
        if (exchange.status === 200) continue;
        t.expect.status(exchange, 406, { what: `SMS number ${String(sent + 1)}` });
        t.expect.equal(exchange.object().detail, 'SMSQuotaFailed', 'detail of the 406');
        break;
      }
      await t.given('at least one SMS within the quota', () => {
        t.expect.ok(sent > 0, 'the quota was used up before the first SMS');
        return Promise.resolve();
      });
      t.expect.ok(
        sent <= largestQuota,
        `${String(largestQuota + 1)} SMS in a row were accepted, without a 406 for the quota`,
      );
      const mail = await driver.send(driver.user(), { force_auth: true }, { app });
      expectMember(t, mail, 'must_authenticate', true, 'an e-mail after the SMS quota');
    },
  },
  {
    requirement: 'ssks.challenge-send.reply-hides-challenge',
    title: 'the reply does not hold the challenge',
    async run(t, driver) {
      const who = driver.user();
      const exchange = await driver.send(who, { force_auth: true });
      await t.given('a forced session', () => {
        expectMember(t, exchange, 'must_authenticate', true);
        return Promise.resolve();
      });
      const { code } = await t.inbox.next('email', who.factor.value, {
        fits: (message) => message.code !== null,
      });
      const challenge = t.secret(code ?? '');
      const headers = exchange.rawHeaders.map(([name, value]) => `${name}: ${value}`).join('\n');
      const reply = `${headers}\n\n${exchange.text}`;
      t.expect.ok(
        challenge !== '' && !reply.includes(challenge),
        'the reply of challenge_send holds the challenge that was sent to the user',
        { expected: 'session_id and must_authenticate only', actual: excerpt(exchange.text) },
      );
    },
  },
]);
