import type { ServerResponse } from 'node:http';
import type { PlainResponse } from '../../mocks/engine/http.js';
import type { ErasedAlteration } from '../../mocks/engine/system.js';
import { writeResponse, type WriteResponse } from '../../mocks/transports/node.js';
import type { Variant } from '../model.js';

/**
 * Variations that HTTP and JSON allow every server. Each family exists once per system; a system
 * whose document forbids one is left out of it with the reason.
 */

interface Family {
  readonly name: string;
  readonly difference: string;
  readonly respond?: (response: PlainResponse) => PlainResponse | Promise<PlainResponse>;
  readonly write?: WriteResponse;
  readonly clockSkewMs?: number;
}

const families: readonly Family[] = [
  {
    name: 'members-in-another-order',
    difference: 'JSON members come in reverse order: an object has no order.',
    respond: onSuccess((value) => mapObjects(value, (object) => Object.entries(object).reverse())),
  },
  {
    name: 'extra-members',
    difference: 'Every JSON object of a success has members that the document does not name.',
    respond: onSuccess((value) =>
      mapObjects(value, (object) => [
        ['x-extra', { nested: ['value', 1, null] }],
        ...Object.entries(object),
      ]),
    ),
  },
  {
    name: 'json-layout',
    difference: 'JSON is indented, ends with a line end, and escapes what it need not escape.',
    respond: (response) => {
      if (!isJson(response) || typeof response.body !== 'string') return response;
      if (response.status >= 400) return response;
      const spaced = JSON.stringify(JSON.parse(response.body), null, 3);
      return { ...response, body: `${spaced.replaceAll('/', '\\/')}\n` };
    },
  },
  {
    name: 'header-case',
    difference: 'Header names are sent in upper case.',
    respond: (response) => renameHeaders(response, (name) => name.toUpperCase()),
  },
  {
    name: 'header-case-lower',
    difference: 'Header names are sent in lower case.',
    respond: (response) => renameHeaders(response, (name) => name.toLowerCase()),
  },
  {
    name: 'content-type-parameters',
    difference: 'JSON is declared with a charset parameter.',
    respond: (response) => {
      if (!isJson(response)) return response;
      const headers = Object.entries(response.headers).map(([name, value]) => [
        name,
        name.toLowerCase() === 'content-type' ? 'application/json; charset=utf-8' : value,
      ]);
      return { ...response, headers: Object.fromEntries(headers) as PlainResponse['headers'] };
    },
  },
  {
    name: 'chunked',
    difference: 'Bodies come in chunks without a Content-Length.',
    write: (message, reply, response) => {
      const { status, body } = response;
      reply.writeHead(status, response.headers as Record<string, string | string[]>);
      if (body === null || status === 204 || status === 304 || message.method === 'HEAD') {
        reply.end();
        return;
      }
      const bytes = Buffer.from(body);
      const step = Math.max(1, Math.ceil(bytes.length / 7));
      for (let at = 0; at < bytes.length; at += step) reply.write(bytes.subarray(at, at + step));
      reply.end();
    },
  },
  {
    name: 'slow',
    difference: 'Every answer takes some milliseconds, headers before the body.',
    write: (message, reply, response) => {
      setTimeout(() => {
        if (!reply.destroyed) writeResponse(message, reply, response);
      }, 8);
    },
  },
  {
    name: 'connection-close',
    difference: 'The connection is closed after each answer; there is no keep-alive.',
    write: (message, reply, response) => {
      reply.shouldKeepAlive = false;
      closeAfter(reply);
      writeResponse(message, reply, response);
    },
  },
  {
    name: 'server-headers',
    difference: 'Answers carry headers of proxies and caches that no document names.',
    respond: (response) => ({
      ...response,
      headers: {
        ...response.headers,
        Server: 'another/1.0',
        Via: '1.1 proxy',
        'Strict-Transport-Security': 'max-age=1',
        'X-Powered-By': 'something else',
      },
    }),
  },
  {
    name: 'error-bodies',
    difference: 'Error bodies, where no document gives them, are HTML pages.',
    respond: (response) =>
      response.status >= 400 && !isJson(response)
        ? {
            ...response,
            headers: { ...response.headers, 'Content-Type': 'text/html; charset=utf-8' },
            body: '<!doctype html><title>Error</title><p>Something went wrong.</p>',
          }
        : response,
  },
  {
    name: 'clock-ahead',
    difference: "The server's clock is 20 seconds ahead.",
    clockSkewMs: 20_000,
  },
  {
    name: 'clock-behind',
    difference: "The server's clock is 20 seconds behind.",
    clockSkewMs: -20_000,
  },
];

/** The generic variants of one system. */
export function genericVariants(
  system: string,
  exempt: Readonly<Record<string, string>> = {},
): readonly Variant[] {
  return families
    .filter((family) => exempt[family.name] === undefined)
    .map((family) => {
      const { respond } = family;
      const alterations: ErasedAlteration[] = respond === undefined ? [] : [{ system, respond }];
      return {
        id: `${family.name}/${system}`,
        family: family.name,
        system,
        difference: family.difference,
        alterations,
        ...(family.write === undefined ? {} : { write: family.write }),
        ...(family.clockSkewMs === undefined ? {} : { clockSkewMs: family.clockSkewMs }),
      };
    });
}

function closeAfter(reply: ServerResponse): void {
  const { socket } = reply;
  reply.once('finish', () => socket?.end());
}

function isJson(response: PlainResponse): boolean {
  return Object.entries(response.headers).some(
    ([name, value]) =>
      name.toLowerCase() === 'content-type' && /^application\/json/i.test(String(value)),
  );
}

function onSuccess(
  change: (value: unknown) => unknown,
): (response: PlainResponse) => PlainResponse {
  return (response) => {
    if (response.status >= 300 || !isJson(response) || typeof response.body !== 'string')
      return response;
    return { ...response, body: JSON.stringify(change(JSON.parse(response.body))) };
  };
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
