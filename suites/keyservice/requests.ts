import type { Exchange, RequestSpec } from '../engine/exchange.js';
import type { TestContext } from '../engine/context.js';

export type Values = Readonly<Record<string, string>>;

/** How a request departs from what the clients of the service do. */
export interface SendOptions {
  readonly headers?: Values;
  /** Added to the query string of any request. */
  readonly query?: Values;
  /** Where the parameters stand; by default the query for GET, both for DELETE, else the body. */
  readonly place?: 'query' | 'body' | 'both';
  /** Added to the path of the resource. */
  readonly suffix?: string;
}

/** A file part of a multipart body. */
export interface FilePart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const formType = 'application/x-www-form-urlencoded; charset=UTF-8';

/** Percent-codes names and values; a space becomes `%20`, which every reader understands. */
export function encodeForm(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** A request to the resource, as the public clients would send it. */
export function requestOf(
  path: string,
  method: string,
  values: Values,
  options: SendOptions = {},
): RequestSpec {
  const place =
    options.place ?? (method === 'GET' ? 'query' : method === 'DELETE' ? 'both' : 'body');
  const query = encodeForm({ ...(place === 'body' ? {} : values), ...options.query });
  const target = path + (options.suffix ?? '') + (query === '' ? '' : `?${query}`);
  if (place === 'query') return { method, path: target, headers: options.headers ?? {} };
  return {
    method,
    path: target,
    headers: { 'Content-Type': formType, ...options.headers },
    body: encodeForm(values),
  };
}

/** A PUT with a multipart body: the texts, then the files, each in a part named `files`. */
export function multipartOf(path: string, values: Values, files: readonly FilePart[]): RequestSpec {
  const boundary = '----countersign-7d1b3f0a55c2';
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(values)) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    parts.push(Buffer.from(`${head}${value}\r\n`));
  }
  for (const file of files) {
    const head =
      `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${file.name}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n';
    parts.push(Buffer.from(head), Buffer.from(file.bytes), Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    method: 'PUT',
    path,
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts),
  };
}

/** How a request may be turned down. */
export interface RefusalOptions {
  /** What was wrong with the request, such as `a wrong passphrase`. */
  readonly what: string;
  /** Texts that the answer must not show. */
  readonly hides?: readonly string[];
}

/** A parameter was missing: 400 and nothing else. */
export function expectInvalid(t: TestContext, exchange: Exchange, options: RefusalOptions): void {
  t.expect.status(exchange, 400, { what: options.what });
  expectSilence(t, exchange, options);
}

/** The token or the secret does not fit: 400; old servers sent 404 or 500. */
export function expectRefused(t: TestContext, exchange: Exchange, options: RefusalOptions): void {
  t.expect.status(exchange, 400, { what: options.what, tolerate: [404, 500] });
  expectSilence(t, exchange, options);
}

/** A refusal as a step of another statement: 400, 404 or 500, and none of them a deviation. */
export function expectGone(t: TestContext, exchange: Exchange, options: RefusalOptions): void {
  t.expect.status(exchange, [400, 404, 500], { what: options.what });
  expectSilence(t, exchange, options);
}

/** No refusal shows anything of a message. */
function expectSilence(t: TestContext, exchange: Exchange, options: RefusalOptions): void {
  const shown = ['MessageId', 'MessageData', ...(options.hides ?? [])].find((text) =>
    exchange.text.includes(text),
  );
  t.expect.ok(shown === undefined, `${exchange.label} (${options.what}) shows message data`, {
    expected: 'a refusal that tells nothing of messages',
    actual: `the body has ${shown ?? ''}`,
  });
}
