import type { Results } from '../specs/results.js';

/** The exit code that the contracts give to a verdict. */
export function exitCodeOf({ verdict }: Results): number {
  if (verdict === 'nonconformant') return 1;
  return verdict === 'inconclusive' ? 3 : 0;
}
