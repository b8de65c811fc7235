import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import type { DocumentJudge } from './document.js';
import { Exchange, type RequestSpec, type SentRequest } from './exchange.js';
import type { Gate, Pass } from './gate.js';
import { CheckFailure, NoAnswer } from './outcome.js';
import { recordOf, recordOfFailure, type TakeNote } from './record.js';
import type { Masker } from './secrets.js';

/** Largest body in bytes that the suite reads of an answer. */
const largestAnswer = 64 * 1024 * 1024;
const defaultTimeoutMs = 10_000;

/** Sends requests to a target and keeps a record of each exchange. */
export interface HttpClient {
  send(spec: RequestSpec): Promise<Exchange>;
}

export interface HttpOptions {
  readonly baseUrl: string;
  readonly dispatcher: Dispatcher;
  /** What caps the exchanges; null where nothing does. */
  readonly gate?: Gate | null;
  /** Told how long an exchange had to wait for its turn. */
  readonly waited?: (milliseconds: number) => void;
  readonly judge: DocumentJudge;
  readonly masker: Masker;
  readonly userAgent: string;
  /** Sent with every request, from the profile. */
  readonly headers: Readonly<Record<string, string>>;
  readonly record: TakeNote;
  /** Bytes of a body that a record shows. */
  readonly shownBytes?: number | undefined;
  /** A new exchange id. */
  readonly nextId: () => string;
  /** Ends what is under way when the check's time is over. */
  readonly signal: AbortSignal;
}

export function createHttpClient(options: HttpOptions): HttpClient {
  return { send: (spec) => send(options, spec) };
}

async function send(options: HttpOptions, spec: RequestSpec): Promise<Exchange> {
  const request = prepare(options, spec);
  if (!URL.canParse(request.url)) {
    throw new CheckFailure('the target gave out an address that is no URL', {
      expected: 'an absolute http or https URL',
      actual: request.url,
    });
  }
  const url = new URL(request.url);
  const id = options.nextId();
  const base = new URL(options.baseUrl);
  const operation =
    url.origin === base.origin
      ? options.judge.operationOf(spec.method, below(base.pathname, url.pathname))
      : null;
  const pass = await enter(options);
  const started = performance.now();
  const timeoutMs = spec.timeoutMs ?? defaultTimeoutMs;
  const end = endOf(timeoutMs, [options.signal, spec.signal]);
  try {
    const answer = await options.dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: Object.entries(request.headers).flat(),
      body: request.body === null ? null : Buffer.from(request.body),
      signal: end.signal,
      responseHeaders: 'raw',
    });
    const body = await readAll(answer.body);
    const rawHeaders = pairs(answer.headers as unknown as string[]);
    const contentType = rawHeaders.find(([name]) => name === 'content-type')?.[1] ?? null;
    const text = (): string => Buffer.from(body).toString('utf8');
    const violations =
      operation === null || body.length > 1_000_000
        ? []
        : options.judge.violations(operation, {
            status: answer.statusCode,
            contentType,
            text: text(),
          });
    const exchange = new Exchange(
      id,
      request,
      answer.statusCode,
      rawHeaders,
      body,
      operation,
      violations,
      performance.now() - started,
    );
    options.record(() => recordOf(exchange, options.masker, options.shownBytes), true);
    return exchange;
  } catch (error) {
    const reason = end.timedOut()
      ? `no complete answer within ${String(timeoutMs / 1000)} s`
      : reasonOf(error);
    options.record(
      () => recordOfFailure(id, request, operation, reason, options.masker, options.shownBytes),
      false,
    );
    throw new NoAnswer(`${spec.method} ${url.pathname}: ${reason}`);
  } finally {
    end.release();
    pass?.leave();
  }
}

/** What ends an exchange. */
interface End {
  readonly signal: AbortSignal;
  /** Whether it was its own time that was over. */
  timedOut(): boolean;
  release(): void;
}

/**
 * Ends an exchange after some milliseconds, or when one of the signals says so. By hand, since
 * `AbortSignal.timeout` and `any` cost more than all else that the suite does about a request.
 */
function endOf(milliseconds: number, signals: readonly (AbortSignal | undefined)[]): End {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, milliseconds);
  const abort = (): void => {
    controller.abort();
  };
  for (const signal of signals) {
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  }
  return {
    signal: controller.signal,
    timedOut: () => late,
    release() {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', abort);
    },
  };
}

/** Waits at the gate, where there is one, before the exchange's own time begins. */
async function enter(options: HttpOptions): Promise<Pass | null> {
  if (options.gate === undefined || options.gate === null) return null;
  try {
    const pass = await options.gate.enter(options.signal);
    options.waited?.(pass.waitedMs);
    return pass;
  } catch {
    throw new NoAnswer('the check ended before its turn came');
  }
}

function prepare(options: HttpOptions, spec: RequestSpec): SentRequest {
  const url = /^https?:\/\//i.test(spec.path)
    ? spec.path
    : options.baseUrl.replace(/\/$/, '') + spec.path;
  const headers: Record<string, string> = {
    'User-Agent': options.userAgent,
    ...options.headers,
    ...(spec.json === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    const same = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
    if (same !== undefined) Reflect.deleteProperty(headers, same);
    headers[name] = value;
  }
  const content = spec.json === undefined ? spec.body : JSON.stringify(spec.json);
  const body =
    content === undefined
      ? null
      : typeof content === 'string'
        ? Buffer.from(content, 'utf8')
        : content;
  return { method: spec.method, url, headers, body };
}

function below(basePath: string, path: string): string {
  const base = basePath.replace(/\/$/, '');
  return base !== '' && `${path}/`.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

function pairs(raw: readonly (string | Buffer)[]): [string, string][] {
  const out: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    out.push([latin1(raw[at]).toLowerCase(), latin1(raw[at + 1])]);
  }
  return out;
}

function latin1(value: string | Buffer | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > largestAnswer) throw new Error('the answer is longer than 64 MiB');
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
}

/** The words of a network error, without our stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the exchange was ended';
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: string }).code;
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'the connection was reset';
  if (cause.name === 'AbortError') return 'the exchange was given up';
  return code === undefined ? cause.message : `${cause.message} (${code})`;
}
