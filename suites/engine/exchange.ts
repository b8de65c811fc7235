import { Buffer } from 'node:buffer';
import { CheckFailure } from './outcome.js';

/** A request as a check writes it. */
export interface RequestSpec {
  readonly method: string;
  /** Path with its query string, percent-encoded; or an absolute URL that the target gave out. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as UTF-8; without a Content-Type of the check's own none is added. */
  readonly body?: string | Uint8Array;
  /** Sent as JSON with `Content-Type: application/json`, unless the headers name another. */
  readonly json?: unknown;
  /** Milliseconds to wait for the whole answer; 10 s by default. */
  readonly timeoutMs?: number;
  /** Ends the exchange early, for instance a long poll that is given up. */
  readonly signal?: AbortSignal;
}

/** A request as it went out. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** A complete answer with the request that it belongs to. */
export class Exchange {
  #text: string | undefined;

  constructor(
    readonly id: string,
    readonly request: SentRequest,
    readonly status: number,
    /** Name and value pairs as received, in order; names in lower case. */
    readonly rawHeaders: readonly (readonly [string, string])[],
    readonly body: Uint8Array,
    readonly operation: string | null,
    readonly violations: readonly string[],
    /** Milliseconds from the first byte sent to the last received. */
    readonly durationMs: number,
  ) {}

  /** The first value of a header, its name in lower case; null when absent. */
  header(name: string): string | null {
    return this.rawHeaders.find(([key]) => key === name)?.[1] ?? null;
  }

  /** All values of a header. */
  headers(name: string): readonly string[] {
    return this.rawHeaders.filter(([key]) => key === name).map(([, value]) => value);
  }

  /**
   * The target's time in ms since the epoch, by its Date header: its clock may have been moved, or
   * be off. This machine's time where it sends none.
   */
  get time(): number {
    const date = Date.parse(this.header('date') ?? '');
    return Number.isNaN(date) ? Date.now() : date;
  }

  /** The body as UTF-8. */
  get text(): string {
    this.#text ??= Buffer.from(this.body).toString('utf8');
    return this.#text;
  }

  /** The body as JSON; a body that is none fails the check. */
  json(): unknown {
    try {
      return JSON.parse(this.text) as unknown;
    } catch {
      throw new CheckFailure(`${this.label} answered ${this.bodyKind}, not JSON`, {
        expected: 'a JSON body',
        actual: excerpt(this.text),
      });
    }
  }

  /** The body as a JSON object; anything else fails the check. */
  object(): Readonly<Record<string, unknown>> {
    const value = this.json();
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw new CheckFailure(`${this.label} answered JSON that is not an object`, {
      expected: 'a JSON object',
      actual: excerpt(this.text),
    });
  }

  /** What the body seems to be, for messages about a body that should be something else. */
  get bodyKind(): string {
    const text = this.text.trim();
    if (text === '') return 'an empty body';
    if (/^<(!doctype html|html)\b/i.test(text)) return 'an HTML page';
    if (text.startsWith('<')) return 'XML or other markup';
    try {
      JSON.parse(text);
      return 'JSON';
    } catch {
      return /^[[{"]/.test(text) ? 'something like JSON that does not parse' : 'other text';
    }
  }

  /** Method and path, for messages. */
  get label(): string {
    return `${this.request.method} ${new URL(this.request.url).pathname}`;
  }
}

/** The beginning of a text, for a message. */
export function excerpt(text: string, limit = 200): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (flat === '') return '(empty)';
  return flat.length <= limit ? flat : `${flat.slice(0, limit)}…`;
}
