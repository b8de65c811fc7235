import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, run, scratch } from './process.js';
import { single, type Outcome, type Step } from './step.js';

/** The part of Vitest's JSON report that is counted. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

export interface VitestOptions {
  /** Names the file of the report. */
  readonly name: string;
  /** The Node binary to run the tests with. */
  readonly node: string;
  readonly config: string;
}

/** Runs Vitest and counts its tests. A file that cannot be loaded counts as one failed test. */
export async function runVitest(options: VitestOptions): Promise<Outcome> {
  mkdirSync(scratch, { recursive: true });
  const report = join(scratch, `${options.name}.json`);
  rmSync(report, { force: true });
  const entry = binary('vitest', 'vitest.mjs');
  const { code, output } = await run(options.node, [
    entry,
    'run',
    '--config',
    options.config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return single(false, 'Vitest wrote no report', output);
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const failed = Math.max(counts.numFailedTests, code === 0 ? 0 : 1);
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return {
    passed: counts.numPassedTests,
    failed,
    skipped,
    note: `${String(counts.numPassedTests)} tests passed`,
    details: failed === 0 ? '' : output,
  };
}

/** A step that runs a Vitest configuration with the Node that runs this script. */
export function vitestStep(name: string, config: string): Step {
  return { name, run: () => runVitest({ name, node: process.execPath, config }) };
}
