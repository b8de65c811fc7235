import type { PlainResponse } from './http.js';

/**
 * The same answer in another form that HTTP and JSON allow every server. Chaos draws from these for
 * the mock's users; the proof makes a variant of each.
 */
export type LegalForm = (response: PlainResponse) => PlainResponse;

/** JSON members in reverse order: an object has no order. */
export const membersReversed: LegalForm = onSuccess((value) =>
  mapObjects(value, (object) => Object.entries(object).reverse()),
);

/** Every JSON object of a success has members that the document does not name. */
export const extraMembers: LegalForm = onSuccess((value) =>
  mapObjects(value, (object) => [
    ['x-extra', { nested: ['value', 1, null] }],
    ...Object.entries(object),
  ]),
);

/** JSON is indented, ends with a line end, and escapes what it need not escape. */
export const jsonLaidOut: LegalForm = (response) => {
  if (!isJson(response) || typeof response.body !== 'string') return response;
  if (response.status >= 400) return response;
  const spaced = rewritten(response.body, (value) => value, 3);
  return { ...response, body: `${spaced.replaceAll('/', '\\/')}\n` };
};

export const headersInUpperCase: LegalForm = (response) =>
  renameHeaders(response, (name) => name.toUpperCase());

export const headersInLowerCase: LegalForm = (response) =>
  renameHeaders(response, (name) => name.toLowerCase());

/** JSON is declared with a charset parameter. */
export const contentTypeWithCharset: LegalForm = (response) => {
  if (!isJson(response)) return response;
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    name.toLowerCase() === 'content-type' ? 'application/json; charset=utf-8' : value,
  ]);
  return { ...response, headers: Object.fromEntries(headers) as PlainResponse['headers'] };
};

/** Headers of proxies and caches that no document names. */
export const proxyHeaders: LegalForm = (response) => ({
  ...response,
  headers: {
    ...response.headers,
    Server: 'another/1.0',
    Via: '1.1 proxy',
    'Strict-Transport-Security': 'max-age=1',
    'X-Powered-By': 'something else',
  },
});

export function isJson(response: PlainResponse): boolean {
  return Object.entries(response.headers).some(
    ([name, value]) =>
      name.toLowerCase() === 'content-type' && /^application\/json/i.test(String(value)),
  );
}

function onSuccess(change: (value: unknown) => unknown): LegalForm {
  return (response) => {
    if (response.status >= 300 || !isJson(response) || typeof response.body !== 'string')
      return response;
    return { ...response, body: rewritten(response.body, change) };
  };
}

/** Marks a long number that is a text for as long as its document is a value. */
const mark = '\ue000';

/** JSON text changed as a value. Numbers that a double cannot hold stay as they are written. */
function rewritten(text: string, change: (value: unknown) => unknown, indent = 0): string {
  if (!/\d{16}/.test(text)) return JSON.stringify(change(JSON.parse(text)), null, indent);
  const guarded = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${mark}${token}"`,
  );
  const written = JSON.stringify(change(JSON.parse(guarded)), null, indent);
  return written.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1');
}

function mapObjects(
  value: unknown,
  entries: (object: Record<string, unknown>) => [string, unknown][],
): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, entries));
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, mapObjects(member, entries)]),
  );
  return Object.fromEntries(entries(inner));
}

function renameHeaders(response: PlainResponse, rename: (name: string) => string): PlainResponse {
  return {
    ...response,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [rename(name), value]),
    ),
  };
}
