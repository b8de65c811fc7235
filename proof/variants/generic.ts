import type { PlainResponse } from '../../mocks/engine/http.js';
import {
  contentTypeWithCharset,
  extraMembers,
  headersInLowerCase,
  headersInUpperCase,
  isJson,
  jsonLaidOut,
  membersReversed,
  proxyHeaders,
} from '../../mocks/engine/legal-forms.js';
import type { ErasedAlteration } from '../../mocks/engine/system.js';
import { closeAfter, writeChunked } from '../../mocks/transports/node-chaos.js';
import { writeResponse, type WriteResponse } from '../../mocks/transports/node-answer.js';
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
    respond: membersReversed,
  },
  {
    name: 'extra-members',
    difference: 'Every JSON object of a success has members that the document does not name.',
    respond: extraMembers,
  },
  {
    name: 'json-layout',
    difference: 'JSON is indented, ends with a line end, and escapes what it need not escape.',
    respond: jsonLaidOut,
  },
  {
    name: 'header-case',
    difference: 'Header names are sent in upper case.',
    respond: headersInUpperCase,
  },
  {
    name: 'header-case-lower',
    difference: 'Header names are sent in lower case.',
    respond: headersInLowerCase,
  },
  {
    name: 'content-type-parameters',
    difference: 'JSON is declared with a charset parameter.',
    respond: contentTypeWithCharset,
  },
  {
    name: 'chunked',
    difference: 'Bodies come in chunks without a Content-Length.',
    write: writeChunked,
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
      closeAfter(reply);
      writeResponse(message, reply, response);
    },
  },
  {
    name: 'server-headers',
    difference: 'Answers carry headers of proxies and caches that no document names.',
    respond: proxyHeaders,
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
