import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { selectSystems } from '../mocks/registry.js';
import { openArena } from '../proof/arena.js';
import { catalog, infoOf, requirementsOf } from '../specs/catalog.js';
import type { Dialect, Level, Requirement } from '../specs/model.js';
import type { RunEvent, Shard } from '../specs/results.js';
import { newRunId } from '../suites/engine/runner.js';
import { createTarget, type Target } from '../suites/engine/target.js';
import type { Profile } from '../suites/engine/profile.js';
import {
  checksOf,
  planVariable,
  reportVariable,
  undividedSystems,
  type ReportPlan,
  type RunPlan,
} from '../suites/run-plan.js';
import { defaultFolder, streamOf } from './event-stream.js';
import { channelsByHand, withInboxes } from './inboxes.js';
import {
  parseDialect,
  parseLevel,
  parseShard,
  parseSystems,
  parseUrl,
  parseWorkers,
} from './options.js';
import { runPlaywright } from './playwright.js';
import { parseRequirements } from './requirement-ids.js';
import { targetOf } from './read-profile.js';
import { reachable, warnInsecure } from './reachable.js';
import { prepareFolder, recordUnreachable, settle } from './run-record.js';
import { UnreachableError } from './unreachable-error.js';
import { UsageError } from './usage-error.js';
import { exitCodeOf } from './verdict-code.js';
import { version } from './version.js';

interface TestFlags {
  readonly target?: string;
  readonly profile?: string;
  readonly system?: string[];
  readonly requirement?: string[];
  readonly level: Level;
  readonly strict?: boolean;
  readonly out: string;
  readonly workers?: number;
  readonly shard?: Shard;
  readonly dialect: Dialect;
  readonly insecure?: boolean;
}

/** `countersign test`. */
export function testCommand(): Command {
  return new Command('test')
    .description('Run the suite; without --target and --profile against a mock of its own')
    .option('--target <url>', 'base URL of the server under test', parseUrl)
    .option('--profile <file>', 'YAML profile of the target; see countersign init')
    .option('--system <a,b>', 'only these systems', parseSystems)
    .option('--requirement <id,…>', 'only these requirements', parseRequirements)
    .option('--level <level>', 'which fails count: must, should or may', parseLevel, 'must')
    .option('--strict', 'count tolerated deviations as fails')
    .option('--out <dir>', 'folder for the reports', defaultFolder)
    .option('--workers <n>', 'parallel processes (default: by the systems)', parseWorkers)
    .option('--shard <i/n>', 'run one of n equal parts', parseShard)
    .option('--dialect <name>', 'dialect of the mock of its own', parseDialect, 'documented')
    .option('--insecure', 'accept any certificate of the target (tls.insecure of a profile)')
    .addHelpText(
      'after',
      '\nExit codes: 0 conformant, 1 nonconformant, 2 usage or profile error, 3 unreachable or inconclusive.',
    )
    .action(async (flags: TestFlags) => {
      process.exitCode = await runTest(flags);
    });
}

async function runTest(flags: TestFlags): Promise<number> {
  const out = prepareFolder(flags.out);
  const slugs = flags.system ?? [...catalog.keys()];
  if (flags.target === undefined && flags.profile === undefined) {
    const arena = await openArena({
      systems: selectSystems(slugs),
      dialect: flags.dialect,
      onBug: (error) => {
        console.error(`countersign mock: a bug of the mock: ${String(error)}`);
      },
    });
    try {
      return await runAgainst(arena.profile, slugs, flags, out);
    } finally {
      await arena.close();
    }
  }
  const targeted = targetOf(flags);
  return withInboxes(targeted, (served) => runAgainst(served, slugs, flags, out));
}

