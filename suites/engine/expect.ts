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
  /**
   * A header of an answer, compared exactly or by pattern; its name in lower case.
   * @param wanted what a pattern asks for, in words
   */
  header(exchange: Exchange, name: string, expected: string | RegExp, wanted?: string): void;
  /** Equal bytes, shown in hex. */
  bytes(actual: Uint8Array, expected: Uint8Array, what: string): void;
  text(actual: unknown, what: string): string;
  fail(message: string, comparison?: { expected: string; actual: string }): never;
}

/**
 * @param deviate notes a tolerated outcome
 * @param mask hides secrets in a value before it is cut: a part of one would not be known as such
 */
export function createExpect(
  deviate: (note: string) => void,
  mask: (text: string) => string = (text) => text,
): Expect {
  const whole = (value: unknown): string => mask(written(value));
  const show = (value: unknown): string => excerpt(whole(value), 400);
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
        expected: `status ${statusList([...right, ...tolerated])}`,
        actual: `status ${String(exchange.status)}, body: ${excerpt(exchange.text)}`,
      });
    },
    ok(condition, message, comparison) {
      if (!condition) fail(message, comparison);
    },
    equal(actual, expected, what) {
      if (isDeepStrictEqual(actual, expected)) return;
      const [wanted, got] = contrast(whole(expected), whole(actual));
      const message =
        wanted === got
          ? `${what} is not as expected`
          : `${what}: expected ${wanted}, but got ${got}`;
      fail(message, { expected: show(expected), actual: show(actual) });
    },
    notEqual(actual, other, what) {
      if (!isDeepStrictEqual(actual, other)) return;
      const both = contrast(whole(other), whole(actual))[0];
      const message = `${what} must differ, but both are ${both}`;
      fail(message, { expected: `not ${show(other)}`, actual: show(actual) });
    },
    header(exchange, name, expected, wanted = String(expected)) {
      const value = exchange.header(name);
      const right =
        value !== null &&
        (typeof expected === 'string' ? value === expected : expected.test(value));
      if (right) return;
      const message =
        value === null
          ? `${exchange.label} answered without the header ${name}`
          : `${exchange.label} answered with ${name}: ${excerpt(mask(value), 80)}, not ${wanted}`;
      fail(message, {
        expected: `${name}: ${wanted}`,
        actual: value === null ? 'no such header' : `${name}: ${value}`,
      });
    },
    bytes(actual, expected, what) {
      if (Buffer.from(actual).equals(Buffer.from(expected))) return;
      fail(`${what} differs: ${byteDifference(expected, actual)}`, {
        expected: showBytes(expected),
        actual: showBytes(actual),
      });
    },
    text(actual, what) {
      if (typeof actual === 'string') return actual;
      const message =
        actual === undefined
          ? `${what} is missing`
          : `${what} is not a string but ${excerpt(whole(actual), 60)}`;
      return fail(message, { expected: 'a string', actual: show(actual) });
    },
  };
}

function list(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}

function written(value: unknown): string {
  if (value === undefined) return 'nothing';
  const shown: unknown = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
  return typeof shown === 'string' ? shown : `a ${typeof value}`;
}

/** Characters of a value that a sentence shows, and those of them before the first difference. */
const inSentence = 70;
const leadIn = 20;

/** Two values for one sentence, both cut to the part where they begin to differ. */
function contrast(expected: string, actual: string): [string, string] {
  if (expected.length <= inSentence && actual.length <= inSentence) return [expected, actual];
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at += 1;
  const from = at === expected.length || at < inSentence - leadIn ? 0 : at - leadIn;
  const part = (text: string): string => {
    const end = from + inSentence;
    return `${from === 0 ? '' : '…'}${text.slice(from, end)}${text.length > end ? '…' : ''}`;
  };
  return [part(expected), part(actual)];
}

/** `401 or 403`; where many are tolerated, runs as `400 to 428`. */
function statusList(statuses: readonly number[]): string {
  if (statuses.length <= 7) return statuses.join(' or ');
  const [first = 0, ...others] = statuses;
  const runs: [number, number][] = [];
  for (const status of others.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    // The right one in between is no gap.
    const next = last === undefined ? null : last[1] + 1 === first ? first + 1 : last[1] + 1;
    if (last !== undefined && status === next) last[1] = status;
    else runs.push([status, status]);
  }
  const shown = runs.map(([from, to]) =>
    from === to ? String(from) : `${String(from)} to ${String(to)}`,
  );
  return `${String(first)} (tolerated: ${shown.join(', ')})`;
}

function byteDifference(expected: Uint8Array, actual: Uint8Array): string {
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  const sizes = `${String(expected.length)} bytes expected, ${String(actual.length)} received`;
  if (expected.length === actual.length)
    return `the first wrong byte is number ${String(at)}, counted from 0`;
  return at === -1 || at >= actual.length ? sizes : `${sizes}, unlike from byte ${String(at)} on`;
}

function showBytes(value: Uint8Array): string {
  const hex = Buffer.from(value.subarray(0, 64)).toString('hex');
  return `${String(value.length)} bytes ${hex}${value.length > 64 ? '…' : ''}`;
}
