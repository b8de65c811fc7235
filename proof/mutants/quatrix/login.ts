import { withHeaders } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { prefix } from '../../../mocks/systems/quatrix/routes.js';
import { code, errorAnswer } from '../../../mocks/systems/quatrix/refusals.js';
import type { State, User } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';
import { onAnswer, onBody, without } from './tools.js';

/** Where a login is served, and what it answers. */
export const loginMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'login-accepted-202',
      bug: 'The login of the second user is answered 202.',
      breaks: ['quatrix.login.valid-login-200'],
      respond: onAnswer('login', 200, (response, context) =>
        context.header('x-auth-login') === 'second@example.com'
          ? { ...response, status: 202 }
          : response,
      ),
    },
    {
      name: 'login-bare-route-redirected',
      bug: 'The bare login route redirects to the prefixed one.',
      breaks: ['quatrix.login.bare-route'],
      respond: onAnswer('login', 200, (response, { request }) =>
        request.path.startsWith(prefix)
          ? response
          : { status: 301, headers: { Location: `${prefix}${request.path}` }, body: null },
      ),
    },
    {
      name: 'login-bare-route-forbidden',
      bug: 'A gateway lets only prefixed logins through and answers others 403.',
      breaks: ['quatrix.login.bare-route'],
      alsoBreaks: {
        'quatrix.errors.wrong-method-405': 'the gateway answers in its own way',
      },
      respond: (response, { request }) =>
        request.path === '/session/login'
          ? errorAnswer(403, code.notAllowed, 'Not allowed')
          : response,
    },
    {
      name: 'login-prefix-signed-there',
      bug: 'Under the prefix the signature is checked over the path with the prefix only.',
      breaks: ['quatrix.login.prefixed-route'],
      respond: onAnswer('login', 200, (response, { request }) =>
        request.path.startsWith(prefix)
          ? without(errorAnswer(401, code.notAuthorized, 'Wrong signature'), 'X-Auth-Token')
          : response,
      ),
    },
    {
      name: 'login-prefixed-route-broken',
      bug: 'The prefixed login fails inside.',
      breaks: ['quatrix.login.prefixed-route'],
      respond: onAnswer('login', 200, (response, { request }) =>
        request.path.startsWith(prefix) ? errorAnswer(500, code.unknown, 'Failed') : response,
      ),
    },
    {
      name: 'login-token-in-body',
      bug: 'The token comes in the body and not in X-Auth-Token.',
      breaks: ['quatrix.login.token-in-header'],
      respond: onAnswer('login', 200, (response) =>
        without(
          {
            ...response,
            body: JSON.stringify({ token: response.headers['X-Auth-Token'] }),
          },
          'X-Auth-Token',
        ),
      ),
      alsoBreaks: {
        'quatrix.login.account-id-in-body': 'the body has the token in its place',
        'quatrix.query.login-by-query': 'its answer lacks the token too',
      },
    },
    {
      name: 'login-token-empty',
      bug: 'X-Auth-Token is there, but empty.',
      breaks: ['quatrix.login.token-in-header'],
      respond: onAnswer('login', 200, (response) => withHeaders(response, { 'X-Auth-Token': '' })),
      alsoBreaks: { 'quatrix.query.login-by-query': 'its answer lacks the token too' },
    },
    {
      name: 'login-token-reused',
      bug: 'A login with a timestamp ahead of the clock hands out the last token of the user again.',
      breaks: ['quatrix.login.new-token-each-time'],
      handlers: {
        login: (next) => {
          const last = new Map<string, string>();
          return async (context) => {
            const answer = await next(context);
            if ('kind' in answer || answer.status !== 200) return answer;
            const login = context.header('x-auth-login') ?? '';
            const ahead =
              Number(context.header('x-auth-timestamp')) * 1000 > context.world.clock.now();
            const known = last.get(login);
            const isSeconds = (context.header('x-auth-timestamp') ?? '').length === 10;
            if (ahead && isSeconds && known !== undefined) {
              return withHeaders(answer, { 'X-Auth-Token': known });
            }
            last.set(login, String(answer.headers['X-Auth-Token']));
            return answer;
          };
        },
      },
    },
    {
      name: 'login-in-minutes',
      bug: 'Timestamps of ten digits are refused: the server counts in milliseconds only.',
      breaks: ['quatrix.login.seconds-accepted'],
      behaviour: () => ({ isTimestamp: (text) => /^[0-9]{13}$/.test(text) }),
    },
    {
      name: 'login-timestamp-32-bit',
      bug: 'The timestamp is read into 32 bits; milliseconds do not fit.',
      breaks: ['quatrix.login.milliseconds-accepted'],
      behaviour: (base) => ({
        isTimestamp: (text) => base.isTimestamp(text) && Number(text) < 2 ** 32,
      }),
    },
    {
      name: 'call-timestamp-32-bit',
      bug: 'Milliseconds are taken at login and refused in calls.',
      breaks: ['quatrix.login.milliseconds-accepted'],
      behaviour: (base) => ({
        *callSignatures(attempt) {
          if (attempt.timestamp.length < 13) yield* base.callSignatures(attempt);
        },
      }),
    },
    {
      name: 'login-query-refused',
      bug: 'A login with a query string is refused.',
      breaks: ['quatrix.login.extra-query-ignored'],
      handlers: {
        login: (next) => (context) =>
          context.request.query === ''
            ? next(context)
            : errorAnswer(401, code.badParameter, 'Unknown parameter'),
      },
    },
    {
      name: 'login-account-id-null',
      bug: 'account_id is null.',
      breaks: ['quatrix.login.account-id-in-body'],
      alsoBreaks: { 'quatrix.generated.login-answers-as-described': 'the type is wrong' },
      respond: onBody('login', (body) => ({ ...body, account_id: null })),
    },
    {
      name: 'login-account-id-missing',
      bug: 'The body of a login is an empty object.',
      breaks: ['quatrix.login.account-id-in-body'],
      respond: onBody('login', () => ({})),
    },
    {
      name: 'login-body-as-text',
      bug: 'The body of a login is labelled text/html.',
      breaks: ['quatrix.login.account-id-in-body'],
      respond: onAnswer('login', 200, (response) =>
        withHeaders(response, { 'Content-Type': 'text/html' }),
      ),
    },
    {
      name: 'login-referer-ignored',
      bug: 'Every login is looked up in the default account.',
      breaks: ['quatrix.login.referer-selects-account'],
      behaviour: () => ({ accountOf: (state) => state.defaultAccount }),
    },
    {
      name: 'login-in-any-account',
      bug: 'The password of any account is accepted for a login name, whatever the Referer.',
      breaks: ['quatrix.login.referer-selects-account'],
      behaviour: (base) => {
        let everybody: readonly User[] = [];
        return {
          accountOf(state, hint) {
            everybody = state.accounts.flatMap(({ users }) => [...users.values()]);
            return base.accountOf(state, hint);
          },
          *loginSignatures(attempt) {
            for (const user of everybody) {
              if (user.login === attempt.login) yield* base.loginSignatures({ ...attempt, user });
            }
          },
        };
      },
    },
    {
      name: 'login-foreign-account-redirected',
      bug: 'A Referer of no account is redirected to the sales page.',
      breaks: ['quatrix.login.unknown-account-refused'],
      respond: onAnswer('login', 401, (response, context) =>
        (context.header('referer') ?? '').includes('.invalid')
          ? { status: 302, headers: { Location: '/' }, body: null }
          : response,
      ),
    },
    {
      name: 'login-limit-silent',
      bug: 'Failing logins are never limited.',
      breaks: ['quatrix.login.rate-limited'],
      respond: onAnswer('login', 429, () =>
        errorAnswer(401, code.notAuthorized, 'Login name or signature is wrong'),
      ),
    },
  ],
);
