import { Command } from 'commander';
import { catalog, requirementsOf } from '../specs/catalog.js';
import { capabilities, type Requirement } from '../specs/model.js';
import type { CheckResult } from '../specs/results.js';
import type { RegisteredCheck } from '../suites/engine/check.js';
import { createRunner, newRunId } from '../suites/engine/runner.js';
import { Skipped } from '../suites/engine/outcome.js';
import { createInboxClient, sendTrigger } from '../suites/engine/out-of-band.js';
import { createTarget, type SystemTarget, type Target } from '../suites/engine/target.js';
import type { Profile } from '../suites/engine/profile.js';
import { suites } from '../suites/registry.js';
import { byHand, channels, endpointOf } from '../suites/engine/inbox/endpoint.js';
import { withInboxes } from './inboxes.js';
import { manualPage } from './manual.js';
import { parseUrl } from './options.js';
import { ask, reachable, warnInsecure } from './reachable.js';
import { targetOf } from './read-profile.js';
import { rehearse } from './rehearsal.js';
import { UsageError } from './usage-error.js';

interface DoctorFlags {
  readonly target?: string;
  readonly profile?: string;
  readonly insecure?: boolean;
}

/** One line of the findings: what was looked at, whether it holds, and what to do if not. */
interface Finding {
  readonly holds: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** `countersign doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check a profile and its target before a run')
    .option('--target <url>', 'base URL of the server under test', parseUrl)
    .option('--profile <file>', 'YAML profile of the target')
    .option('--insecure', 'accept any certificate of the target (tls.insecure of a profile)')
    .action(async (flags: DoctorFlags) => {
      process.exitCode = await runDoctor(flags);
    });
}

/** @returns 0 when a run can start, 3 when the target is not reachable, 1 when something is wrong */
async function runDoctor(flags: DoctorFlags): Promise<number> {
  if (flags.profile === undefined && flags.target === undefined) {
    throw new UsageError('doctor needs --profile or --target; countersign init writes a profile');
  }
  const targeted = targetOf(flags);
  if (flags.profile !== undefined)
    print({ holds: true, what: `${flags.profile} is a valid profile` });
  return withInboxes(targeted, examine);
}

async function examine(profile: Profile): Promise<number> {
  const target = createTarget(profile, [...catalog.keys()]);
  const runId = newRunId();
  warnInsecure(target);
  let unreachable = false;
  let wrong = false;
  for (const system of target.systems.values()) {
    console.log(`\n${system.slug} at ${system.url}`);
    const fault = await reachable(system.url, target, runId);
    print(reachability(system, fault));
    if (fault !== null) {
      unreachable = true;
      continue;
    }
    for (const finding of [
      await clockSkew(system, target, runId),
      await inboxAnswers(system, target),
      await triggerAnswers(system, target),
      await control(system, target, runId),
    ]) {
      print(finding);
      wrong ||= !finding.holds;
    }
  }
  await printOutlook(target);
  await target.dispatcher.close();
  if (unreachable) return 3;
  return wrong ? 1 : 0;
}

function print(finding: Finding): void {
  console.log(`  ${finding.holds ? 'ok  ' : 'FAIL'}  ${finding.what}`);
  if (!finding.holds && finding.remedy !== undefined) console.log(`        → ${finding.remedy}`);
}

function reachability(system: SystemTarget, fault: string | null): Finding {
  const secure = system.url.startsWith('https:');
  if (fault === null) {
    return { holds: true, what: secure ? 'reachable, certificate accepted' : 'reachable' };
  }
  const remedy = /certificate|self.signed|issuer|CERT/i.test(fault)
    ? 'give the authority with tls.ca, or see for yourself with tls.insecure: true'
    : "start the server, or correct target (or the system's own url)";
  return { holds: false, what: `not reachable: ${fault}`, remedy };
}

/** Largest difference of clocks in seconds that no check minds. */
const toleratedSkew = 60;

async function clockSkew(system: SystemTarget, target: Target, runId: string): Promise<Finding> {
  const { date } = await ask(system.url, target, runId);
  if (typeof date !== 'string') return { holds: true, what: 'clock not shown (no Date header)' };
  const seconds = Math.round((Date.parse(date) - Date.now()) / 1000);
  return {
    holds: Math.abs(seconds) <= toleratedSkew,
    what: `clock ${String(Math.abs(seconds))} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine's`,
    remedy: 'set one of the two clocks: signatures and time stamps depend on them',
  };
}

