import type { Level } from './model.js';
import type {
  CheckStatus,
  RequirementInfo,
  RequirementResult,
  Results,
  RunEvent,
  RunVerdict,
  SystemResult,
  TestRecord,
  Verdict,
  VerdictCounts,
  WaiverInfo,
} from './results.js';

/** Which levels a fail must have to count, by `--level`. */
const counted: Readonly<Record<Level, readonly Level[]>> = {
  must: ['must'],
  should: ['must', 'should'],
  may: ['must', 'should', 'may'],
};

/** From the worst to the mildest: the first status that any check shows decides. */
const order: readonly (readonly [CheckStatus, Verdict])[] = [
  ['failed', 'fail'],
  ['inconclusive', 'inconclusive'],
  ['deviated', 'deviation'],
  ['passed', 'pass'],
  ['skipped', 'skip'],
];

/** The verdict of a requirement from its checks, and the sentence that explains it. */
export function requirementVerdict(tests: readonly Pick<TestRecord, 'status' | 'message'>[]): {
  verdict: Verdict;
  reason: string | null;
} {
  for (const [status, verdict] of order) {
    const decisive = tests.find((test) => test.status === status);
    if (decisive !== undefined) return { verdict, reason: decisive.message };
  }
  return { verdict: 'untested', reason: 'no check of this run covers it' };
}

/** True when a fail (or, strictly, a deviation) of this requirement makes a run nonconformant. */
export function counts(
  result: Pick<RequirementResult, 'level' | 'verdict' | 'waived'>,
  level: Level,
  strict: boolean,
): boolean {
  if (result.waived || !counted[level].includes(result.level)) return false;
  return result.verdict === 'fail' || (strict && result.verdict === 'deviation');
}

/** The word for a set of requirements. */
export function runVerdict(
  results: readonly Pick<RequirementResult, 'level' | 'verdict' | 'waived'>[],
  level: Level,
  strict: boolean,
): RunVerdict {
  if (results.some((result) => counts(result, level, strict))) return 'nonconformant';
  const decided = results.some((result) => ['pass', 'deviation', 'fail'].includes(result.verdict));
  const open = results.some(
    (result) => result.level === 'must' && !result.waived && result.verdict === 'inconclusive',
  );
  if (!decided || open) return 'inconclusive';
  return results.some((result) => result.verdict === 'deviation')
    ? 'conformant-with-deviations'
    : 'conformant';
}

/** How many requirements have each verdict. */
export function countVerdicts(
  results: readonly Pick<RequirementResult, 'verdict'>[],
): VerdictCounts {
  const tally: Record<Verdict, number> = {
    pass: 0,
    deviation: 0,
    fail: 0,
    skip: 0,
    inconclusive: 0,
    untested: 0,
  };
  for (const result of results) tally[result.verdict] += 1;
  return tally;
}

/** results.json as a function of the events of a run; an unfinished stream gives what it holds. */
export function foldEvents(events: Iterable<RunEvent>): Results {
  let started: Extract<RunEvent, { type: 'run-started' }> | undefined;
  let finished: Extract<RunEvent, { type: 'run-finished' }> | undefined;
  const tests = new Map<string, TestRecord[]>();
  let lastKnownMs = 0;
  for (const event of events) {
    if (event.type === 'run-started') started = event;
    else if (event.type === 'run-finished') finished = event;
    else {
      lastKnownMs += event.durationMs;
      const { check, title, file, status, durationMs, message, comparison, exchanges } = event;
      const record = { check, title, file, status, durationMs, message, comparison, exchanges };
      for (const id of event.requirements) tests.set(id, [...(tests.get(id) ?? []), record]);
    }
  }
  if (started === undefined) throw new Error('the event stream has no run-started event');
  const { level, strict, waivers } = started;
  const requirements = started.requirements.map((info) =>
    requirementResult(info, tests.get(info.id) ?? [], waivers),
  );
  const interrupted = finished === undefined;
  const unreachable = finished?.unreachable ?? null;
  const judged = runVerdict(requirements, level, strict);
  const verdict =
    unreachable !== null || (interrupted && judged !== 'nonconformant') ? 'inconclusive' : judged;
  return {
    tool: started.tool,
    runId: started.runId,
    target: started.target,
    startedAt: started.startedAt,
    durationMs: finished?.durationMs ?? lastKnownMs,
    strict,
    level,
    verdict,
    summary: summarize(verdict, requirements, unreachable, interrupted, level, strict),
    systems: bySystem(requirements, level, strict),
    requirements,
    staleWaivers: requirements
      .filter((result) => result.waived && result.verdict === 'pass')
      .map((result) => result.id),
    ...(started.shard === undefined ? {} : { shard: started.shard }),
  };
}

