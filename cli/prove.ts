import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { holds, prove } from '../proof/prove.js';
import { mutants } from '../proof/registry.js';
import type { TaskResult } from '../proof/worker.js';
import { proofPage } from '../reports/proof-page.js';
import { catalog } from '../specs/catalog.js';
import type { Proof } from '../specs/proof.js';
import { nearest } from '../suites/engine/nearest.js';
import { parseSystems, parseWorkers } from './options.js';
import { version } from './version.js';

interface ProveFlags {
  readonly system?: string[];
  readonly mutant?: string[];
  readonly out: string;
  readonly workers: number;
  readonly all?: boolean;
}

/** Checks that a mutant does not declare and that run against it all the same. */
const sampleSize = 8;

/** `countersign prove`. */
export function proveCommand(): Command {
  return new Command('prove')
    .description('Prove the suite: run it against every mutant and every legal variant of the mock')
    .option('--system <a,b>', 'only these systems', parseSystems)
    .option('--mutant <id,…>', 'only these mutants', parseMutants)
    .option('--out <dir>', 'folder for proof.json and proof.html', 'countersign-proof')
    .option('--workers <n>', 'parallel processes', parseWorkers, availableParallelism())
    .option('--all', 'run every check against every mutant, not a sample of the undeclared ones')
    .addHelpText(
      'after',
      '\nExit codes: 0 every mutant died by name and every variant held, 1 otherwise, 2 usage error.',
    )
    .action(async (flags: ProveFlags) => {
      process.exitCode = await runProve(flags);
    });
}

function parseMutants(text: string): string[] {
  const known = [...mutants.keys()];
  return text.split(',').map((name) => {
    if (known.includes(name)) return name;
    const guess = nearest(name, known);
    throw new InvalidArgumentError(
      `no mutant "${name}"${guess === null ? '' : `; did you mean ${guess}?`}`,
    );
  });
}

async function runProve(flags: ProveFlags): Promise<number> {
  const out = resolve(flags.out);
  const print = progressPrinter();
  const proof = await prove({
    version,
    systems: flags.system ?? [...catalog.keys()],
    mutants: flags.mutant,
    sample: flags.all === true ? null : sampleSize,
    workers: flags.workers,
    progress: print,
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'proof.json'), `${JSON.stringify(proof, null, 2)}\n`);
  writeFileSync(join(out, 'proof.html'), proofPage(proof));
  const whole = flags.mutant === undefined;
  printSummary(proof, whole);
  console.log(`\n${join(out, 'proof.html')}`);
  return holds(proof, whole) ? 0 : 1;
}

/** Tells of what went wrong at once, and of the rest every tenth part. */
function progressPrinter(): (done: number, total: number, result: TaskResult) => void {
  let lastTenth = 0;
  return (done, total, result) => {
    const trouble = troubleOf(result);
    if (trouble !== null) console.log(trouble);
    const tenth = Math.floor((done * 10) / total);
    if (tenth === lastTenth) return;
    lastTenth = tenth;
    console.log(`${String(done)} of ${String(total)} mutants and variants judged`);
  };
}

function troubleOf(result: TaskResult): string | null {
  if (result.kind === 'variant') {
    const { id, passed, failed, messages } = result.verdict;
    if (passed) return null;
    const lines = failed.map(
      (requirement, index) => `    ${requirement}: ${messages[index] ?? ''}`,
    );
    return [`  variant ${id} does not hold:`, ...lines].join('\n');
  }
  if (result.kind !== 'mutant') return null;
  const { id, missed, unexpected, message, bug } = result.verdict;
  const lines: string[] = [];
  if (missed.length > 0) {
    lines.push(
      `  mutant ${id} survives: ${missed.join(', ')}`,
      `    bug: ${bug}`,
      `    ${message ?? ''}`,
    );
  }
  if (unexpected.length > 0) {
    lines.push(`  mutant ${id} makes fail what it does not declare: ${unexpected.join(', ')}`);
  }
  return lines.length === 0 ? null : lines.join('\n');
}

function printSummary(proof: Proof, whole: boolean): void {
  const table = new Table({
    head: ['system', 'mutants', 'killed', 'unexpected', 'variants', 'held'],
    style: { head: [], border: [] },
  });
  for (const system of new Set(
    [...proof.mutants, ...proof.variants].map((entry) => entry.system),
  )) {
    const own = proof.mutants.filter((mutant) => mutant.system === system);
    const varied = proof.variants.filter((variant) => variant.system === system);
    table.push([
      system,
      own.length,
      own.filter((mutant) => mutant.missed.length === 0).length,
      own.filter((mutant) => mutant.unexpected.length > 0).length,
      varied.length,
      varied.filter((variant) => variant.passed).length,
    ]);
  }
  console.log(`\n${table.toString()}`);
  if (!whole) return;
  for (const line of proof.uncovered) console.log(`  ${line}`);
  const { requirements, withTest, withMutant, killed, needingMutant } = proof.coverage;
  console.log(
    `${String(withTest)} of ${String(requirements)} requirements have a test; ` +
      `${String(withMutant)} of ${String(needingMutant)} must and should have a mutant, ` +
      `${String(killed)} are killed; ${(proof.durationMs / 1000).toFixed(0)} s`,
  );
}
