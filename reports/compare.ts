/** Two runs side by side. */
import type { RequirementResult, Results, Verdict } from '../specs/results.js';

/** A requirement whose verdict differs between the runs. */
export interface Change {
  readonly id: string;
  readonly before: Verdict;
  readonly now: Verdict;
  /** Why it is what it is now; null for a pass. */
  readonly reason: string | null;
}

/** What changed from an older run to a newer one. */
export interface RunComparison {
  /** Failed before, is `pass` or `deviation` now. */
  readonly fixed: readonly Change[];
  /** Did not fail before, is `fail` now and not waived: the regressions. */
  readonly broken: readonly Change[];
  /** Any other change of verdict, such as `pass` to `deviation` or to `skip`. */
  readonly changed: readonly Change[];
  /** Only in the newer run, with the verdict it has there. */
  readonly new: readonly Pick<RequirementResult, 'id' | 'verdict' | 'reason'>[];
  /** Only in the older run, with the verdict it had there. */
  readonly gone: readonly Pick<RequirementResult, 'id' | 'verdict' | 'reason'>[];
  /** True when `broken` is not empty: `report --compare` then ends with exit code 1. */
  readonly regressed: boolean;
}

/**
 * Compares two runs by requirement id.
 *
 * A requirement regressed when the older run has it with any verdict but `fail` (so `pass`,
 * `deviation`, `skip`, `inconclusive` and `untested` alike) and the newer one says `fail`. The level does
 * not matter: what broke between two runs of one target is worth a look whatever `--level` was. A
 * waived failure is no regression; it is listed under `changed`. A requirement that only the newer run
 * has is new, even when it fails: there is nothing that it got worse than. Where the newer run is
 * strict, its deviations are still deviations here.
 */
export function compare(older: Results, newer: Results): RunComparison {
  const before = new Map(older.requirements.map((result) => [result.id, result]));
  const now = new Set(newer.requirements.map((result) => result.id));
  const fixed: Change[] = [];
  const broken: Change[] = [];
  const changed: Change[] = [];
  const added: Pick<RequirementResult, 'id' | 'verdict' | 'reason'>[] = [];
  for (const result of newer.requirements) {
    const old = before.get(result.id);
    const { id, verdict, reason } = result;
    if (old === undefined) added.push({ id, verdict, reason });
    else if (old.verdict !== verdict) {
      const change = { id, before: old.verdict, now: verdict, reason };
      if (verdict === 'fail' && !result.waived) broken.push(change);
      else if (old.verdict === 'fail' && (verdict === 'pass' || verdict === 'deviation')) {
        fixed.push(change);
      } else changed.push(change);
    }
  }
  return {
    fixed,
    broken,
    changed,
    new: added,
    gone: older.requirements
      .filter(({ id }) => !now.has(id))
      .map(({ id, verdict, reason }) => ({ id, verdict, reason })),
    regressed: broken.length > 0,
  };
}