function requirementResult(
  info: RequirementInfo,
  tests: readonly TestRecord[],
  waivers: readonly WaiverInfo[],
): RequirementResult {
  const waived = waivers.some((waiver) => waiver.requirement === info.id);
  return { ...info, ...requirementVerdict(tests), waived, tests };
}

function bySystem(
  requirements: readonly RequirementResult[],
  level: Level,
  strict: boolean,
): Record<string, SystemResult> {
  const systems: Record<string, SystemResult> = {};
  for (const slug of new Set(requirements.map((result) => result.system))) {
    const own = requirements.filter((result) => result.system === slug);
    systems[slug] = { verdict: runVerdict(own, level, strict), counts: countVerdicts(own) };
  }
  return systems;
}

function summarize(
  verdict: RunVerdict,
  requirements: readonly RequirementResult[],
  unreachable: string | null,
  interrupted: boolean,
  level: Level,
  strict: boolean,
): string {
  if (unreachable !== null) return unreachable;
  if (interrupted) return 'The run was interrupted; what it decided until then is below.';
  const pattern = uniformRefusal(requirements);
  if (pattern !== null) return pattern;
  const tally = countVerdicts(requirements);
  const failing = requirements.filter((result) => counts(result, level, strict)).length;
  switch (verdict) {
    case 'nonconformant':
      return `${String(failing)} of ${String(requirements.length)} requirements fail at the level that was asked for.`;
    case 'conformant':
      return `${String(tally.pass)} requirements hold; no failure counts at level ${level}.`;
    case 'conformant-with-deviations':
      return `No failure counts at level ${level}; ${String(tally.deviation)} requirements hold only in a tolerated way.`;
    case 'inconclusive':
      return tally.inconclusive > 0
        ? `${String(tally.inconclusive)} requirements could not be decided: their positive controls did not hold.`
        : 'Nothing was decided: every requirement was skipped.';
  }
}

/** A target that answers everything alike deserves one sentence instead of a hundred failures. */
function uniformRefusal(requirements: readonly RequirementResult[]): string | null {
  // Exchanges of passed checks are not kept: where anything passed, these are only the failures.
  if (requirements.some(({ verdict }) => verdict === 'pass' || verdict === 'deviation'))
    return null;
  const statuses = new Map<string, number>();
  let total = 0;
  for (const result of requirements) {
    for (const test of result.tests) {
      for (const exchange of test.exchanges) {
        const status = /^HTTP\/\S+ (\d{3})/.exec(exchange.response)?.[1] ?? 'no answer';
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        total += 1;
      }
    }
  }
  const [only] = [...statuses].sort((a, b) => b[1] - a[1]);
  // A few requests say little of a target, and so does a run of one or two requirements; and some of
  // many may meet a limit of the server's HTTP library before it can answer alike.
  const few = total < 5 || requirements.length < 3;
  if (few || only === undefined || only[1] < total * 0.95) return null;
  return only[0] === 'no answer'
    ? `The target accepted ${String(only[1])} requests and answered none of them.`
    : `The target answered ${only[1] === total ? 'every one' : String(only[1])} of ${String(total)} requests with ${only[0]}: it looks like a stand-in, a gateway or a wrong address rather than an implementation.`;
}
