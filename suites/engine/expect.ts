import { isDeepStrictEqual } from 'node:util';
import { excerpt, type Exchange } from './exchange.js';
import { CheckFailure } from './outcome.js';

/** Statuses that are right, and those that real servers show instead and that are tolerated. */
export interface StatusOptions {
  readonly tolerate?: number | readonly number[];
  /** What the request was meant to show, for the message, such as `a wrong code`. */
  readonly what?: string;
}

/**
 * Assertions. Each failure says what was expected and what came; a tolerated outcome is noted as
 * a deviation and the check goes on.
 */
export interface Expect {
  /** @returns true when the status was the right one, false when it was tolerated */
  status(
    exchange: Exchange,
    expected: number | readonly number[],
    options?: StatusOptions,
  ): boolean;
  /** A condition in words: `message` says what is wrong when it does not hold. */
  ok(condition: boolean, message: string, comparison?: { expected: string; actual: string }): void;
  /** Deep, strict equality. */
  equal(actual: unknown, expected: unknown, what: string): void;
  notEqual(actual: unknown, other: unknown, what: string): void;
  /** A header of an answer, compared exactly or by pattern; its name in lower case. */
  header(exchange: Exchange, name: string, expected: string | RegExp): void;
  /** Equal bytes, shown in hex. */
  bytes(actual: Uint8Array, expected: Uint8Array, what: string): void;
  text(actual: unknown, what: string): string;
  fail(message: string, comparison?: { expected: string; actual: string }): never;
}

/** @param deviate notes a tolerated outcome */
export function createExpect(deviate: (note: string) => void): Expect {
  const fail: Expect['fail'] = (message, comparison) => {
    throw new CheckFailure(message, comparison ?? null);
  };
  return {
    fail,
    status(exchange, expected, options = {}) {
      const right = list(expected);
      if (right.includes(exchange.status)) return true;
      const subject =
        options.what === undefined ? exchange.label : `${exchange.label} (${options.what})`;
      const wanted = right.join(' or ');
      const tolerated = list(options.tolerate ?? []);
      if (tolerated.includes(exchange.status)) {
        deviate(`${subject} answered ${String(exchange.status)} in place of ${wanted}`);
        return false;
      }
      return fail(`${subject} answered ${String(exchange.status)}, not ${wanted}`, {
        expected: `status ${[...right, ...tolerated].join(' or ')}`,
        actual: `status ${String(exchange.status)}, body: ${excerpt(exchange.text)}`,
      });
    },
    ok(condition, message, comparison) {
      if (!condition) fail(message, comparison);
    },
    equal(actual, expected, what) {
      if (isDeepStrictEqual(actual, expected)) return;
      fail(`${what} is not as expected`, { expected: show(expected), actual: show(actual) });
    },
    notEqual(actual, other, what) {
      if (!isDeepStrictEqual(actual, other)) return;
      fail(`${what} must differ`, { expected: `not ${show(other)}`, actual: show(actual) });
    },
    header(exchange, name, expected) {
      const value = exchange.header(name);
      const right =
        value !== null &&
        (typeof expected === 'string' ? value === expected : expected.test(value));
      if (right) return;
      fail(`${exchange.label} has the wrong header ${name}`, {
        expected: `${name}: ${String(expected)}`,
        actual: value === null ? 'no such header' : `${name}: ${value}`,
      });
    },
    bytes(actual, expected, what) {
      if (Buffer.from(actual).equals(Buffer.from(expected))) return;
      fail(`${what} differs`, { expected: showBytes(expected), actual: showBytes(actual) });
    },
    text(actual, what) {
      if (typeof actual === 'string') return actual;
      return fail(`${what} is not a string`, { expected: 'a string', actual: show(actual) });
    },
  };
}

function list(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}

function show(value: unknown): string {
  const shown: unknown = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
  return excerpt(typeof shown === 'string' ? shown : String(value), 400);
}

function showBytes(value: Uint8Array): string {
  const hex = Buffer.from(value.subarray(0, 64)).toString('hex');
  return `${String(value.length)} bytes ${hex}${value.length > 64 ? '…' : ''}`;
}
