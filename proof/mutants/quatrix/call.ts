import { withHeaders } from '../../../mocks/engine/http.js';
import type { Behaviour, CallAttempt } from '../../../mocks/systems/quatrix/behaviour.js';
import { code, errorAnswer } from '../../../mocks/systems/quatrix/refusals.js';
import type { Session } from '../../../mocks/systems/quatrix/sessions.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { callSubject, loginSubject } from '../../../mocks/systems/quatrix/subject.js';
import { deriveKey, sign } from '../../../suites/quatrix/crypto.js';
import { defineMutants, type Mutant } from '../../model.js';
import { alsoCallSubject, alsoInCalls, isFirst, keyOfCall, onAnswer } from './tools.js';

/** The forms that must be tried before it is said that none is accepted. */
const allForms = [
  'quatrix.call.signed-call-200',
  'quatrix.call.lower-case-names',
  'quatrix.call.final-lf',
];

function anySession(state: State): Session | undefined {
  return [...state.sessions.values()].findLast(({ user }) => isFirst(user.login));
}

/** Whether calls work at all. */
export const callMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'call-signed-with-sha256',
      bug: 'Calls are checked with HMAC-SHA256 in place of SHA-1.',
      breaks: allForms,
      behaviour: () => ({
        *callSignatures(attempt) {
          yield sign(keyOfCall(attempt), callSubject(attempt), { hash: 'sha256' });
        },
      }),
    },
    {
      name: 'call-token-signed-first',
      bug: 'Calls are checked with the token before the timestamp.',
      breaks: allForms,
      behaviour: () => ({
        *callSignatures(attempt) {
          const [first, timestamp, token] = callSubject(attempt).split('\n');
          yield sign(keyOfCall(attempt), `${first ?? ''}\n${token ?? ''}\n${timestamp ?? ''}\n`);
        },
      }),
    },
    {
      name: 'call-token-unknown',
      bug: 'The token that the login hands out is not the one that was stored.',
      breaks: allForms,
      alsoBreaks: { 'quatrix.mq.session-token-as-id': 'the token selects no channel' },
      respond: onAnswer('login', 200, (response, { world }) =>
        withHeaders(response, { 'X-Auth-Token': world.random.uuid() }),
      ),
    },
    {
      name: 'call-ten-per-token',
      bug: 'A token is used up after ten calls.',
      breaks: ['quatrix.call.token-serves-many-calls'],
      behaviour: (base) => {
        const uses = new WeakMap<Session, number>();
        return {
          *callSignatures(attempt) {
            const used = (uses.get(attempt.session) ?? 0) + 1;
            uses.set(attempt.session, used);
            if (used <= 10) yield* base.callSignatures(attempt);
          },
        };
      },
    },
    {
      name: 'call-cache-parameter-refused',
      bug: 'A call with a query parameter beside its headers is refused.',
      breaks: ['quatrix.call.query-not-signed'],
      handlers: {
        getProfile: (next) => (context) =>
          context.request.query.startsWith('_=')
            ? errorAnswer(401, code.notAuthorized, 'The signature is wrong')
            : next(context),
      },
    },
    {
      name: 'call-replay-refused',
      bug: 'The third request with the same signature is refused as a replay.',
      breaks: ['quatrix.call.repeat-accepted'],
      behaviour: (base) => {
        const seen = new Map<string, number>();
        return {
          *callSignatures(attempt) {
            const subject = callSubject(attempt);
            const times = (seen.get(subject) ?? 0) + 1;
            seen.set(subject, times);
            if (times < 3) yield* base.callSignatures(attempt);
          },
        };
      },
    },
    {
      name: 'call-header-case-lower-refused',
      bug: 'Header names in lower case are not found.',
      breaks: ['quatrix.call.header-name-case-ignored'],
      handlers: {
        getProfile: (next) => (context) =>
          context.request.peer.headerNames?.().includes('x-auth-token') === true
            ? errorAnswer(401, code.missingParameter, 'X-Auth-Token is missing')
            : next(context),
      },
    },
    {
      name: 'login-header-case-upper-refused',
      bug: 'A login with header names in upper case lacks its values.',
      breaks: ['quatrix.call.header-name-case-ignored'],
      handlers: {
        login: (next) => (context) =>
          context.request.peer.headerNames?.().includes('X-AUTH-LOGIN') === true
            ? errorAnswer(401, code.missingParameter, 'X-Auth-Login is missing')
            : next(context),
      },
    },
    {
      name: 'call-newer-token-dead',
      bug: 'The second profile of a session comes with a token that opens nothing.',
      breaks: ['quatrix.call.newer-token-usable'],
      alsoBreaks: {
        'quatrix.call.token-serves-many-calls': 'it goes on with the newer token',
        'quatrix.call.header-name-case-ignored': 'it goes on with the newer token',
        'quatrix.session.logout-needs-signature': 'it goes on with the newer token',
      },
      handlers: {
        getProfile: (next) => {
          const asked = new Map<string, number>();
          return async (context) => {
            const answer = await next(context);
            const token = context.header('x-auth-token') ?? '';
            const times = (asked.get(token) ?? 0) + 1;
            asked.set(token, times);
            if ('kind' in answer || times !== 2) return answer;
            return withHeaders(answer, { 'X-Auth-Token': context.world.random.uuid() });
          };
        },
      },
    },
  ],
);

