// Without the fixtures of a browser: to set those up and to end them costs more than most checks.
import { _baseTest as test } from '@playwright/test';
import type { CheckResult } from '../specs/results.js';
import type { RegisteredCheck } from './engine/check.js';
import { byHand } from './engine/inbox/endpoint.js';
import type { Profile } from './engine/profile.js';
import { createRunner } from './engine/runner.js';
import { createTarget } from './engine/target.js';
import { suites } from './registry.js';
import {
  checksOf,
  planVariable,
  reportVariable,
  undividedSystems,
  type RunPlan,
} from './run-plan.js';

/**
 * The adapter between checks and Playwright Test: one test per check. The result travels as an
 * attachment. Under `countersign test` a test does not throw, since a failed Playwright test
 * costs a new worker and the verdict is the reporter's; run by hand, it does.
 */
const text = process.env[planVariable];
if (text === undefined)
  throw new Error(`run this file by "countersign test": ${planVariable} is not set`);
const plan = JSON.parse(text) as RunPlan;
const reported = process.env[reportVariable] !== undefined;
const { checks, positions } = checksOf(plan);
const target = createTarget(plan.profile, plan.systems);
/** A person who types codes answers one question at a time, and takes minutes. */
const person = [...target.systems.values()].some(({ inbox }) => byHand(inbox).length > 0);
const personsTimeMs = 600_000;
const runner = createRunner({
  target,
  suites,
  runId: plan.runId,
  positions,
  // A server that is started anew by its keeper is there again within seconds.
  comebackMs: 15_000,
  ...(person ? { timeoutMs: personsTimeMs } : {}),
});

/** Checks of a group that run at the same time: most of a check is waiting. */
const parallel = person ? 1 : checksAtATime(plan.profile);

/** What a check may wait for its turns in all: few have a hundred requests. */
const waitForTurnsMs = 100_000 / (plan.profile.maxRequestsPerSecond ?? Infinity);

/** Under a cap a few checks that get on are better than many that wait for each other. */
function checksAtATime(profile: Profile): number {
  const { maxConnections = Infinity, maxRequestsPerSecond = Infinity } = profile;
  // A check holds up to four connections: two polls or sockets, and what makes them end.
  return Math.max(1, Math.min(8, Math.floor(maxConnections / 4), Math.floor(maxRequestsPerSecond)));
}

/**
 * Starts a group's checks, several at a time in their order, and gives each result by the check's
 * id. A test then only waits for its own.
 */
function startTogether(
  group: readonly RegisteredCheck[],
): ReadonlyMap<string, Promise<CheckResult>> {
  const settle = new Map<string, (result: CheckResult) => void>();
  const promises = new Map(
    group.map((check) => [
      check.id,
      new Promise<CheckResult>((resolve) => settle.set(check.id, resolve)),
    ]),
  );
  void runner.runAll(group, {
    parallel,
    finished: (result) => settle.get(result.check)?.(result),
  });
  return promises;
}

/**
 * One group per file: Playwright spreads groups over its workers. A system with checks that are
 * alone in it is one group, so that one worker has the whole of it.
 */
const undivided = undividedSystems(checks);
const groups = new Map<string, RegisteredCheck[]>();
// The undivided ones take longest; begun last they would be waited for.
const order = (check: RegisteredCheck): number => (undivided.has(check.system) ? 0 : 1);
for (const check of [...checks].sort((a, b) => order(a) - order(b))) {
  const { system, file } = check;
  const name =
    check.alone === 'in-run'
      ? `${system} alone ${file}`
      : `${system} together${undivided.has(system) ? '' : ` ${file}`}`;
  groups.set(name, [...(groups.get(name) ?? []), check]);
}

for (const [name, group] of groups) {
  test.describe(name, () => {
    // In one worker and in order, so that the first test can start the others.
    test.describe.configure({ mode: 'default' });
    let started: ReadonlyMap<string, Promise<CheckResult>> | undefined;
    for (const check of group) {
      const annotation = [
        { type: 'check', description: check.id },
        { type: 'system', description: check.system },
        { type: 'file', description: check.file },
        ...check.requirements.map((id) => ({ type: 'requirement', description: id })),
      ];
      test.describe(check.id, () => {
        const tag = check.alone === 'in-run' ? '@alone' : '@together';
        test(check.title, { tag, annotation }, async () => {
          const info = test.info();
          // Each check is bounded by the runner; a test may wait for those before it as well.
          const each = person ? personsTimeMs : check.timeoutMs + waitForTurnsMs;
          info.setTimeout(group.length * (each + 10_000));
          started ??= startTogether(group);
          const result = await started.get(check.id);
          if (result === undefined) throw new Error(`${check.id} was not started`);
          // What `attach` does, but for the step with its stack trace that it shows for it.
          info.attachments.push({
            name: 'countersign',
            contentType: 'application/json',
            body: Buffer.from(JSON.stringify(result)),
          });
          if (reported) return;
          test.skip(result.status === 'skipped', result.message ?? '');
          if (result.status === 'failed' || result.status === 'inconclusive') {
            throw new Error(`${result.status}: ${result.message ?? ''}`);
          }
        });
      });
    }
  });
}
