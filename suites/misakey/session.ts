import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';

/** A CSRF token with the cookies that came with it. */
export interface CsrfPair {
  readonly token: string;
  /** `name=value` of every cookie that the answer set. */
  readonly cookies: readonly string[];
}

/**
 * Fetches a CSRF pair, keeping every cookie under whatever name. Where the route is not offered
 * (404, 405) a self-made pair stands in.
 */
export async function fetchCsrf(t: TestContext): Promise<CsrfPair> {
  const answer = await t.send({ method: 'GET', path: '/csrf' });
  if (answer.status === 404 || answer.status === 405) return selfMade(t);
  t.expect.status(answer, 200, { what: 'a CSRF token' });
  return readCsrf(t, answer);
}

/** The pair in an answer to `GET /csrf`. */
export function readCsrf(t: TestContext, answer: Exchange): CsrfPair {
  const token = t.expect.text(answer.object().csrf_token, 'csrf_token');
  t.expect.ok(token !== '', 'csrf_token is empty');
  const cookies = answer.headers('set-cookie').map((line) => (line.split(';', 1)[0] ?? '').trim());
  return { token: t.secret(token), cookies };
}

function selfMade(t: TestContext): CsrfPair {
  const token = t.secret(t.random.text(32));
  return { token, cookies: [`_csrf=${token}`] };
}

/** What a request carries to show who sends it. Each part may be left out or be wrong. */
export interface Credentials {
  readonly accessToken?: string | undefined;
  readonly tokenType?: string | undefined;
  readonly csrf?: CsrfPair | undefined;
  /** Sent in place of the token of the pair; null leaves the header out. */
  readonly csrfHeader?: string | null;
}

/** The headers of some credentials. */
export function headersOf(credentials: Credentials): Record<string, string> {
  const { accessToken, tokenType, csrf, csrfHeader } = credentials;
  const cookies = [
    ...(accessToken === undefined ? [] : [`accesstoken=${accessToken}`]),
    ...(tokenType === undefined ? [] : [`tokentype=${tokenType}`]),
    ...(csrf?.cookies ?? []),
  ];
  const header = csrfHeader === undefined ? csrf?.token : csrfHeader;
  return {
    ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
    ...(header === undefined || header === null ? {} : { 'X-CSRF-Token': header }),
  };
}
