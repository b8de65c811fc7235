import { Buffer } from 'node:buffer';
import type { ExchangeRecord } from '../../specs/results.js';
import type { Exchange, SentRequest } from './exchange.js';
import { secretHeaders, type Masker } from './secrets.js';

/** Bytes of a body that a record shows, unless it is told otherwise. */
const usualBytes = 2_048;

/**
 * Takes note of an exchange. The text is made only when somebody wants to read it: for a check
 * that passed, nobody does; and secrets that become known later are masked as well.
 * @param answered whether the target gave a complete answer
 */
export type TakeNote = (record: () => ExchangeRecord, answered: boolean) => void;

/** The record of an exchange for the reports: readable text, secrets masked. */
export function recordOf(
  exchange: Exchange,
  masker: Masker,
  shownBytes = usualBytes,
): ExchangeRecord {
  const { request } = exchange;
  const url = new URL(request.url);
  return {
    id: exchange.id,
    operation: exchange.operation,
    request: masker.mask(
      [
        `${request.method} ${url.pathname}${url.search} HTTP/1.1`,
        `Host: ${url.host}`,
        ...headerLines(Object.entries(request.headers), masker),
        ...bodyLines(request.body, shownBytes),
      ].join('\n'),
    ),
    response: masker.mask(
      [
        `HTTP/1.1 ${String(exchange.status)}`,
        ...headerLines(exchange.rawHeaders, masker),
        ...bodyLines(exchange.body, shownBytes),
      ].join('\n'),
    ),
    curl: masker.mask(curlOf(request, masker.reveals)),
    violations: exchange.violations.map((violation) => masker.mask(violation)),
  };
}

/** The record of a request that got no complete answer. */
export function recordOfFailure(
  id: string,
  request: SentRequest,
  operation: string | null,
  reason: string,
  masker: Masker,
  shownBytes = usualBytes,
): ExchangeRecord {
  const url = new URL(request.url);
  return {
    id,
    operation,
    request: masker.mask(
      [
        `${request.method} ${url.pathname}${url.search} HTTP/1.1`,
        `Host: ${url.host}`,
        ...headerLines(Object.entries(request.headers), masker),
        ...bodyLines(request.body, shownBytes),
      ].join('\n'),
    ),
    response: masker.mask(`(${reason})`),
    curl: masker.mask(curlOf(request, masker.reveals)),
    violations: [],
  };
}

function headerLines(
  headers: readonly (readonly [string, string])[],
  masker: Masker,
): readonly string[] {
  return headers.map(([name, value]) => `${name}: ${masker.header(name, value)}`);
}

function bodyLines(body: Uint8Array | null, shownBytes: number): string[] {
  if (body === null || body.length === 0) return [];
  return ['', printableBody(body, shownBytes)];
}

function printableBody(body: Uint8Array, shownBytes: number): string {
  const cut = body.length > shownBytes ? ` … (${String(body.length)} bytes in all)` : '';
  const shown = Buffer.from(body.subarray(0, shownBytes));
  const text = shown.toString('utf8');
  const isText = !text.slice(0, -3).includes('\ufffd') && !/[^\P{Cc}\t\n\v\f\r]/u.test(text);
  return isText ? text + cut : `(${String(body.length)} bytes) ${shown.toString('hex')}${cut}`;
}

/**
 * A curl command that sends the request again. Credentials become environment variables named
 * after their header, such as `$AUTHORIZATION`.
 * @param reveal true writes them out instead
 */
export function curlOf(request: SentRequest, reveal = false): string {
  const hasBody = request.body !== null && request.body.length > 0;
  // Told to do a HEAD by -X, curl waits for a body that never comes.
  const parts = ['curl -i', request.method === 'HEAD' ? '--head' : `-X ${request.method}`];
  // Brackets and braces in a URL are patterns to curl.
  if (/[[\]{}]/.test(request.url)) parts.push('--globoff');
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.toLowerCase() === 'content-length') continue;
    if (!reveal && secretHeaders.has(name.toLowerCase())) {
      const variable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
      parts.push(`-H "${name}: $${variable}"`);
    } else {
      parts.push(`-H ${quote(`${name}: ${value}`)}`);
    }
  }
  if (hasBody && !Object.keys(request.headers).some((name) => /^content-type$/i.test(name))) {
    parts.push("-H 'Content-Type:'");
  }
  if (request.body !== null && hasBody) parts.push(bodyArgument(request.body));
  parts.push(quote(request.url));
  return parts.join(' ');
}

function bodyArgument(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  if (body.length <= usualBytes && !text.includes('\ufffd') && !text.includes('\0')) {
    // Unlike --data-binary, this one takes a leading @ for what it is.
    return `--data-raw ${quote(text)}`;
  }
  return '--data-binary @body.bin';
}

/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
