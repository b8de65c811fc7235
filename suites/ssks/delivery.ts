import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Channel } from '../engine/inbox/endpoint.js';
import type { InboxMessage } from '../engine/out-of-band.js';
import { expectRefusal, expectNoData } from './answers.js';
import { fixedChallenge, type Factor, type SsksDriver } from './driver.js';

const shape = /^[a-hjkmnp-z2-9]{8}$/;

function channelOf(factor: Factor): Channel {
  return factor.type === 'EM' ? 'email' : 'sms';
}

/** A message that must come; its absence is the target's failure. */
async function arrival(
  t: TestContext,
  factor: Factor,
  what: string,
  fits: (message: InboxMessage) => boolean = () => true,
): Promise<InboxMessage> {
  const channel = channelOf(factor);
  const message = await t.inbox.maybeNext(channel, factor.value, {
    fits,
    timeoutMs: 2 * t.patienceMs,
  });
  return message ?? t.expect.fail(`no ${channel} message arrived for ${what}`);
}

/** The challenge of a message, as an assertion. */
function codeOf(t: TestContext, message: InboxMessage): string {
  t.expect.ok(message.code !== null && message.code !== '', 'the message holds no challenge');
  return t.secret(message.code ?? '');
}

/** A template that can be told from others. */
function marked(marker: string): string {
  return `<p>${marker}: $$CHALLENGE$$</p>`;
}

