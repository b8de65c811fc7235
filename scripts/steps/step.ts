/** What one step of `npm test` found out. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A few words for the step's line: what ran, or why it did not. */
  readonly note: string;
  /** What a person needs to see after a failure; empty otherwise. */
  readonly details: string;
}

/** One step; steps share the two cores and so run one after the other. */
export interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** A step that is one test: it holds or it does not. */
export function single(passed: boolean, note: string, details: string): Outcome {
  return {
    passed: passed ? 1 : 0,
    failed: passed ? 0 : 1,
    skipped: 0,
    note,
    details: passed ? '' : details,
  };
}

/** A step that could not run on this machine. */
export function skip(reason: string): Outcome {
  return { passed: 0, failed: 0, skipped: 1, note: `skipped: ${reason}`, details: '' };
}