async function runAgainst(
  profile: Profile,
  slugs: readonly string[],
  flags: TestFlags,
  out: string,
): Promise<number> {
  const target = createTarget(profile, slugs);
  const systems = [...target.systems.keys()];
  if (systems.length === 0) {
    throw new UsageError(
      'the profile tests none of the systems asked for; add them under "systems"',
    );
  }
  const requirements = select(systems, flags);
  const runId = newRunId();
  const started: Extract<RunEvent, { type: 'run-started' }> = {
    type: 'run-started',
    tool: { name: 'countersign', version },
    runId,
    target: target.url,
    startedAt: new Date().toISOString(),
    strict: flags.strict ?? false,
    level: flags.level,
    requirements: requirements.map(infoOf),
    waivers: profile.waivers ?? [],
    origin: {
      profile: flags.profile ?? null,
      mock: flags.target === undefined && flags.profile === undefined ? flags.dialect : null,
      ...(flags.target === undefined ? {} : { target: flags.target }),
      ...(flags.insecure === true ? { insecure: true } : {}),
    },
    ...(flags.shard === undefined ? {} : { shard: flags.shard }),
  };
  announce(target, requirements.length);
  const fault = await unreachable(target, runId);
  if (fault !== null) {
    await recordUnreachable(out, started, fault);
    throw new UnreachableError(fault);
  }
  const plan: RunPlan = { runId, profile, systems, requirements: requirements.map(({ id }) => id) };
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-'));
  let killed: boolean;
  try {
    const person = channelsByHand(profile).length > 0;
    const report: ReportPlan = {
      ...{ started, out, color: process.stdout.isTTY, quiet: person },
      events: streamOf(flags.out),
    };
    const reportFile = join(scratch, 'run.json');
    writeFileSync(reportFile, JSON.stringify(report));
    ({ killed } = await runPlaywright({
      workers: workersFor(profile, flags.workers ?? usualWorkers(plan)),
      environment: { [planVariable]: JSON.stringify(plan), [reportVariable]: reportFile },
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return exitCodeOf(await settle(out, started, killed));
}

/**
 * Two, and one more for each system that mostly waits for its own checks: the others go on meanwhile.
 * Alone it has nobody to leave room for.
 */
function usualWorkers(plan: RunPlan): number {
  const waiting = plan.systems.length > 1 ? undividedSystems(checksOf(plan).checks).size : 0;
  return 2 + waiting;
}

/** A person answers one question at a time; and a cap holds for the run, not for each process of it. */
function workersFor(profile: Profile, wanted: number): number {
  const capped = profile.maxRequestsPerSecond !== undefined || profile.maxConnections !== undefined;
  return capped || channelsByHand(profile).length > 0 ? 1 : wanted;
}

/** The requirements of a run; shards take turns, so that each gets a part of every area. */
function select(systems: readonly string[], flags: TestFlags): readonly Requirement[] {
  const chosen = requirementsOf(systems).filter(
    (entry) => flags.requirement === undefined || flags.requirement.includes(entry.id),
  );
  if (chosen.length === 0) {
    throw new UsageError('no requirement of the systems asked for was chosen');
  }
  const { shard } = flags;
  return shard === undefined
    ? chosen
    : chosen.filter((_, index) => index % shard.total === shard.index - 1);
}

/** Against anything but this machine, say first what is going to happen. */
function announce(target: Target, total: number): void {
  warnInsecure(target);
  const host = new URL(target.url).hostname;
  if (['127.0.0.1', 'localhost', '[::1]'].includes(host)) return;
  const names = [...target.systems.keys()].join(', ');
  console.log(
    `Testing ${String(total)} requirements of ${names} at ${target.url}: test accounts are made there.`,
  );
  const capabilities = new Set(
    [...target.systems.values()].flatMap((entry) => [...entry.capabilities]),
  );
  for (const [capability, effect] of [
    ['destructive', 'data of the test accounts is deleted'],
    ['rate-limits', 'rate limits are tripped'],
    ['sms-quota', 'the SMS quota of the second app is used up'],
  ] as const) {
    if (capabilities.has(capability)) console.log(`  as the profile allows: ${effect}`);
  }
}

/** Nothing listening is no verdict on an implementation: exit code 3 before anything runs. */
async function unreachable(target: Target, runId: string): Promise<string | null> {
  for (const system of target.systems.values()) {
    const fault = await reachable(system.url, target, runId);
    if (fault !== null) return `${system.url} cannot be reached: ${fault}`;
  }
  return null;
}
