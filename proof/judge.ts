import { createHash } from 'node:crypto';
import type { ErasedSystem } from '../mocks/engine/system.js';
import type { Requirement } from '../specs/model.js';
import type { MutantVerdict, VariantVerdict } from '../specs/proof.js';
import type { CheckResult } from '../specs/results.js';
import { requirementVerdict } from '../specs/verdict.js';
import type { RegisteredCheck } from '../suites/engine/check.js';
import { createRunner } from '../suites/engine/runner.js';
import type { Suite } from '../suites/engine/suite.js';
import { createTarget } from '../suites/engine/target.js';
import { openArena } from './arena.js';
import type { Mutant, Variant } from './model.js';

/** What the judge needs to know of a system. */
export interface Bench {
  readonly system: ErasedSystem;
  readonly suite: Suite;
  readonly requirements: readonly Requirement[];
}

export interface JudgeOptions {
  /** How many checks that the mutant does not declare are run as well; all of them when null. */
  readonly sample: number | null;
}

/** The server answers from the same process: what is due comes at once or never. */
const patienceMs = 400;
const checkTimeoutMs = 20_000;
const parallel = 6;
/**
 * Every run draws the same numbers, texts and keys: a verdict can be repeated, and what a process
 * derived from a passphrase once serves all the runs that it judges.
 */
const runId = 'c0de5161feed';
const seed = 1;

/** Runs a mutant's checks, and a sample of the others, against a mock with that mutant. */
export async function judgeMutant(
  mutant: Mutant,
  bench: Bench,
  options: JudgeOptions,
): Promise<MutantVerdict> {
  const started = performance.now();
  const declared = new Set([...mutant.breaks, ...Object.keys(mutant.alsoBreaks)]);
  const results = await runChecks(bench, chooseChecks(mutant, bench.suite.checks, options), {
    alterations: [mutant.alteration],
  });
  const failed = failedRequirements(results, bench.requirements);
  const killedBy = mutant.breaks.filter((id) => failed.has(id));
  return {
    id: mutant.id,
    system: mutant.system,
    bug: mutant.bug,
    file: mutant.file,
    requirements: mutant.breaks,
    killed: killedBy.length > 0,
    killedBy,
    missed: mutant.breaks.filter((id) => !failed.has(id)),
    unexpected: [...failed.keys()].filter((id) => !declared.has(id)),
    message:
      killedBy[0] === undefined
        ? undecidedReason(results, mutant)
        : (failed.get(killedBy[0]) ?? null),
    durationMs: Math.round(performance.now() - started),
  };
}

/** Runs all checks of a system against a variant. */
export async function judgeVariant(variant: Variant, bench: Bench): Promise<VariantVerdict> {
  const started = performance.now();
  const results = await runChecks(bench, bench.suite.checks, {
    alterations: variant.alterations,
    ...(variant.write === undefined ? {} : { write: variant.write }),
    ...(variant.dialect === undefined ? {} : { dialect: variant.dialect }),
    ...(variant.clockSkewMs === undefined ? {} : { clockSkewMs: variant.clockSkewMs }),
  });
  const failed = failedRequirements(results, bench.requirements);
  const undecided = undecidedRequirements(results, bench.requirements);
  const counting = bench.requirements.filter(({ level }) => level !== 'may');
  const bad = counting.filter(({ id }) => failed.has(id) || undecided.has(id));
  return {
    id: variant.id,
    family: variant.family,
    system: variant.system,
    difference: variant.difference,
    passed: bad.length === 0,
    failed: bad.map(({ id }) => id),
    messages: bad.map(({ id }) => failed.get(id) ?? undecided.get(id) ?? ''),
    durationMs: Math.round(performance.now() - started),
  };
}

interface World {
  readonly alterations: Variant['alterations'];
  readonly write?: NonNullable<Variant['write']>;
  readonly dialect?: NonNullable<Variant['dialect']>;
  readonly clockSkewMs?: number;
}

async function runChecks(
  bench: Bench,
  checks: readonly RegisteredCheck[],
  world: World,
): Promise<readonly CheckResult[]> {
  const { slug } = bench.system;
  const arena = await openArena({ systems: [bench.system], seed, ...world });
  const target = createTarget(arena.profile, [slug], patienceMs);
  try {
    const runner = createRunner({
      target,
      suites: new Map([[slug, bench.suite]]),
      runId,
      positions: new Map(bench.suite.checks.map((check, index) => [check.id, index])),
      timeoutMs: checkTimeoutMs,
    });
    return await runner.runAll(checks, { parallel });
  } finally {
    await target.dispatcher.destroy();
    await arena.close();
  }
}

/** The checks that can see the mutant, and some others, chosen by its name. */
function chooseChecks(
  mutant: Mutant,
  checks: readonly RegisteredCheck[],
  options: JudgeOptions,
): readonly RegisteredCheck[] {
  if (options.sample === null) return checks;
  const sees = (check: RegisteredCheck): boolean =>
    check.requirements.some((id) => mutant.breaks.includes(id));
  const others = checks
    .filter((check) => !sees(check) && check.alone === false)
    .map((check) => ({ check, order: hash(`${mutant.id} ${check.id}`) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, options.sample)
    .map(({ check }) => check);
  return [...checks.filter(sees), ...others];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Failed requirements with the message of the first failed check. */
function failedRequirements(
  results: readonly CheckResult[],
  requirements: readonly Requirement[],
): ReadonlyMap<string, string> {
  return withVerdict(results, requirements, 'fail');
}

function undecidedRequirements(
  results: readonly CheckResult[],
  requirements: readonly Requirement[],
): ReadonlyMap<string, string> {
  return withVerdict(results, requirements, 'inconclusive');
}

function withVerdict(
  results: readonly CheckResult[],
  requirements: readonly Requirement[],
  wanted: 'fail' | 'inconclusive',
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id } of requirements) {
    const { verdict, reason } = requirementVerdict(
      results.filter((result) => result.requirements.includes(id)),
    );
    if (verdict === wanted) found.set(id, reason ?? '');
  }
  return found;
}

/** Why a surviving mutant survived: what its checks said. */
function undecidedReason(results: readonly CheckResult[], mutant: Mutant): string {
  const seen = results.filter((result) =>
    result.requirements.some((id) => mutant.breaks.includes(id)),
  );
  if (seen.length === 0) return 'no check decides what it breaks';
  return seen
    .map((result) => `${result.check}: ${result.status} ${result.message ?? ''}`.trim())
    .join('; ');
}
