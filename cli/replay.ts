import { Command } from 'commander';
import { selectSystems } from '../mocks/registry.js';
import { openArena } from '../proof/arena.js';
import { EventStreamError, readEvents } from '../reports/events.js';
import { transcript } from '../reports/transcript.js';
import { findRequirement, infoOf } from '../specs/catalog.js';
import type { CheckResult, RequirementInfo, RunEvent } from '../specs/results.js';
import type { RegisteredCheck } from '../suites/engine/check.js';
import { nearest } from '../suites/engine/nearest.js';
import type { Profile } from '../suites/engine/profile.js';
import { createRunner, newRunId } from '../suites/engine/runner.js';
import { createTarget } from '../suites/engine/target.js';
import { suites } from '../suites/registry.js';
import { defaultStream } from './event-stream.js';
import { channelsByHand, withInboxes } from './inboxes.js';
import { parseUrl } from './options.js';
import { reachable, warnInsecure } from './reachable.js';
import { targetOf } from './read-profile.js';
import { UnreachableError } from './unreachable-error.js';
import { UsageError } from './usage-error.js';

interface ReplayFlags {
  readonly events: string;
  readonly target?: string;
  readonly profile?: string;
  readonly insecure?: boolean;
  readonly showSecrets?: boolean;
}

/** A person who types codes takes minutes. */
const personsTimeMs = 600_000;

type Started = Extract<RunEvent, { type: 'run-started' }>;
type Finished = Extract<RunEvent, { type: 'check-finished' }>;

/** `countersign replay`. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Run one check of an earlier run again, alone, and show all that passes')
    .argument('<event id>', 'id of a check or of an exchange, as every report shows it')
    .option('--events <file>', 'event stream of that run', defaultStream)
    .option('--target <url>', 'another base URL', parseUrl)
    .option('--profile <file>', 'another profile than that run used')
    .option('--insecure', 'accept any certificate of the target (tls.insecure of a profile)')
    .option('--show-secrets', 'mask nothing, for your own eyes')
    .addHelpText(
      'after',
      [
        '',
        'Requests are made afresh, signed and encrypted again, with new test accounts; credentials',
        'come from the profile and the environment. What decided may differ from that run.',
        '',
        'Exit codes: 0 it passes, 1 it fails, 2 usage or profile error, 3 unreachable or not decided.',
      ].join('\n'),
    )
    .action(async (id: string, flags: ReplayFlags) => {
      process.exitCode = await replay(id, flags);
    });
}

async function replay(id: string, flags: ReplayFlags): Promise<number> {
  const events = readStream(flags.events);
  const check = findCheck(id, events, flags.events);
  const origin = events.find((event): event is Started => event.type === 'run-started')?.origin;
  const profile = flags.profile ?? origin?.profile ?? undefined;
  // A profile that is named now is another one: what was changed in that of the run is not its.
  const given = flags.profile === undefined ? origin : undefined;
  const target = flags.target ?? given?.target;
  const insecure = flags.insecure ?? given?.insecure;
  if (profile === undefined && target === undefined) {
    if (origin === undefined || origin.mock === null) {
      throw new UsageError(
        `${flags.events} does not say which profile that run used; name it with --profile, or a target with --target`,
      );
    }
    const arena = await openArena({
      systems: selectSystems([check.system]),
      dialect: origin.mock,
    });
    try {
      return await runAgain(check, arena.profile, flags);
    } finally {
      await arena.close();
    }
  }
  const written = targetOf({
    ...(profile === undefined ? {} : { profile }),
    ...(target === undefined ? {} : { target }),
    ...(insecure === undefined ? {} : { insecure }),
  });
  return withInboxes(written, (served) => runAgain(check, served, flags));
}

function readStream(file: string): readonly RunEvent[] {
  try {
    return readEvents(file);
  } catch (error) {
    if (error instanceof EventStreamError) throw new UsageError(error.message);
    throw new UsageError(
      `${file} cannot be read; a run writes it into its --out folder, name it with --events`,
    );
  }
}

/** The check that an id of the stream means: its own, one of its exchanges', its requirement's. */
function findCheck(id: string, events: readonly RunEvent[], file: string): RegisteredCheck {
  const finished = events.filter((event): event is Finished => event.type === 'check-finished');
  const wanted = id.replace(/@\d+$/, '');
  const matches = finished.some(({ check }) => check === wanted)
    ? [wanted]
    : finished
        .filter(({ requirements }) => requirements.includes(wanted))
        .map(({ check }) => check);
  const [name] = matches;
  if (name === undefined) {
    const guess = nearest(wanted, [...new Set(finished.map(({ check }) => check))]);
    const hint = guess === null ? '' : `; did you mean ${guess}?`;
    throw new UsageError(`no check or exchange of ${file} is called ${id}${hint}`);
  }
  if (matches.length > 1) {
    throw new UsageError(`${id} has several checks; replay one of ${matches.join(', ')}`);
  }
  for (const { checks } of suites.values()) {
    const check = checks.find((entry) => entry.id === name);
    if (check !== undefined) return check;
  }
  throw new UsageError(`this version of countersign has no check ${name}; run the suite anew`);
}

async function runAgain(
  check: RegisteredCheck,
  profile: Profile,
  flags: ReplayFlags,
): Promise<number> {
  const target = createTarget(profile, [check.system]);
  const system = target.systems.get(check.system);
  if (system === undefined) {
    throw new UsageError(`the profile does not test ${check.system}; add it under "systems"`);
  }
  warnInsecure(target);
  const runId = newRunId();
  const fault = await reachable(system.url, target, runId);
  if (fault !== null) throw new UnreachableError(`${system.url} cannot be reached: ${fault}`);
  const all = [...suites.values()].flatMap(({ checks }) => checks);
  const runner = createRunner({
    target,
    suites,
    runId,
    positions: new Map(all.map(({ id }, index) => [id, index])),
    transcript: { reveal: flags.showSecrets === true },
    ...(channelsByHand(profile).length > 0 ? { timeoutMs: personsTimeMs } : {}),
  });
  const result = await runner.run(check);
  console.log(transcript(result, requirementsOf(check), { target: system.url, runId }));
  await target.dispatcher.close();
  return exitCodeOf(result);
}

function requirementsOf(check: RegisteredCheck): readonly RequirementInfo[] {
  return check.requirements.flatMap((id) => {
    const requirement = findRequirement(id);
    return requirement === undefined ? [] : [infoOf(requirement)];
  });
}

function exitCodeOf({ status }: CheckResult): number {
  if (status === 'failed') return 1;
  return status === 'passed' || status === 'deviated' ? 0 : 3;
}
