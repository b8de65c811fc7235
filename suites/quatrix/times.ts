import type { TestContext } from '../engine/context.js';

/** Milliseconds of the waits of this suite; errata.md, terms of the catalogue. */
export interface Times {
  /** A notification may take so long, unless promptness is the question. */
  readonly delivery: number;
  /** It is watched for so long that nothing arrives. */
  readonly quiet: number;
  /** A poll without an answer for so long is held. */
  readonly held: number;
  /** A hold that ended empty is a short one from here on, and no hold before. */
  readonly shortHold: number;
  /** A channel without a notification for so long is drained. */
  readonly drained: number;
  /** A change must be told within so long. */
  readonly prompt: number;
  /** A poll that is refused is refused within so long. */
  readonly refusal: number;
  /** Pause between an empty answer and the next poll. */
  readonly pause: number;
  /** From closing a poll to the change that must not be lost to it. */
  readonly afterAbort: number;
}

/** The patience for which the numbers below are meant: that of a run against any target. */
const usualPatience = 5_000;

/**
 * The waits of a check. They shrink with the patience of the run: a server in the same process
 * needs less of it than one behind a network.
 */
export function timesOf({ patienceMs }: Pick<TestContext, 'patienceMs'>): Times {
  const part = Math.min(1, patienceMs / usualPatience);
  const scaled = (milliseconds: number, least: number): number =>
    Math.max(least, Math.round(milliseconds * part));
  return {
    delivery: scaled(8_000, 1_200),
    quiet: scaled(1_500, 120),
    held: scaled(2_000, 160),
    shortHold: scaled(1_000, 80),
    drained: scaled(500, 60),
    prompt: scaled(2_000, 160),
    refusal: scaled(300, 80),
    pause: scaled(200, 20),
    afterAbort: scaled(500, 100),
  };
}
