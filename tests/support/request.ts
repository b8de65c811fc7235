import { nobody, type PlainRequest, type PlainResponse } from '../../mocks/engine/http.js';
import type { MockCore } from '../../mocks/engine/mock.js';

export interface CallOptions {
  readonly method?: string;
  /** Path with an optional query string. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, an object as JSON with its Content-Type. */
  readonly body?: string | Uint8Array | object;
  readonly upgrade?: boolean;
}

const encoder = new TextEncoder();

/** A request as a transport would hand it to the core. */
export function plainRequest(options: CallOptions): PlainRequest {
  const [path = '', query = ''] = options.path.split(/\?(.*)/s);
  const { body } = options;
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
  return {
    method: options.method ?? 'GET',
    path,
    query,
    headers: {
      host: 'mock.test',
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...options.headers,
    },
    body:
      body === undefined
        ? new Uint8Array(0)
        : body instanceof Uint8Array
          ? body
          : encoder.encode(isJson ? JSON.stringify(body) : (body as string)),
    secure: false,
    upgrade: options.upgrade ?? false,
    peer: nobody,
  };
}

/** Runs a request through the core and reads the answer; fails the test on an upgrade. */
export async function call(
  core: MockCore,
  options: CallOptions,
): Promise<PlainResponse & { text: string; json: () => unknown }> {
  const request = plainRequest(options);
  const outcome = await core.dispatch(request.method, request.path).run(request);
  if ('kind' in outcome) throw new Error('the mock answered with an upgrade');
  const { body } = outcome;
  const text =
    body === null ? '' : typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { ...outcome, text, json: () => JSON.parse(text) as unknown };
}
