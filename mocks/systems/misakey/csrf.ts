import { withHeaders, type PlainResponse } from '../../engine/http.js';
import type { Context } from './behaviour.js';
import { parseCookies } from './cookies.js';
import { freshCsrfToken } from './people.js';
import { refusals } from './refusals.js';

/** How long the cookie lives. */
const cookieLife = 86_400_000;

/** The value that the request brought along, or a fresh one. */
export function csrfTokenFor(context: Context): string {
  const kept = parseCookies(context.header('cookie')).get('_csrf');
  return kept === undefined || kept === '' ? freshCsrfToken(context.world.random) : kept;
}

/** `Set-Cookie` for a CSRF token. Without TLS it is not `Secure`, or clients would drop it. */
export function csrfCookie(context: Context, token: string): string {
  const expires = new Date(context.world.clock.now() + cookieLife).toUTCString();
  const secure = isSecure(context) ? '; Secure' : '';
  return `_csrf=${token}; Path=/; Expires=${expires}; HttpOnly${secure}`;
}

function isSecure(context: Context): boolean {
  return context.request.secure || context.header('x-forwarded-proto') === 'https';
}

/** Refuses a changing request without a CSRF pair, before anything else is looked at. */
export function csrfFault(context: Context): PlainResponse | undefined {
  return context.behaviour.csrfHolds(context) ? undefined : refusals.csrf();
}

/** What every answer but a 101 carries: request ids, and the CSRF cookie again. */
export function completeAnswer(context: Context, response: PlainResponse): PlainResponse {
  const requestId = context.header('x-request-id') ?? context.world.random.uuid();
  const ids = { 'X-Request-Id': requestId, 'X-Fapi-Interaction-Id': requestId };
  if (context.header('authorization') !== undefined || !context.behaviour.csrfHolds(context)) {
    return withHeaders(response, ids);
  }
  const cookie = response.headers['Set-Cookie'] ?? csrfCookie(context, csrfTokenFor(context));
  return withHeaders(response, { ...ids, Vary: 'Cookie', 'Set-Cookie': cookie });
}
