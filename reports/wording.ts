/** The words that all reports share. */
import type { CheckStatus, RequirementResult, RunVerdict, Verdict } from '../specs/results.js';

/** Every verdict of a requirement, the ones that need attention first. */
export const verdicts = [
  'fail',
  'inconclusive',
  'deviation',
  'pass',
  'skip',
  'untested',
] as const satisfies readonly Verdict[];

/** What each verdict means, in a sentence. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  pass: 'The target does what the requirement says.',
  deviation: 'The target does something else that real implementations are known to do.',
  fail: 'The target does not do what the requirement says.',
  skip: 'The profile lacks a capability or a value that the check needs.',
  inconclusive: 'Not decided: a positive control did not hold, or the harness itself erred.',
  untested: 'No check of this run covers it.',
};

/** The verdict of a run as a person says it. */
export const runVerdictWords: Readonly<Record<RunVerdict, string>> = {
  conformant: 'Conformant',
  'conformant-with-deviations': 'Conformant with deviations',
  nonconformant: 'Not conformant',
  inconclusive: 'Inconclusive',
};

/** The verdict that a single check speaks for. */
export const verdictOfStatus: Readonly<Record<CheckStatus, Verdict>> = {
  passed: 'pass',
  deviated: 'deviation',
  failed: 'fail',
  skipped: 'skip',
  inconclusive: 'inconclusive',
};

/** Milliseconds as a person reads them: `340 ms`, `2.1 s`, `3 min 05 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${String(Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `1 requirement`, `2 requirements`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** Time that the checks of a requirement took together, in milliseconds. */
export function timeOf(result: Pick<RequirementResult, 'tests'>): number {
  return result.tests.reduce((sum, test) => sum + test.durationMs, 0);
}

/** The check that took longest, with one requirement to find it by; null when nothing ran. */
export function slowestCheck(
  requirements: readonly RequirementResult[],
): { readonly title: string; readonly durationMs: number; readonly requirement: string } | null {
  let slowest: { title: string; durationMs: number; requirement: string } | null = null;
  for (const { id, tests } of requirements) {
    for (const { title, durationMs } of tests) {
      if (slowest === null || durationMs > slowest.durationMs) {
        slowest = { title, durationMs, requirement: id };
      }
    }
  }
  return slowest;
}

/** Values in groups, in the order in which their keys first appear. */
export function grouped<Value, Key>(
  values: Iterable<Value>,
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
