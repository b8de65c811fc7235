import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { compare, type RunComparison } from '../reports/compare.js';
import { merge, MergeError } from '../reports/merge.js';
import { EventStreamError } from '../reports/events.js';
import { readResults, ResultsFileError } from '../reports/read-results.js';
import { renderAll } from '../reports/render.js';
import { terminal } from '../reports/terminal.js';
import type { Results } from '../specs/results.js';
import { defaultFolder, streamOf } from './event-stream.js';
import { UsageError } from './usage-error.js';
import { exitCodeOf } from './verdict-code.js';

interface ReportFlags {
  readonly out: string;
  readonly compare?: string;
  readonly verdict?: boolean;
}

/** `countersign report`. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Render results.json again, merge those of shards, compare with an older run')
    .argument('<results.json...>', 'results of one run, or of all its shards')
    .option('--out <dir>', 'folder for the reports', defaultFolder)
    .option('--compare <old.json>', 'results of an older run; exit code 1 on a regression')
    .option('--verdict', 'end with the exit code of the verdict, as test does')
    .action(async (files: string[], flags: ReportFlags) => {
      process.exitCode = await runReport(files, flags);
    });
}

async function runReport(files: readonly string[], flags: ReportFlags): Promise<number> {
  const merged = mergeAll(files.map(read));
  const comparison = flags.compare === undefined ? null : compare(read(flags.compare), merged);
  await renderAll(merged, resolve(flags.out), comparison, eventsOf(files));
  process.stdout.write(terminal(merged, { color: process.stdout.isTTY, events: eventsOf(files) }));
  const judged = flags.verdict === true ? exitCodeOf(merged) : 0;
  if (comparison === null) return judged;
  printComparison(comparison);
  return comparison.regressed ? 1 : judged;
}

/** The stream that one file of results lies beside, or is; of several shards no single one has all. */
function eventsOf(files: readonly string[]): string | null | undefined {
  const [file] = files;
  if (file === undefined || files.length > 1) return null;
  const folder = dirname(file);
  return existsSync(join(folder, 'events.ndjson')) ? streamOf(folder) : null;
}

function mergeAll(inputs: readonly Results[]): Results {
  try {
    return merge(inputs);
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(error.message);
    throw error;
  }
}

function read(path: string): Results {
  try {
    return readResults(path);
  } catch (error) {
    if (error instanceof ResultsFileError || error instanceof EventStreamError) {
      throw new UsageError(error.message);
    }
    throw error;
  }
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
