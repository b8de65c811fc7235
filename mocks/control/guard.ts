/**
 * Who may use the control plane. It lays open codes, keys and states and can change them, so a page
 * of another origin must not reach it: neither directly nor by a name that was made to point to this
 * machine (DNS rebinding), and beyond loopback nobody without a token.
 */
import { equalText } from '../engine/equal-text.js';
import { text, type PlainRequest, type PlainResponse } from '../engine/http.js';

export interface GuardOptions {
  /** The address or name that the server is bound to. */
  readonly bound: string;
  /** Other names by which it may be asked, in lower case. */
  readonly hosts: readonly string[];
  /** What a request must carry; null where loopback alone can reach the server. */
  readonly token: string | null;
}

/** Looks at requests to the control plane; each look gives a refusal, or null. */
export interface Guard {
  /** By the headers alone, before a body is read. */
  origin(headers: PlainRequest['headers']): PlainResponse | null;
  /** True when the header Authorization carries the token, or none is needed. */
  knows(headers: PlainRequest['headers']): boolean;
  /** By the token, in the header Authorization or in the query. */
  token(request: Pick<PlainRequest, 'headers' | 'query'>): PlainResponse | null;
}

export function createGuard({ bound, hosts, token }: GuardOptions): Guard {
  const known = new Set([...hosts, bound.toLowerCase()]);
  const bearer = (headers: PlainRequest['headers']): string | undefined =>
    /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const fits = (given: string | null | undefined): boolean =>
    token === null || equalText(token, given ?? '');
  return {
    origin(headers) {
      const { host } = headers;
      // Whoever has the token reads the answers anyway, by whatever name.
      const trusted = token !== null && fits(bearer(headers));
      if (host !== undefined && !trusted && !isOwnName(host, known)) {
        return text(
          403,
          `the control plane is not served under the name ${host.slice(0, 200)}; ` +
            'use the address, localhost, or start the mock with --allow-host NAME',
        );
      }
      return isForeign(headers)
        ? text(403, 'the control plane takes no requests from pages of other origins')
        : null;
    },
    knows: (headers) => fits(bearer(headers)),
    token(request) {
      const given = bearer(request.headers) ?? new URLSearchParams(request.query).get('token');
      if (fits(given)) return null;
      return text(
        401,
        'the control plane of this mock needs its token, which is printed at its start: ' +
          'send Authorization: Bearer TOKEN, or ?token=TOKEN',
        { 'WWW-Authenticate': 'Bearer' },
      );
    },
  };
}

/** An IP literal cannot be rebound; a name must be one of ours. */
function isOwnName(authority: string, known: ReadonlySet<string>): boolean {
  const host = authority.replace(/:\d+$/, '').toLowerCase();
  if (/^\[[0-9a-f:.]+\]$/.test(host) || /^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return true;
  const name = host.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || known.has(name);
}

/** Browsers name the origin of a page, and whether it is the one that is asked. */
function isForeign(headers: PlainRequest['headers']): boolean {
  const { origin } = headers;
  if (origin !== undefined) {
    const own = [headers.host, headers['x-forwarded-host']];
    return !own.some((host) => host !== undefined && origin === originOf(origin, host));
  }
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  // A link from elsewhere may lead to the dashboard.
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}

/** The origin of a host, with the scheme of another one: a proxy may end TLS before the mock. */
function originOf(origin: string, host: string): string {
  return `${origin.startsWith('https:') ? 'https' : 'http'}://${host}`;
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host) || host.endsWith('.localhost');
}

/** A token that nobody guesses: 128 bits in hexadecimal digits. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