async function inboxAnswers(system: SystemTarget, target: Target): Promise<Finding> {
  if (system.inbox === null) {
    return {
      holds: !system.capabilities.has('inbox'),
      what: system.capabilities.has('inbox') ? 'capability inbox without an inbox' : 'no inbox',
      remedy: 'name one under inbox, or leave the capability out',
    };
  }
  const inbox = createInboxClient(system.inbox, system.slug, {
    dispatcher: target.dispatcher,
    signal: AbortSignal.timeout(10_000),
    patienceMs: 1_000,
  });
  const served = channels.filter((channel) => endpointOf(system.inbox, channel) !== null);
  const persons = byHand(system.inbox);
  try {
    for (const channel of served) {
      await inbox.cursor(channel, channel === 'email' ? 'nobody@doctor.test' : '+15550000000');
    }
    const asked =
      persons.length === 0 ? '' : `; a person will be asked for codes by ${persons.join(', ')}`;
    const all = served.length === channels.length ? '' : ` for ${served.join(', ')}`;
    return { holds: true, what: `the inbox answers in the right shape${all}${asked}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { holds: false, what: reason, remedy: `see ${manualPage('inbox')}` };
  }
}

/** An event that nobody knows is refused by any trigger, and changes nothing. */
async function triggerAnswers(system: SystemTarget, target: Target): Promise<Finding> {
  const declared = system.capabilities.has('trigger');
  if (system.trigger === null) {
    return {
      holds: !declared,
      what: declared ? 'capability trigger without a trigger' : 'no trigger',
      remedy: 'name one under trigger, or leave the capability out',
    };
  }
  const io = {
    dispatcher: target.dispatcher,
    signal: AbortSignal.timeout(10_000),
    patienceMs: 1_000,
  };
  try {
    await sendTrigger(
      system.trigger,
      system.slug,
      { event: 'countersign-doctor', affects: [] },
      io,
    );
    return { holds: true, what: 'the trigger answers' };
  } catch (error) {
    if (error instanceof Skipped)
      return { holds: true, what: 'the trigger answers, and refuses an unknown event' };
    const reason = error instanceof Error ? error.message : String(error);
    return {
      holds: false,
      what: reason,
      remedy: `see Triggers in ${manualPage('inbox')}`,
    };
  }
}

/** The system's own positive control: credentials accepted, and one thing that works. */
async function control(system: SystemTarget, target: Target, runId: string): Promise<Finding> {
  const suite = suites.get(system.slug);
  if (suite === undefined) return { holds: false, what: 'no suite' };
  const check: RegisteredCheck = {
    id: `${system.slug}.doctor.positive-control`,
    system: system.slug,
    requirements: [],
    title: 'positive control',
    file: '',
    needs: [],
    alone: false,
    timeoutMs: 20_000,
    run: (t, driver) => suite.definition.positiveControl(t, driver),
  };
  const runner = createRunner({
    target,
    suites: new Map([[system.slug, suite]]),
    runId,
    positions: new Map(),
  });
  return toFinding(await runner.run(check));
}

function toFinding(result: CheckResult): Finding {
  if (result.status === 'passed' || result.status === 'deviated') {
    return {
      holds: true,
      what: 'the positive control holds: credentials accepted, a valid request works',
    };
  }
  const reason = result.message ?? result.status;
  if (result.status === 'skipped')
    return { holds: true, what: `positive control not tried: ${reason}` };
  return {
    holds: false,
    what: `the positive control fails: ${reason}`,
    remedy:
      'correct the credentials of this system in the profile, or the server; until then most checks are inconclusive',
  };
}

/**
 * What a run will decide, and what it will skip for which capability, channel or optional value of
 * the profile.
 */
async function printOutlook(target: Target): Promise<void> {
  console.log('\nA run will decide:');
  const reasons = new Map<string, number>();
  for (const system of target.systems.values()) {
    const requirements = requirementsOf([system.slug]);
    const unread = await rehearse(system);
    let skipped = 0;
    for (const requirement of requirements) {
      const reason = whySkipped(system, requirement, unread);
      if (reason === null) continue;
      skipped += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    console.log(
      `  ${system.slug}: ${String(requirements.length - skipped)} of ${String(requirements.length)} requirements`,
    );
  }
  const known = capabilities.map(lackOf);
  const others = [...reasons.keys()].filter((reason) => !known.includes(reason));
  for (const reason of [...known, ...others]) {
    const count = reasons.get(reason);
    if (count !== undefined) console.log(`  skipped${reason}: ${String(count)}`);
  }
}

function lackOf(capability: string): string {
  return ` for lack of ${capability}`;
}

function whySkipped(
  system: SystemTarget,
  { id, needs }: Requirement,
  unread: ReadonlyMap<string, string>,
): string | null {
  const capability = needs.find((each) => !system.capabilities.has(each));
  if (capability !== undefined) return lackOf(capability);
  const need = unread.get(id);
  return need === undefined ? null : `, since it ${need}`;
}
