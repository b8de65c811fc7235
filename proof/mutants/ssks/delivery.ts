import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { challengeAlphabet, fixedChallenge } from '../../../mocks/systems/ssks/documented.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { defineMutants } from '../../model.js';
import { changing, deciding, factorOf } from './tools.js';

const minute = 60_000;

export const deliveryMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // fake_otp and quota
  {
    name: 'fixed-challenge-in-capitals',
    bug: 'The challenge of fake_otp is AAAAAAAA.',
    breaks: [
      'ssks.challenge-send.fake-otp-fixed-challenge',
      'ssks.validate.fixed-challenge-without-need',
    ],
    alsoBreaks: {
      'ssks.validate.right-challenge-new-session': 'its challenge is the fixed one',
      'ssks.generated.validate-challenge-answers-as-described': 'its challenge is the fixed one',
    },
    behaviour: (base) => ({
      challengeFor: (order, random) =>
        order.fakeOtp ? fixedChallenge.toUpperCase() : base.challengeFor(order, random),
    }),
  },
  {
    name: 'faked-session-takes-anything',
    bug: 'A session made with fake_otp takes any challenge.',
    breaks: [
      'ssks.challenge-send.fake-otp-fixed-challenge',
      'ssks.validate.wrong-challenge-refused',
      'ssks.validate.wrong-challenge-answer',
    ],
    behaviour: (base) => ({
      challengeMatches: (session, presented, now) =>
        base.challengeMatches(
          session,
          session.challenge?.text === fixedChallenge ? fixedChallenge : presented,
          now,
        ),
    }),
  },
  {
    name: 'fake-otp-sent',
    bug: 'The fixed challenge of fake_otp is sent out all the same.',
    breaks: ['ssks.challenge-send.fake-otp-sends-nothing'],
    behaviour: () => ({ sendsChallenge: (order) => order.mustAuthenticate }),
  },
  {
    name: 'fake-otp-sent-by-sms',
    bug: 'fake_otp holds back e-mails only.',
    breaks: ['ssks.challenge-send.fake-otp-sends-nothing'],
    handlers: {
      sendChallenge: deciding((body) =>
        factorOf(body).type === 'SMS'
          ? { sendsChallenge: (order) => order.mustAuthenticate }
          : null,
      ),
    },
  },
  {
    name: 'fake-otp-in-production',
    bug: 'fake_otp works in production.',
    breaks: ['ssks.challenge-send.fake-otp-refused-in-production'],
    behaviour: () => ({ refusesFakeOtp: () => false }),
  },
  {
    name: 'fake-otp-ignored-in-production',
    bug: 'fake_otp is refused in production only where a challenge is forced.',
    breaks: ['ssks.challenge-send.fake-otp-refused-in-production'],
    handlers: {
      sendChallenge: deciding(({ force_auth }) =>
        force_auth === true ? null : { refusesFakeOtp: () => false },
      ),
    },
  },
  {
    name: 'fake-otp-forbidden-403',
    bug: 'fake_otp in production is a 403.',
    breaks: ['ssks.challenge-send.fake-otp-refused-in-production'],
    respond: changing(
      ({ status, body }) => status === 406 && String(body).includes('FakeOTP'),
      (response) => ({ ...response, status: 403 }),
    ),
  },
  {
    name: 'sms-without-quota',
    bug: 'There is no quota for SMS.',
    breaks: ['ssks.challenge-send.sms-quota-406'],
    behaviour: () => ({ smsLeft: () => true }),
  },
  {
    name: 'quota-stops-e-mails',
    bug: 'A used-up SMS quota stops e-mails too.',
    breaks: ['ssks.challenge-send.sms-quota-406'],
    behaviour: () => ({ countsTowardsQuota: () => true }),
  },
  {
    name: 'quota-429',
    bug: 'A used-up SMS quota is a 429.',
    breaks: ['ssks.challenge-send.sms-quota-406'],
    respond: changing(
      ({ status, body }) => status === 406 && String(body).includes('SMS'),
      (response) => ({ ...response, status: 429 }),
    ),
  },
  {
    name: 'quota-in-other-words',
    bug: 'A used-up SMS quota is told in a sentence.',
    breaks: ['ssks.challenge-send.sms-quota-406'],
    respond: changing(
      ({ status, body }) => status === 406 && String(body).includes('SMS'),
      () => json(406, { detail: 'SMS quota exceeded.' }),
    ),
  },

  // Messages
  {
    name: 'email-twice',
    bug: 'Every e-mail goes out twice.',
    breaks: ['ssks.delivery.email-sent-once', 'ssks.delivery.deprecated-email-addressed'],
    alsoBreaks: {
      'ssks.challenge-send.fake-otp-sends-nothing': 'it counts the e-mails of a later call',
      'ssks.must-authenticate.sends-nothing': 'it counts the e-mails of a later call',
      'ssks.create-user.sends-nothing': 'it counts the e-mails of a later call',
    },
    deliver(message, next) {
      next(message);
      if (message.channel === 'email') next(message);
    },
  },
  {
    name: 'second-email-held-back',
    bug: 'An address gets one e-mail and no second one.',
    breaks: ['ssks.delivery.email-sent-once'],
    handlers: {
      sendChallenge: deciding((body, { world }) => {
        const { type, value } = factorOf(body);
        if (type !== 'EM') return null;
        const earlier = world.inbox.list({ system: 'ssks', recipient: String(value) });
        return earlier.length === 0 ? null : { sendsChallenge: () => false };
      }),
    },
  },
  {
    name: 'sms-twice',
    bug: 'Every SMS goes out twice.',
    breaks: ['ssks.delivery.sms-sent-once'],
    alsoBreaks: {
      'ssks.challenge-send.fake-otp-sends-nothing': 'it counts the SMS of a later call',
    },
    deliver(message, next) {
      next(message);
      if (message.channel === 'sms') next(message);
    },
  },
  {
    name: 'email-member-not-addressed',
    bug: 'With the deprecated email nothing is sent.',
    breaks: ['ssks.delivery.deprecated-email-addressed'],
    handlers: {
      sendChallenge: deciding(({ email }) =>
        email === undefined ? null : { sendsChallenge: () => false },
      ),
    },
  },
  {
    name: 'sent-without-need',
    bug: 'A challenge goes out even where none is needed.',
    breaks: ['ssks.delivery.nothing-sent-without-need'],
    alsoBreaks: {
      'ssks.must-authenticate.sends-nothing': 'it counts the e-mails of an earlier session too',
    },
    behaviour: (base) => ({
      challengeFor: (order, random) =>
        base.challengeFor({ ...order, mustAuthenticate: true }, random),
      sendsChallenge: (order) => !order.fakeOtp,
    }),
  },
  {
    name: 'template-ignored',
    bug: 'The e-mail is always the one of the service.',
    breaks: ['ssks.delivery.template-filled'],
    alsoBreaks: {
      'ssks.delivery.email-sent-once': 'it tells its e-mails apart by their templates',
    },
    behaviour: (base) => ({
      compose: (message) => base.compose({ ...message, template: undefined }),
    }),
  },
  {
    name: 'template-escaped',
    bug: 'The template is escaped before it is sent.',
    breaks: ['ssks.delivery.template-filled'],
    behaviour: (base) => ({
      compose: (message) =>
        base.compose({
          ...message,
          template: message.template?.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
        }),
    }),
  },
  {
    name: 'template-cleaned',
    bug: 'Comments and attributes are taken out of the template.',
    breaks: ['ssks.delivery.template-filled'],
    behaviour: (base) => ({
      compose: (message) =>
        base.compose({
          ...message,
          template: message.template?.replaceAll(/<!--.*?-->| class="[^"]*"/g, ''),
        }),
    }),
  },
  {
    name: 'placeholder-left-beside',
    bug: 'The challenge is put before the placeholder, which stays.',
    breaks: ['ssks.delivery.template-filled'],
    behaviour: (base) => ({
      compose(message) {
        const sent = base.compose(message);
        return sent.channel === 'sms'
          ? sent
          : { ...sent, body: `${sent.body ?? ''}<!-- $$CHALLENGE$$ -->` };
      },
    }),
  },
  {
    name: 'subject-ignored',
    bug: 'The subject of the call is not used.',
    breaks: ['ssks.delivery.subject-used'],
    behaviour: (base) => ({
      compose: (message) => base.compose({ ...message, subject: undefined }),
    }),
  },
  {
    name: 'other-default-subject',
    bug: 'Without subject the e-mail is called "Your code".',
    breaks: ['ssks.delivery.subject-used'],
    behaviour: (base) => ({
      compose: (message) => base.compose({ ...message, subject: message.subject ?? 'Your code' }),
    }),
  },
  {
    name: 'subject-in-sms',
    bug: 'An SMS begins with the subject.',
    breaks: ['ssks.delivery.subject-used'],
    behaviour: (base) => ({
      compose(message) {
        const sent = base.compose(message);
        if (sent.channel !== 'sms') return sent;
        return { ...sent, body: `${message.subject ?? ''}: ${sent.body ?? ''}` };
      },
    }),
  },
  {
    name: 'one-challenge-for-all',
    bug: 'The challenge is drawn once for the whole server.',
    breaks: ['ssks.delivery.challenge-not-fixed', 'ssks.validate.other-users-challenge-refused'],
    behaviour: (base) => ({
      challengeFor(order, random) {
        const drawn = base.challengeFor(order, random);
        return drawn === null || order.fakeOtp ? drawn : 'k7mwq2zd';
      },
    }),
  },
  {
    name: 'fixed-challenge-in-test-mode',
    bug: 'In a test application every challenge is the fixed one.',
    breaks: ['ssks.delivery.challenge-not-fixed'],
    alsoBreaks: {
      'ssks.validate.other-users-challenge-refused': 'both challenges are equal',
    },
    behaviour: () => ({
      challengeFor: (order) => (order.mustAuthenticate || order.fakeOtp ? fixedChallenge : null),
    }),
  },
  {
    name: 'six-digits',
    bug: 'A challenge has six digits.',
    breaks: ['ssks.delivery.challenge-shape'],
    behaviour: (base) => ({
      challengeFor: (order, random) =>
        base.challengeFor(order, random) === null || order.fakeOtp
          ? base.challengeFor(order, random)
          : random.text(6, '23456789'),
    }),
  },
  {
    name: 'look-alike-letters',
    bug: 'A challenge may hold letters that are mistaken for one another.',
    breaks: ['ssks.delivery.challenge-shape'],
    behaviour: (base) => ({
      challengeFor: (order, random) =>
        base.challengeFor(order, random) === null || order.fakeOtp
          ? base.challengeFor(order, random)
          : `${random.text(7, challengeAlphabet)}l`,
    }),
  },
  {
    name: 'sms-with-another-challenge',
    bug: 'The SMS holds another challenge than the session.',
    breaks: ['ssks.delivery.challenge-opens-session'],
    deliver(message, next) {
      const code = message.code === null ? null : message.code.slice(4) + message.code.slice(0, 4);
      next(message.channel === 'sms' ? { ...message, code, body: `Code: ${code ?? ''}` } : message);
    },
  },
  {
    name: 'sent-challenges-never-match',
    bug: 'Only the fixed challenge is ever found to be right.',
    breaks: ['ssks.delivery.challenge-opens-session'],
    alsoBreaks: {
      'ssks.delivery.challenge-lives-six-hours': 'its challenges come from the inbox',
      'ssks.validate.other-users-challenge-refused': 'its challenges come from the inbox',
    },
    behaviour: (base) => ({
      challengeMatches: (session, presented, now) =>
        presented === fixedChallenge && base.challengeMatches(session, presented, now),
    }),
  },
  {
    name: 'challenge-lives-five-hours',
    bug: 'A challenge ends after five hours.',
    breaks: ['ssks.delivery.challenge-lives-six-hours'],
    behaviour: () => ({ challengeLife: 300 * minute }),
  },
  {
    name: 'challenge-lives-for-ever',
    bug: 'A challenge never ends.',
    breaks: ['ssks.delivery.challenge-lives-six-hours'],
    behaviour: () => ({ challengeLife: Infinity }),
  },
  {
    name: 'challenge-lives-a-little-longer',
    bug: 'A challenge is good for two minutes beyond its six hours.',
    breaks: ['ssks.delivery.challenge-lives-six-hours'],
    behaviour: () => ({ challengeLife: 362 * minute }),
  },
]);
