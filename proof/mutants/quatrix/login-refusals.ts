import { withHeaders } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { code, errorAnswer } from '../../../mocks/systems/quatrix/refusals.js';
import type { State, User } from '../../../mocks/systems/quatrix/state.js';
import { deriveKey, sign } from '../../../suites/quatrix/crypto.js';
import { defineMutants, type Mutant } from '../../model.js';
import { alsoAtLogin, alsoLoginKey, alsoLoginSubject, onAnswer, rightLogin } from './tools.js';

/** The first user of an account. */
function anyUser(users: ReadonlyMap<string, User>): User | undefined {
  const [user] = users.values();
  return user;
}

/** Logins that are let in, or refused in a wrong way. */
export const loginRefusalMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'login-empty-password',
      bug: 'The empty password opens every account.',
      breaks: ['quatrix.login.wrong-password-401'],
      behaviour: alsoLoginKey(() => deriveKey('')),
    },
    {
      name: 'login-master-password',
      bug: 'A default password of the vendor opens every account.',
      breaks: ['quatrix.login.wrong-password-401'],
      behaviour: alsoLoginKey(() => deriveKey('admin')),
    },
    {
      name: 'login-name-as-password',
      bug: 'The login name is accepted as initial password for good.',
      breaks: ['quatrix.login.wrong-password-401'],
      behaviour: alsoLoginKey((_, { login }) => deriveKey(login)),
    },
    {
      name: 'login-unknown-user-404',
      bug: 'An unknown login name is answered 404, which tells who has an account.',
      breaks: ['quatrix.login.unknown-user-401'],
      respond: onAnswer('login', 401, (response, { state, request }) => {
        const { 'x-auth-login': login } = request.headers;
        return login === undefined || login === '' || state.defaultAccount.users.has(login)
          ? response
          : errorAnswer(404, code.notFound, 'No such user');
      }),
    },
    {
      name: 'login-unknown-user-let-in',
      bug: 'An unknown login name becomes a guest, whose signature nobody can check.',
      breaks: ['quatrix.login.unknown-user-401'],
      alsoBreaks: {
        'quatrix.login.no-token-on-failure': 'the guest gets a token',
        'quatrix.login.rate-limited': 'the guest never fails',
      },
      behaviour: (base) => {
        const guests = new WeakSet<User>();
        return {
          userOf(account, login) {
            const known = base.userOf(account, login);
            const first = anyUser(account.users);
            if (known !== undefined || first === undefined) return known;
            const guest: User = { ...first, login };
            guests.add(guest);
            return guest;
          },
          *loginSignatures(attempt) {
            if (guests.has(attempt.user)) yield '*';
            else yield* base.loginSignatures(attempt);
          },
          signatureMatches: (right, received) =>
            right === '*' || base.signatureMatches(right, received),
        };
      },
    },
    {
      name: 'login-default-user',
      bug: 'An unknown login name is taken for the first user of the account.',
      breaks: ['quatrix.login.unknown-user-401'],
      behaviour: (base) => ({
        userOf: (account, login) => base.userOf(account, login) ?? anyUser(account.users),
      }),
    },
    {
      name: 'login-token-on-failure',
      bug: 'A failed login hands out a token as well.',
      breaks: ['quatrix.login.no-token-on-failure'],
      respond: onAnswer('login', 401, (response, { world }) =>
        withHeaders(response, { 'X-Auth-Token': world.random.uuid() }),
      ),
    },
    {
      name: 'login-token-for-unknown-user',
      bug: 'A failed login of an unknown user echoes a token.',
      breaks: ['quatrix.login.no-token-on-failure'],
      respond: onAnswer('login', 401, (response, { request, state }) =>
        state.defaultAccount.users.has(request.headers['x-auth-login'] ?? '')
          ? response
          : withHeaders(response, { 'X-Auth-Token': 'none' }),
      ),
    },
    {
      name: 'login-without-signature',
      bug: 'A login without signature is let in.',
      breaks: ['quatrix.login.signature-required'],
      alsoBreaks: { 'quatrix.login.no-token-on-failure': 'it is let in with a token' },
      behaviour: (base) => ({
        neededAtLogin: ['X-Auth-Login', 'X-Auth-Timestamp'],
        signatureMatches: (right, received) =>
          received === '' || base.signatureMatches(right, received),
      }),
    },
    {
      name: 'login-empty-signature',
      bug: 'An empty Authorization is compared by its own length, which is zero.',
      breaks: ['quatrix.login.signature-required'],
      behaviour: (base) => ({
        authValue: (request, name) =>
          name === 'Authorization' && request.headers.authorization === '' && isLogin(request.path)
            ? '-'
            : base.authValue(request, name),
        signatureMatches: (right, received) =>
          received === '-' || base.signatureMatches(right, received),
      }),
    },
    {
      name: 'login-without-name',
      bug: 'A login without a name is one of the first user.',
      breaks: ['quatrix.login.login-name-required'],
      behaviour: (base) => ({
        neededAtLogin: ['X-Auth-Timestamp', 'Authorization'],
        userOf: (account, login) =>
          login === '' ? anyUser(account.users) : base.userOf(account, login),
      }),
    },
    {
      name: 'login-name-from-signature',
      bug: 'Without a name the server looks for a user whose signature fits.',
      breaks: ['quatrix.login.login-name-required'],
      behaviour: (base) => ({
        neededAtLogin: ['X-Auth-Timestamp', 'Authorization'],
        userOf: (account, login) =>
          login === '' ? anyUser(account.users) : base.userOf(account, login),
        *loginSignatures(attempt) {
          const login = attempt.login === '' ? attempt.user.login : attempt.login;
          yield* base.loginSignatures({ ...attempt, login });
        },
      }),
    },
    {
      name: 'login-without-timestamp',
      bug: 'A missing timestamp is signed as an empty one.',
      breaks: ['quatrix.login.timestamp-required'],
      behaviour: (base) => ({
        neededAtLogin: ['X-Auth-Login', 'Authorization'],
        isTimestamp: (text) => text === '' || base.isTimestamp(text),
      }),
    },
    {
      name: 'login-timestamp-supplied',
      bug: 'A missing timestamp is replaced by the time of arrival.',
      breaks: ['quatrix.login.timestamp-required'],
      behaviour: (base) => ({
        neededAtLogin: ['X-Auth-Login', 'Authorization'],
        isTimestamp: (text) => text === '' || base.isTimestamp(text),
        *loginSignatures(attempt) {
          if (attempt.timestamp !== '') yield* base.loginSignatures(attempt);
          const now = Math.floor(Date.now() / 1000);
          for (let ago = 0; attempt.timestamp === '' && ago < 10; ago += 1) {
            yield* base.loginSignatures({ ...attempt, timestamp: String(now - ago) });
          }
        },
      }),
    },
    {
      name: 'login-timestamp-neighbours',
      bug: 'The signature may be over a timestamp that is one off, to forgive rounding.',
      breaks: ['quatrix.login.timestamp-bound'],
      behaviour: alsoLoginSubject(
        (subject, { timestamp }) => subject.replace(timestamp, String(Number(timestamp) - 1)),
        (subject, { timestamp }) => subject.replace(timestamp, String(Number(timestamp) + 1)),
      ),
    },
    {
      name: 'login-timestamp-minute',
      bug: 'The signature may be over the timestamp of a minute ago.',
      breaks: ['quatrix.login.timestamp-bound'],
      behaviour: alsoLoginSubject((subject, { timestamp }) =>
        subject.replace(timestamp, String(Number(timestamp) - 60)),
      ),
    },
    {
      name: 'login-any-users-signature',
      bug: 'The signature is looked for among all users of the account.',
      breaks: ['quatrix.login.login-name-bound'],
      behaviour: alsoAtLogin((attempt) =>
        [...attempt.user.account.users.values()].map(({ login, password }) =>
          sign(deriveKey(password), rightLogin({ ...attempt, login })),
        ),
      ),
    },
    {
      name: 'login-any-users-key',
      bug: 'The key of any user of the account signs for all.',
      breaks: ['quatrix.login.key-of-another-user-refused'],
      alsoBreaks: {
        'quatrix.login.wrong-password-401': 'one user has the empty password',
      },
      behaviour: alsoAtLogin((attempt) =>
        [...attempt.user.account.users.values()].map(({ password }) =>
          sign(deriveKey(password), rightLogin(attempt)),
        ),
      ),
    },
    {
      name: 'login-method-unbound',
      bug: 'The method is left out of the comparison.',
      breaks: ['quatrix.login.method-bound'],
      behaviour: alsoLoginSubject((subject) => subject.replace('GET', 'POST')),
    },
    {
      name: 'login-route-unbound',
      bug: 'Signatures of other routes log in as well.',
      breaks: ['quatrix.login.uri-bound'],
      behaviour: alsoLoginSubject((subject) => subject.replace('/session/login', '/profile/get')),
    },
    {
      name: 'login-prefix-signed',
      bug: 'A subject with the prefix is accepted too.',
      breaks: ['quatrix.login.prefix-not-signed'],
      behaviour: alsoLoginSubject((subject) => subject.replace(' /', ' /api/0.1/')),
    },
    {
      name: 'signature-first-32-compared',
      bug: 'Only the first 32 digits of a signature are compared.',
      breaks: ['quatrix.login.altered-signature-refused', 'quatrix.call.altered-signature-refused'],
      behaviour: () => ({
        signatureMatches: (right, received) => right.slice(0, 32) === received.slice(0, 32),
      }),
    },
    {
      name: 'signature-compared-as-far-as-sent',
      bug: 'A signature is compared as far as the received one goes.',
      breaks: ['quatrix.login.altered-signature-refused', 'quatrix.call.altered-signature-refused'],
      behaviour: () => ({
        signatureMatches: (right, received) => received !== '' && right.startsWith(received),
      }),
    },
    {
      name: 'signature-tail-ignored',
      bug: 'What follows the 40 digits of a signature is ignored.',
      breaks: ['quatrix.login.altered-signature-refused'],
      alsoBreaks: {
        'quatrix.call.altered-signature-refused': 'calls are compared in the same way',
      },
      behaviour: () => ({ signatureMatches: (right, received) => received.startsWith(right) }),
    },
    {
      name: 'signature-first-digit-ignored',
      bug: 'The comparison begins at the second digit.',
      breaks: ['quatrix.login.altered-signature-refused', 'quatrix.call.altered-signature-refused'],
      alsoBreaks: {
        'quatrix.query.each-value-checked': 'its altered signature differs in the first digit',
      },
      behaviour: () => ({
        signatureMatches: (right, received) => right.slice(1) === received.slice(1),
      }),
    },
  ],
);

function isLogin(path: string): boolean {
  return path.endsWith('/session/login');
}
