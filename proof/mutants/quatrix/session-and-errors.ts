import { empty, json, Refusal, withHeaders } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { endSession } from '../../../mocks/systems/quatrix/sessions.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';
import { bodyOf, onAnswer, type Context, type Respond } from './tools.js';

const logoutDescribed = 'quatrix.generated.logout-answers-as-described';
const keepAliveDescribed = 'quatrix.generated.keep-alive-answers-as-described';

/** The session that the token of a request opens, whatever its signature. */
function endByToken({ state, request }: Context): boolean {
  const session = state.sessions.get(request.headers['x-auth-token'] ?? '');
  if (session !== undefined) endSession(state, session);
  return session !== undefined;
}

/** The life of a session. */
export const sessionMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'logout-302',
      bug: 'Logout redirects to the login page.',
      breaks: ['quatrix.session.logout-200'],
      alsoBreaks: { [logoutDescribed]: 'the document knows no redirect' },
      respond: onAnswer('logout', 200, () => empty(302, { Location: '/login' })),
    },
    {
      name: 'logout-202',
      bug: 'Logout is answered 202.',
      breaks: ['quatrix.session.logout-200'],
      alsoBreaks: { [logoutDescribed]: 'the document knows no 202' },
      respond: onAnswer('logout', 200, (response) => ({ ...response, status: 202 })),
    },
    {
      name: 'logout-keeps-token',
      bug: 'The token survives its logout.',
      breaks: ['quatrix.session.logout-ends-token'],
      handlers: { logout: (next) => (context) => keeping(context, () => next(context)) },
    },
    {
      name: 'logout-unsigned',
      bug: 'Logout needs the token only.',
      breaks: ['quatrix.session.logout-needs-signature'],
      handlers: {
        logout: (next) => (context) => (endByToken(context) ? json(200, {}) : next(context)),
      },
    },
    {
      name: 'logout-wrong-signature',
      bug: 'A signature of logout only has to be there.',
      breaks: ['quatrix.session.logout-needs-signature'],
      handlers: {
        logout: (next) => (context) =>
          (context.header('authorization') ?? '') !== '' && endByToken(context)
            ? json(200, {})
            : next(context),
      },
    },
    {
      name: 'logout-refused-and-done',
      bug: 'A logout with a wrong signature is refused, but the session is gone.',
      breaks: ['quatrix.session.logout-needs-signature'],
      handlers: {
        logout: (next) => (context) => {
          try {
            return next(context);
          } catch (error) {
            if (error instanceof Refusal) endByToken(context);
            throw error;
          }
        },
      },
    },
    {
      name: 'keepalive-unsigned',
      bug: 'Keepalive answers everybody.',
      breaks: ['quatrix.session.keepalive-200'],
      alsoBreaks: {
        'quatrix.generated.keep-alive-credentials-refused': 'it answers without credentials too',
        'quatrix.session.keepalive-extends': 'it touches no session',
      },
      handlers: { keepAlive: () => () => json(200, {}) },
    },
    {
      name: 'keepalive-wrong-signature',
      bug: 'Keepalive looks at the token, not at the signature.',
      breaks: ['quatrix.session.keepalive-200'],
      handlers: {
        keepAlive: (next) => (context) => {
          try {
            return next(context);
          } catch (error) {
            const known = context.state.sessions.has(context.header('x-auth-token') ?? '');
            if (error instanceof Refusal && known) return json(200, {});
            throw error;
          }
        },
      },
    },
    {
      name: 'keepalive-201',
      bug: 'Keepalive is answered 201.',
      breaks: ['quatrix.session.keepalive-200'],
      alsoBreaks: { [keepAliveDescribed]: 'the document knows no 201' },
      respond: onAnswer('keepAlive', 200, (response) => ({ ...response, status: 201 })),
    },
    {
      name: 'session-endless',
      bug: 'A session never ends by itself.',
      breaks: ['quatrix.session.idle-expiry'],
      behaviour: () => ({ isAlive: () => true }),
    },
    {
      name: 'session-of-an-hour',
      bug: 'A session lives an hour without calls.',
      breaks: ['quatrix.session.idle-expiry'],
      behaviour: () => ({ isAlive: (idle) => idle < 3_600_000 }),
    },
    {
      name: 'session-of-ten-minutes',
      bug: 'A session lives ten minutes without calls.',
      breaks: ['quatrix.session.idle-expiry'],
      alsoBreaks: { 'quatrix.session.keepalive-extends': 'ten minutes pass between keepalives' },
      behaviour: () => ({ isAlive: (idle) => idle < 600_000 }),
    },
    {
      name: 'session-keepalive-does-nothing',
      bug: 'Keepalive does not count as use of the session.',
      breaks: ['quatrix.session.keepalive-extends'],
      behaviour: () => ({ countsAsUse: (operation) => operation !== 'keepAlive' }),
    },
    {
      name: 'session-age-counted',
      bug: 'A session ends a quarter of an hour after its login, whatever it does.',
      breaks: ['quatrix.session.keepalive-extends'],
      behaviour: () => ({ countsAsUse: () => false }),
    },
  ],
);

