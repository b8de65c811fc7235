import type { PlainRequest } from '../../engine/http.js';

/** The values that authenticate a request, each from a header or the query (lines 98-104). */
export type AuthName = 'X-Auth-Login' | 'X-Auth-Timestamp' | 'X-Auth-Token' | 'Authorization';

type Headers = PlainRequest['headers'];

/** One reader for each: a property by a fixed name is found at once, by a computed one it is not. */
const headerReaders: Readonly<Record<AuthName, (headers: Headers) => string | undefined>> = {
  'X-Auth-Login': (headers) => headers['x-auth-login'],
  'X-Auth-Timestamp': (headers) => headers['x-auth-timestamp'],
  'X-Auth-Token': (headers) => headers['x-auth-token'],
  Authorization: (headers) => headers.authorization,
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one authentication value. A header wins, even an empty one; the parameter's name has any
 * letter case.
 * @returns undefined when neither is there
 */
export function authValue(request: PlainRequest, name: AuthName): string | undefined {
  const header = headerReaders[name](request.headers);
  if (header !== undefined) return fromHeader(header);
  if (request.query === '') return undefined;
  const lower = name.toLowerCase();
  return queryValue(request.query, (candidate) => candidate.toLowerCase() === lower);
}

/**
 * The first value of a query parameter, percent-decoded. A plus sign stays one, because the known
 * clients send tokens unencoded.
 */
export function queryValue(query: string, wanted: (name: string) => boolean): string | undefined {
  if (query === '') return undefined;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (wanted(percentDecode(name))) {
      return equals === -1 ? '' : percentDecode(pair.slice(equals + 1));
    }
  }
  return undefined;
}

function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Header bytes arrive as Latin-1; where they are valid UTF-8 that is what was meant. */
function fromHeader(value: string): string {
  if (!hasHighByte(value)) return value;
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return value;
  }
}

function hasHighByte(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) > 0x7f) return true;
  return false;
}
