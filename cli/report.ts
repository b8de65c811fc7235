import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { compare, type RunComparison } from '../reports/compare.js';
import { merge, MergeError } from '../reports/merge.js';
import { renderAll } from '../reports/render.js';
import { terminal } from '../reports/terminal.js';
import type { Results } from '../specs/results.js';
import { nearest } from '../suites/engine/nearest.js';
import { UsageError } from './usage-error.js';

interface ReportFlags {
  readonly out: string;
  readonly compare?: string;
}

/** `countersign report`. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Render results.json again, merge those of shards, compare with an older run')
    .argument('<results.json…>', 'results of one run, or of all its shards')
    .option('--out <dir>', 'folder for the reports', 'countersign-report')
    .option('--compare <old.json>', 'results of an older run; exit code 1 on a regression')
    .action(async (files: string[], flags: ReportFlags) => {
      process.exitCode = await runReport(files, flags);
    });
}

async function runReport(files: readonly string[], flags: ReportFlags): Promise<number> {
  const merged = mergeAll(files.map(readResults));
  const comparison =
    flags.compare === undefined ? null : compare(readResults(flags.compare), merged);
  await renderAll(merged, resolve(flags.out), comparison);
  console.log(terminal(merged, { color: process.stdout.isTTY }));
  if (comparison === null) return 0;
  printComparison(comparison);
  return comparison.regressed ? 1 : 0;
}

function mergeAll(inputs: readonly Results[]): Results {
  try {
    return merge(inputs);
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(error.message);
    throw error;
  }
}

function readResults(path: string): Results {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path}: the file cannot be read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${path}: the file is not JSON`);
  }
  const member = ['tool', 'requirements', 'systems', 'verdict'].find(
    (name) => typeof value !== 'object' || value === null || !(name in value),
  );
  if (member !== undefined) {
    const guess =
      typeof value === 'object' && value !== null ? nearest(member, Object.keys(value)) : null;
    const hint = guess === null ? '' : ` (it has ${guess})`;
    throw new UsageError(`${path}: not a results.json: there is no member ${member}${hint}`);
  }
  return value as Results;
}

function printComparison(comparison: RunComparison): void {
  const groups = [
    ['fixed', comparison.fixed],
    ['broken', comparison.broken],
    ['changed', comparison.changed],
    ['new', comparison.new],
    ['gone', comparison.gone],
  ] as const;
  for (const [word, entries] of groups) {
    if (entries.length > 0) console.log(`${word}: ${entries.map(({ id }) => id).join(', ')}`);
  }
  if (groups.every(([, entries]) => entries.length === 0)) {
    console.log('nothing changed since the older run');
  }
}
