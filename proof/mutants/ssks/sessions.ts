import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { details, refused } from '../../../mocks/systems/ssks/refusals.js';
import type { Session, SsksState } from '../../../mocks/systems/ssks/state.js';
import { addSession, dropSession } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import {
  afterwards,
  answering,
  bodyOf,
  changing,
  deciding,
  factorOf,
  jsonOf,
  keyOf,
  ok,
  storeFor,
} from './tools.js';

const reusable = 'ssks.session.authenticated-reusable';
const factorOptional = 'ssks.push.factor-optional';
const verbatim = 'ssks.push.data-kept-verbatim';

export const sessionMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // challenge_validate
  {
    name: 'session-upgraded-in-place',
    bug: 'The first session itself becomes authenticated, under its old id.',
    breaks: ['ssks.validate.right-challenge-new-session'],
    handlers: {
      validateChallenge: (next) => (context) => {
        const response = next(context);
        const id = context.header('x-seald-session') ?? '';
        const store = storeFor(context);
        const first = store.sessions.get(id);
        if ('then' in response || 'kind' in response || response.status !== 200) return response;
        if (first === undefined) return response;
        addSession(store, { ...first, authenticated: true });
        return ok({ new_id: id });
      },
    },
  },
  {
    name: 'new-session-reads-nothing',
    bug: 'The new session belongs to a blank copy of the user.',
    breaks: ['ssks.validate.right-challenge-new-session'],
    alsoBreaks: {
      'ssks.validate.wrong-challenge-refused': 'it reads on the new session afterwards',
      'ssks.push.refused-before-challenge': 'it reads on the new session afterwards',
      'ssks.search.authenticated-flag': 'it reads on the new session',
      'ssks.search.users-separate': 'it reads on the new session',
      'ssks.push.accepted-after-challenge': 'it counts what the new session pushed',
      'ssks.delete-user.other-users-kept': 'its identities are pushed on new sessions',
      'ssks.identity-check.repush-counted-once': 'its identity is pushed on the new session',
    },
    handlers: {
      validateChallenge: afterwards((context, response) => {
        const store = storeFor(context);
        const opened = store.sessions.get(String(jsonOf(response).new_id));
        if (opened === undefined) return;
        const blank = { ...opened.user, sessions: new Set<Session>(), identity: null };
        store.sessions.set(opened.id, { ...opened, user: blank });
      }),
    },
  },
  {
    name: 'challenge-without-last-character',
    bug: 'The last character of a challenge is not compared.',
    breaks: ['ssks.validate.wrong-challenge-refused', 'ssks.validate.wrong-challenge-answer'],
    alsoBreaks: {
      'ssks.challenge-send.fake-otp-fixed-challenge': 'it tries a near miss first',
    },
    behaviour: (base) => ({
      challengeMatches: (session, presented, now) =>
        base.challengeMatches(
          session,
          presented.slice(0, -1) + (session.challenge?.text.slice(-1) ?? ''),
          now,
        ),
    }),
  },
  {
    name: 'wrong-challenge-unlocks',
    bug: 'A wrong challenge is refused and the first session is authenticated all the same.',
    breaks: ['ssks.validate.wrong-challenge-refused'],
    handlers: {
      validateChallenge: afterwards((context, { status }) => {
        const store = storeFor(context);
        const session = store.sessions.get(context.header('x-seald-session') ?? '');
        if (status === 403 && session !== undefined) {
          store.sessions.set(session.id, { ...session, authenticated: true });
        }
      }),
    },
  },
  {
    name: 'malformed-challenge-400',
    bug: 'A challenge of another shape is a 400.',
    breaks: ['ssks.validate.wrong-challenge-answer'],
    handlers: {
      validateChallenge: answering(({ challenge }) =>
        typeof challenge === 'string' && challenge !== '' && challenge.length !== 8
          ? json(400, { challenge: ['Invalid.'] })
          : null,
      ),
    },
  },
  {
    name: 'wrong-challenge-in-other-words',
    bug: 'A wrong challenge is told in other words than clients compare.',
    breaks: ['ssks.validate.wrong-challenge-answer'],
    respond: changing(
      ({ status, body }, { operation }) =>
        status === 403 &&
        operation?.id === 'validateChallenge' &&
        String(body).includes(details.wrongCredentials),
      (response) => ({ ...response, body: '{"detail":"Wrong challenge."}' }),
    ),
  },
  {
    name: 'any-challenge-of-the-server',
    bug: 'A challenge is looked up without its session.',
    breaks: ['ssks.validate.other-users-challenge-refused'],
    handlers: {
      validateChallenge: deciding((_body, context) => ({
        challengeMatches: (session, presented, now) =>
          [session, ...storeFor(context).sessions.values()].some((one) =>
            context.behaviour.challengeMatches(one, presented, now),
          ),
      })),
    },
  },
  {
    name: 'session-before-empty-challenge',
    bug: 'The session is looked up before the challenge is looked at.',
    breaks: ['ssks.validate.empty-challenge-first'],
    behaviour: () => ({ emptyChallengeFirst: false }),
  },
  {
    name: 'empty-challenge-is-wrong',
    bug: 'An empty challenge is refused like a wrong one.',
    breaks: ['ssks.validate.empty-challenge-first'],
    handlers: {
      validateChallenge: answering(({ challenge }) =>
        challenge === '' ? refused(403, details.wrongCredentials).response : null,
      ),
    },
  },
  {
    name: 'factor-not-compared',
    bug: 'The factor of challenge_validate is not compared.',
    breaks: ['ssks.validate.other-factor-refused'],
    handlers: { validateChallenge: deciding(() => ({ isFactorOf: () => true })) },
  },
  {
    name: 'number-not-compared',
    bug: 'challenge_validate compares e-mail addresses only.',
    breaks: ['ssks.validate.other-factor-refused'],
    handlers: {
      validateChallenge: deciding((body) =>
        factorOf(body).type === 'SMS' ? { isFactorOf: () => true } : null,
      ),
    },
  },
  {
    name: 'wrong-factor-gets-a-session',
    bug: 'The refusal of another factor holds a new_id.',
    breaks: ['ssks.validate.other-factor-refused'],
    handlers: {
      validateChallenge: (next) => (context) => {
        const body = bodyOf(context);
        const { type, value } = factorOf(body);
        const session = storeFor(context).sessions.get(context.header('x-seald-session') ?? '');
        return session !== undefined && session.user.factorKey !== keyOf(context, type, value)
          ? json(403, { detail: 'Check the factor.', new_id: session.id })
          : next(context);
      },
    },
  },
  {
    name: 'no-fixed-challenge-without-need',
    bug: 'fake_otp sets no challenge where none is needed.',
    breaks: ['ssks.validate.fixed-challenge-without-need'],
    behaviour: (base) => ({
      challengeFor: (order, random) =>
        order.mustAuthenticate ? base.challengeFor(order, random) : null,
    }),
  },

  // Sessions
  {
    name: 'unknown-session-401',
    bug: 'An unknown session is a 401.',
    breaks: ['ssks.session.unknown-is-404'],
    respond: changing(
      ({ body }) => body === '{"model":"TMRSession"}',
      () => json(401, { detail: 'No session.' }),
    ),
  },
  {
    name: 'malformed-session-400',
    bug: 'A session id that is no UUID is a 400.',
    breaks: ['ssks.session.unknown-is-404'],
    respond: changing(
      ({ body }, context) =>
        body === '{"model":"TMRSession"}' &&
        !/^[0-9a-f-]{36}$/.test(context.header('x-seald-session') ?? ''),
      () => json(400, { detail: 'Invalid session.' }),
    ),
  },
  {
    name: 'session-ends-with-its-fourth-call',
    bug: 'An authenticated session serves three calls.',
    breaks: [reusable],
    alsoBreaks: { [factorOptional]: 'it makes four calls', [verbatim]: 'it makes six calls' },
    behaviour: (base) => {
      const calls = new WeakMap<Session, number>();
      return {
        findSession(store, id) {
          const session = base.findSession(store, id);
          if (session?.authenticated !== true) return session;
          const used = (calls.get(session) ?? 0) + 1;
          calls.set(session, used);
          if (used <= 3) return session;
          dropSession(store, session);
          return undefined;
        },
      };
    },
  },
  {
    name: 'sessions-of-all-applications',
    bug: 'A session serves every application.',
    breaks: ['ssks.session.bound-to-application'],
    handlers: {
      searchTmrIdentity: deciding((_body, { state }) => ({
        findSession: (_store, id) =>
          [...state.stores.values()].map((one) => one.sessions.get(id)).find((one) => one),
      })),
    },
  },
]);
