import { Refusal } from '../../engine/http.js';
import type { Behaviour, Context } from './behaviour.js';
import { parseCookies } from './cookies.js';
import { equalText } from '../../engine/equal-text.js';
import { refusals } from './refusals.js';

/** Who may do what: credentials, CSRF pair and ids ("Box Realtime", lines 17-20 and 42-49). */
export const accessRules: Pick<
  Behaviour,
  | 'readCredentials'
  | 'findToken'
  | 'hasExpired'
  | 'minimumAcr'
  | 'mayActFor'
  | 'isRequestId'
  | 'csrfHolds'
> = {
  readCredentials(context) {
    if (context.header('authorization') !== undefined) {
      throw new Refusal(refusals.authorizationHeader());
    }
    const cookies = parseCookies(context.header('cookie'));
    const token = cookies.get('accesstoken');
    const type = cookies.get('tokentype');
    if (token === undefined || type === undefined) throw new Refusal(refusals.noCredentials());
    if (type !== 'bearer') throw new Refusal(refusals.credentialCookie('tokentype'));
    if (token === '') throw new Refusal(refusals.credentialCookie('accesstoken'));
    return token;
  },
  findToken: (state, value) => {
    const token = state.tokens.get(value);
    return token?.active === true && token.kind === 'access' ? token : undefined;
  },
  hasExpired: (token, now) => now >= token.expiresAt,
  minimumAcr: () => 1,
  mayActFor: (token, identityId) => token.identityId === identityId,
  isRequestId: (text) =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text),
  csrfHolds(context) {
    if (!needsCsrf(context)) return true;
    const cookie = parseCookies(context.header('cookie')).get('_csrf') ?? '';
    const header = context.header('x-csrf-token') ?? '';
    return cookie !== '' && equalText(cookie, header);
  },
};

/** Requests that change something need the pair, unless an Authorization header speaks for them. */
function needsCsrf(context: Context): boolean {
  switch (context.request.method) {
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return context.header('authorization') === undefined;
    default:
      return false;
  }
}
