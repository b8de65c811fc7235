import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from '../../specs/results.js';
import { root, run, scratch } from './process.js';
import { single, type Outcome, type Step } from './step.js';

/** The suite against the mock of its own: one test per requirement. */
export const conformanceStep: Step = {
  name: 'conformance',
  async run(): Promise<Outcome> {
    const out = join(scratch, 'conformance');
    rmSync(out, { recursive: true, force: true });
    const main = join(root, 'dist', 'cli', 'main.js');
    const { code, output } = await run(process.execPath, [main, 'test', '--out', out]);
    const path = join(out, 'results.json');
    if (!existsSync(path)) return single(false, `no results, exit code ${String(code)}`, output);
    const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
    const count = { passed: 0, failed: 0, skipped: 0 };
    const notes: string[] = [];
    for (const { id, verdict, reason } of results.requirements) {
      if (verdict === 'pass' || verdict === 'deviation') count.passed += 1;
      else if (verdict === 'skip') count.skipped += 1;
      else {
        // The mock has every capability and the suite is complete, so nothing stays undecided.
        count.failed += 1;
        notes.push(`${id}: ${verdict}${reason === null ? '' : `, ${reason}`}`);
      }
    }
    if (code !== 0 && count.failed === 0) {
      count.failed = 1;
      notes.push(`exit code ${String(code)} and verdict ${results.verdict}`);
    }
    return {
      ...count,
      note: `${results.verdict}, ${String(results.requirements.length)} requirements`,
      details: count.failed === 0 ? '' : `${notes.join('\n')}\n\n${output}`,
    };
  },
};
