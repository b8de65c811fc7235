import type { Comparison } from '../../specs/results.js';

/** Ends a check: the target does not do what the requirement says. */
export class CheckFailure extends Error {
  constructor(
    message: string,
    readonly comparison: Comparison | null = null,
  ) {
    super(message);
  }
}

/** Ends a check: it could not be judged, and the target is not to blame. */
export class Inconclusive extends Error {}

/** Ends a check: something that it needs is missing; the message names it. */
export class Skipped extends Error {}

/** The target gave no complete answer: refused, reset, too slow, or not HTTP. */
export class NoAnswer extends Inconclusive {}