/** Calls that are let in. */
export const callRefusalMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'call-without-token',
      bug: 'A call without token belongs to the newest session.',
      breaks: ['quatrix.call.token-required'],
      behaviour: (base) => ({
        neededInCalls: ['X-Auth-Timestamp', 'Authorization'],
        findSession: (state, token, now) =>
          token === '' ? anySession(state) : base.findSession(state, token, now),
      }),
    },
    {
      name: 'call-without-signature',
      bug: 'A call with a live token needs no signature.',
      breaks: ['quatrix.call.authorization-required'],
      behaviour: (base) => ({
        authValue: (request, name) =>
          name === 'Authorization' &&
          request.query === '' &&
          request.path.endsWith('/profile/get') &&
          (request.headers.authorization ?? '') === ''
            ? '-'
            : base.authValue(request, name),
        signatureMatches: (right, received) =>
          received === '-' || base.signatureMatches(right, received),
      }),
    },
    {
      name: 'call-without-timestamp',
      bug: 'A missing timestamp is signed as an empty one.',
      breaks: ['quatrix.call.timestamp-required'],
      behaviour: (base) => ({
        neededInCalls: ['X-Auth-Token', 'Authorization'],
        isTimestamp: (text) => text === '' || base.isTimestamp(text),
      }),
    },
    {
      name: 'call-timestamp-line-optional',
      bug: 'Without a timestamp its line may be missing.',
      breaks: ['quatrix.call.timestamp-required'],
      behaviour: (base) => ({
        neededInCalls: ['X-Auth-Token', 'Authorization'],
        isTimestamp: (text) => text === '' || base.isTimestamp(text),
        *callSignatures(attempt) {
          if (attempt.timestamp !== '') yield* base.callSignatures(attempt);
          else {
            const subject = callSubject(attempt).replace('x-auth-timestamp: \n', '');
            yield sign(keyOfCall(attempt), subject);
          }
        },
      }),
    },
    {
      name: 'call-unknown-token',
      bug: 'A token that is not known falls back to the last session.',
      breaks: ['quatrix.call.unknown-token-401'],
      alsoBreaks: {
        'quatrix.query.each-value-checked': 'its unknown token is accepted too',
        'quatrix.session.logout-ends-token': 'a token that was ended is unknown',
      },
      behaviour: (base) => ({
        findSession: (state, token, now) =>
          base.findSession(state, token, now) ?? anySession(state),
      }),
    },
    {
      name: 'call-unknown-token-500',
      bug: 'A token that is not known makes the server fail.',
      breaks: ['quatrix.call.unknown-token-401'],
      alsoBreaks: { 'quatrix.session.logout-ends-token': 'a token that was ended is unknown' },
      respond: onAnswer('getProfile', 401, (response, { state, request }) => {
        const token = request.headers['x-auth-token'] ?? '';
        return token === '' || state.sessions.has(token)
          ? response
          : errorAnswer(500, code.unknown, 'Failed');
      }),
    },
    {
      name: 'call-empty-password',
      bug: 'The key of the empty password signs calls of everybody.',
      breaks: ['quatrix.call.wrong-key-401'],
      behaviour: alsoInCalls((attempt) => [sign(deriveKey(''), callSubject(attempt))]),
    },
    {
      name: 'call-master-password',
      bug: 'The key of a default password signs calls of everybody.',
      breaks: ['quatrix.call.wrong-key-401'],
      behaviour: alsoInCalls((attempt) => [sign(deriveKey('admin'), callSubject(attempt))]),
    },
    {
      name: 'call-second-users-key',
      bug: 'Whoever may log in may sign calls of other sessions.',
      breaks: ['quatrix.call.other-users-key-refused'],
      alsoBreaks: {
        'quatrix.query.each-value-checked': "its second user's key is accepted too",
        'quatrix.call.wrong-key-401': 'one user has the empty password',
      },
      behaviour: alsoInCalls((attempt) =>
        [...attempt.session.user.account.users.values()].map(({ password }) =>
          sign(deriveKey(password), callSubject(attempt)),
        ),
      ),
    },
    ...(['/session/keepalive', '/session/login', '/'] as const).map((path) => ({
      name: `call-path-${path.replaceAll('/', '') === '' ? 'root' : path.slice(9)}`,
      bug: `A signature made for ${path} serves every call.`,
      breaks: ['quatrix.call.path-bound'],
      behaviour: alsoInCalls((attempt) => [
        sign(keyOfCall(attempt), callSubject({ ...attempt, path })),
      ]),
    })),
    {
      name: 'call-method-unbound',
      bug: 'The method is left out of the comparison of calls.',
      breaks: ['quatrix.call.method-bound'],
      behaviour: alsoCallSubject((subject) => subject.replace('GET', 'POST')),
    },
    {
      name: 'call-method-case-ignored',
      bug: 'The method may be signed in lower case.',
      breaks: ['quatrix.call.method-bound'],
      behaviour: alsoCallSubject((subject) => subject.replace('GET', 'get')),
    },
    {
      name: 'call-timestamp-neighbours',
      bug: 'The signature of a call may be over a timestamp that is one off.',
      breaks: ['quatrix.call.timestamp-bound'],
      alsoBreaks: { 'quatrix.query.each-value-checked': 'its timestamp is one off' },
      behaviour: alsoInCalls((attempt) =>
        [-1, 1].map((offset) => sign(keyOfCall(attempt), callSubject(moved(attempt, offset)))),
      ),
    },
    {
      name: 'call-timestamp-minute',
      bug: 'The signature of a call may be over the timestamp of a minute ago.',
      breaks: ['quatrix.call.timestamp-bound'],
      behaviour: alsoInCalls((attempt) => [
        sign(keyOfCall(attempt), callSubject(moved(attempt, -60))),
      ]),
    },
    {
      name: 'call-any-token-of-the-user',
      bug: 'The signature may be over any token of the user.',
      breaks: ['quatrix.call.token-bound'],
      behaviour: (base) => {
        let sessions: readonly Session[] = [];
        return {
          findSession(state, token, now) {
            sessions = [...state.sessions.values()];
            return base.findSession(state, token, now);
          },
          *callSignatures(attempt) {
            yield* base.callSignatures(attempt);
            for (const { user, tokens } of sessions) {
              if (user !== attempt.session.user) continue;
              for (const token of tokens.keys()) yield* base.callSignatures({ ...attempt, token });
            }
          },
        };
      },
    },
    {
      name: 'call-lines-swapped',
      bug: 'The lines of a call may come in any order.',
      breaks: ['quatrix.call.header-order'],
      behaviour: alsoCallSubject((subject) => {
        const [first, timestamp, token] = subject.split('\n');
        return `${first ?? ''}\n${token ?? ''}\n${timestamp ?? ''}\n`;
      }),
    },
    {
      name: 'call-login-signed',
      bug: 'The login may be signed in calls too.',
      breaks: ['quatrix.call.only-two-headers'],
      behaviour: alsoCallSubject((subject, { session }) =>
        subject.replace('\n', `\nx-auth-login: ${session.user.login}\n`),
      ),
    },
    {
      name: 'call-login-signature-reusable',
      bug: 'The signature of the login opens calls for as long as the session lives.',
      breaks: ['quatrix.call.login-signature-not-reusable'],
      behaviour: alsoInCalls((attempt) => [
        sign(
          keyOfCall(attempt),
          loginSubject({
            method: 'GET',
            path: '/session/login',
            login: attempt.session.user.login,
            timestamp: attempt.timestamp,
          }),
        ),
      ]),
    },
  ],
);

function moved(attempt: CallAttempt, offset: number): CallAttempt {
  return { ...attempt, timestamp: String(Number(attempt.timestamp) + offset) };
}
