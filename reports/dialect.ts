/** Notices that a target's deviations have one explanation. */
import type { RequirementResult } from '../specs/results.js';
import { grouped } from './wording.js';

const mentionsObserved = /\bobserved\b/i;
const decided: ReadonlySet<string> = new Set(['pass', 'deviation', 'fail']);

/**
 * One sentence when a system of the target consistently shows the observed dialect: at least five
 * requirements whose `tolerate` mentions an observed behaviour deviate, and they are more than half of
 * those that were decided. Null otherwise.
 */
export function dialectSentence(requirements: readonly RequirementResult[]): string | null {
  const candidates = requirements.filter(
    ({ tolerate, verdict }) => mentionsObserved.test(tolerate) && decided.has(verdict),
  );
  const systems: string[] = [];
  let deviating = 0;
  let all = 0;
  for (const [system, own] of grouped(candidates, (result) => result.system)) {
    const count = own.filter(({ verdict }) => verdict === 'deviation').length;
    if (count < 5 || count * 2 <= own.length) continue;
    systems.push(system);
    deviating += count;
    all += own.length;
  }
  if (systems.length === 0) return null;
  return (
    `The target consistently shows the observed dialect of ${systems.join(', ')}: ` +
    `${String(deviating)} of ${String(all)} requirements that know an observed behaviour ` +
    'hold in that way. These deviations have one explanation, not many.'
  );
}
