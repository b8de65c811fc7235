import { withHeaders, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/misakey/types.gen.js';
import type { Context } from '../behaviour.js';
import { csrfCookie, csrfTokenFor } from '../csrf.js';
import { answer } from '../refusals.js';

/** `GET /csrf`: a token, and the cookie with the same value. Needs no credentials. */
export function getCsrfToken(context: Context): PlainResponse {
  const token = csrfTokenFor(context);
  const body: components['schemas']['CsrfToken'] = { csrf_token: token };
  return withHeaders(answer(200, body), { 'Set-Cookie': csrfCookie(context, token) });
}