/** Runs a logout and undoes it. */
function keeping<Answer>({ state, request }: Context, run: () => Answer): Answer {
  const token = request.headers['x-auth-token'] ?? '';
  const session = state.sessions.get(token);
  const answer = run();
  if (session !== undefined) {
    session.ended = false;
    state.sessions.set(token, session);
  }
  return answer;
}

const authorised = 'quatrix.errors.not-authorized-code';

/** Changes the body of every refusal. */
function onRefusal(
  change: (body: Record<string, unknown>) => Record<string, unknown> | string,
): Respond {
  return (response) => {
    if (response.status !== 401 || typeof response.body !== 'string') return response;
    const changed = change(bodyOf(response));
    return {
      ...response,
      body: typeof changed === 'string' ? changed : JSON.stringify(changed),
    };
  };
}

/** How refusals look. */
export const errorMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'error-as-page',
      bug: 'Refusals are pages of HTML.',
      breaks: ['quatrix.errors.json-body'],
      alsoBreaks: { [authorised]: 'it has no code' },
      respond: (response) =>
        response.status === 401
          ? {
              ...withHeaders(response, { 'Content-Type': 'text/html' }),
              body: '<h1>Unauthorized</h1>',
            }
          : response,
    },
    {
      name: 'error-code-as-text',
      bug: 'The code of a refusal is a text.',
      breaks: ['quatrix.errors.json-body'],
      alsoBreaks: { [authorised]: 'it is no number' },
      respond: onRefusal(({ code, msg }) => ({ code: String(code), msg })),
    },
    {
      name: 'error-without-msg',
      bug: 'Refusals carry no text.',
      breaks: ['quatrix.errors.json-body'],
      respond: onRefusal(({ code }) => ({ code })),
    },
    {
      name: 'error-as-text',
      bug: 'Refusals of calls are labelled text/plain.',
      breaks: ['quatrix.errors.json-body'],
      respond: (response, context) =>
        response.status === 401 && context.operation?.id === 'getProfile'
          ? withHeaders(response, { 'Content-Type': 'text/plain' })
          : response,
    },
    {
      name: 'error-code-99',
      bug: 'Wrong credentials have a code that no table lists.',
      breaks: [authorised],
      respond: onRefusal((body) => ({ ...body, code: 99 })),
    },
    {
      name: 'error-unknown-route-200',
      bug: 'An unknown route is answered with the start page.',
      breaks: ['quatrix.errors.unknown-route-404'],
      respond: (response, context) =>
        response.status === 404 && context.request.path.startsWith('/nowhere')
          ? { ...response, status: 200 }
          : response,
    },
    {
      name: 'error-wrong-method-200',
      bug: 'A login by POST is answered 200.',
      breaks: ['quatrix.errors.wrong-method-405'],
      respond: (response, context) =>
        response.status === 405 && context.request.path.endsWith('/session/login')
          ? { ...response, status: 200 }
          : response,
    },
  ],
);