export const deliveryChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.delivery.email-sent-once',
    title: 'a needed challenge goes out in one e-mail to the address',
    async run(t, driver) {
      const who = driver.user();
      const { factor } = who;
      await driver.open(who, true, { force_auth: true, template: marked('first') });
      codeOf(t, await arrival(t, factor, 'a forced session'));
      // A later message to the same address shows that no second copy is still on its way.
      await driver.open(who, true, { force_auth: true, template: marked('later') });
      await arrival(t, factor, 'a later session', (entry) => has(entry, 'later'));
      const all = await t.inbox.list('email', factor.value);
      t.expect.equal(all.filter((entry) => has(entry, 'first')).length, 1, 'the number of e-mails');
      t.expect.equal(all.length, 2, 'the number of e-mails of two sessions');
    },
  },
  {
    requirement: 'ssks.delivery.deprecated-email-addressed',
    title: 'a call with email alone sends the challenge to that address',
    async run(t, driver) {
      const who = driver.user();
      await driver.open(driver.user(), true, { force_auth: true });
      const exchange = await driver.send(who, {
        auth_factor: undefined,
        email: who.factor.value,
        force_auth: true,
      });
      const what = 'email without auth_factor';
      if (!t.expect.status(exchange, 200, { tolerate: [400, 422], what })) return;
      codeOf(t, await arrival(t, who.factor, what));
      t.expect.equal(
        (await t.inbox.list('email', who.factor.value)).length,
        1,
        'the number of e-mails',
      );
    },
  },
  {
    requirement: 'ssks.delivery.sms-sent-once',
    title: 'a needed challenge goes out in one SMS to the number',
    async run(t, driver) {
      const who = driver.user(driver.number());
      await driver.open(who, true, { force_auth: true });
      const first = await arrival(t, who.factor, 'a forced session');
      codeOf(t, first);
      // A service may send the same challenge again while it is good: only messages are counted.
      await driver.open(who, true, { force_auth: true });
      const after = { after: first.id, timeoutMs: 2 * t.patienceMs };
      const later = await t.inbox.maybeNext('sms', who.factor.value, after);
      t.expect.ok(later !== null, 'no SMS arrived for a later session');
      const all = await t.inbox.list('sms', who.factor.value);
      t.expect.equal(all.length, 2, 'the number of SMS of two sessions');
    },
  },
  {
    requirement: 'ssks.delivery.nothing-sent-without-need',
    title: 'a session that needs no challenge sends nothing',
    async run(t, driver) {
      const who = driver.user();
      await driver.open(who, false, { template: marked('quiet') });
      await driver.open(who, true, { force_auth: true, template: marked('wanted') });
      await t.inbox.next('email', who.factor.value, { fits: (entry) => has(entry, 'wanted') });
      const all = await t.inbox.list('email', who.factor.value);
      const unneeded = all.filter((entry) => !has(entry, 'wanted'));
      t.expect.equal(unneeded.length, 0, 'the number of e-mails of the session without need');
    },
  },
  {
    requirement: 'ssks.delivery.template-filled',
    title: 'the e-mail is the template with the challenge in the place of the placeholder',
    async run(t, driver) {
      const who = driver.user();
      const before = `<h1 class="a">Code &amp; "key" ${t.random.uuid()}</h1><p>`;
      const after = '</p><!-- $1 $& end -->';
      await driver.open(who, true, {
        force_auth: true,
        template: `${before}$$CHALLENGE$$${after}`,
      });
      const message = await arrival(t, who.factor, 'a forced session');
      const body = message.body ?? '';
      const code = codeOf(t, message);
      t.expect.ok(
        body.includes(`${before}${code}${after}`),
        'the e-mail is not the template with the challenge filled in',
        { expected: `${before}<challenge>${after}`, actual: body.slice(0, 400) },
      );
      t.expect.ok(!body.includes('$$CHALLENGE$$'), 'the e-mail still holds the placeholder');
    },
  },
  {
    requirement: 'ssks.delivery.subject-used',
    title: 'an e-mail has the given subject or the default one, an SMS has none of it',
    async run(t, driver) {
      const subject = `Ihr Code für ${t.random.uuid()}`;
      const given = driver.user();
      await driver.open(given, true, { force_auth: true, subject });
      const own = await arrival(t, given.factor, 'a call with subject');
      t.expect.equal(own.subject, subject, 'the subject of an e-mail');
      const plain = driver.user();
      await driver.open(plain, true, { force_auth: true });
      const standard = await arrival(t, plain.factor, 'a call without subject');
      t.expect.equal(standard.subject, 'End-to-end encryption challenge', 'the default subject');
      const phone = driver.user(driver.number());
      await driver.open(phone, true, { force_auth: true, subject });
      const sms = await arrival(t, phone.factor, 'a call with subject');
      const text = `${sms.subject ?? ''} ${sms.body ?? ''}`;
      t.expect.ok(!text.includes(subject), 'the SMS holds the subject, which is for e-mails');
    },
  },
  {
    requirement: 'ssks.delivery.challenge-not-fixed',
    title: 'challenges without fake_otp differ from user to user, and from the fixed one',
    async run(t, driver) {
      const codes: string[] = [];
      for (const who of [driver.user(), driver.user()]) {
        await driver.open(who, true, { force_auth: true });
        codes.push(codeOf(t, await arrival(t, who.factor, 'a forced session')));
      }
      t.expect.notEqual(codes[0], codes[1], 'the challenges of two users');
      t.expect.ok(
        !codes.includes(fixedChallenge),
        'the challenge is the fixed one, which is for fake_otp only',
      );
    },
  },
  {
    requirement: 'ssks.delivery.challenge-shape',
    title: 'a challenge has 8 characters that are not mistaken for one another',
    async run(t, driver) {
      for (const who of [driver.user(), driver.user(), driver.user(driver.number())]) {
        await driver.open(who, true, { force_auth: true });
        const code = codeOf(t, await arrival(t, who.factor, 'a forced session'));
        t.expect.ok(shape.test(code), 'the challenge has a shape that clients refuse', {
          expected: '8 characters of a-z without i, l and o, and of 2-9',
          actual: `${String(code.length)} characters${strange(code) === 'none' ? '' : `, ${strange(code)} among them`}`,
        });
      }
    },
  },
  {
    requirement: 'ssks.delivery.challenge-opens-session',
    title: 'the challenge that was sent opens its session, by e-mail and by SMS',
    async run(t, driver) {
      for (const who of [driver.user(), driver.user(driver.number())]) {
        const { session, challenge } = await driver.openForcedByInbox(who);
        const early = await driver.search(session);
        const exchange = await driver.validate(session, challenge, who.factor);
        const what = `the challenge sent by ${channelOf(who.factor)}`;
        t.expect.status(exchange, 200, { what });
        t.expect.text(exchange.object().new_id, 'new_id');
        expectRefusal(t, early, 'a search before the challenge');
        expectNoData(t, early, 'a search before the challenge');
      }
    },
  },
  {
    requirement: 'ssks.delivery.challenge-lives-six-hours',
    title: 'a challenge is good after 359 minutes and no longer after 361',
    alone: 'in-run',
    async run(t, driver) {
      const first = driver.user();
      const second = driver.user();
      const open = t.has('inbox') ? driver.openForcedByInbox : driver.openForced;
      const early = await open(first);
      const late = await open(second);
      await t.advanceClock('359m');
      const inTime = await driver.validate(early.session, early.challenge, first.factor);
      t.expect.status(inTime, 200, { what: 'the challenge after 359 minutes' });
      await t.advanceClock('2m');
      const overdue = await driver.validate(late.session, late.challenge, second.factor);
      expectRefusal(t, overdue, 'the challenge after 361 minutes');
    },
  },
]);

function has(message: InboxMessage, marker: string): boolean {
  return message.body?.includes(`${marker}:`) ?? false;
}

/** The characters of a challenge that clients do not take. */
function strange(code: string): string {
  const found = [...new Set(code)].filter((character) => !/[a-hjkmnp-z2-9]/.test(character));
  return found.length === 0 ? 'none' : JSON.stringify(found.join(''));
}
