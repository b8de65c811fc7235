import { hash, randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { CheckResult, CheckStatus, Comparison } from '../../specs/results.js';
import type { RegisteredCheck } from './check.js';
import { createContext, type LiveContext } from './context.js';
import { CheckFailure, Inconclusive, NoAnswer, Skipped } from './outcome.js';
import { seededRandom } from './random.js';
import { createMasker, openMasker, type Masker } from './secrets.js';
import { createSilence, unansweredLimit, type Silence } from './silence.js';
import type { Suite } from './suite.js';
import type { SystemTarget, Target } from './target.js';
import { afterWaiting } from './wait.js';

/** Runs checks against one target; callable by any runner, in any process. */
export interface Runner {
  run(check: RegisteredCheck): Promise<CheckResult>;
  /**
   * The checks of a list, several at a time; those that run alone come last, one by one: first
   * those that are alone in their system.
   */
  runAll(checks: readonly RegisteredCheck[], options?: RunAllOptions): Promise<CheckResult[]>;
}

export interface RunAllOptions {
  readonly parallel?: number;
  readonly finished?: (result: CheckResult) => void;
}

/** How much of what passed is told. */
export interface TranscriptOptions {
  /** True shows secrets as well. */
  readonly reveal: boolean;
}

export interface RunnerOptions {
  readonly target: Target;
  readonly suites: ReadonlyMap<string, Suite>;
  readonly runId: string;
  /** Checks have numbers of their own; a process of several takes its part of the space. */
  readonly positions: ReadonlyMap<string, number>;
  /** Milliseconds after which a check is given up, where it names no other. */
  readonly timeoutMs?: number;
  /**
   * Milliseconds to wait for a target that no longer answers to come back; 0, the default, waits
   * for none.
   */
  readonly comebackMs?: number;
  /** Tells every exchange with whole bodies, of checks that pass too. */
  readonly transcript?: TranscriptOptions;
}

/** A body that is longer than this is no reading matter. */
const wholeBytes = 1_000_000;
/** So many accounts a check may make before its numbers meet the next one's. */
const numbersPerCheck = 128;
export function createRunner(options: RunnerOptions): Runner {
  const base = seededInteger(`${options.runId}/base`, 10_000_000);
  const silences = new Map<string, Silence>();
  const silenceOf = ({ url }: SystemTarget): Silence => {
    const { origin } = new URL(url);
    const known = silences.get(origin) ?? createSilence(() => awaitAnswer(url, options));
    silences.set(origin, known);
    return known;
  };

  const run = async (check: RegisteredCheck): Promise<CheckResult> => {
    const started = performance.now();
    const suite = options.suites.get(check.system);
    const system = options.target.systems.get(check.system);
    if (suite === undefined || system === undefined) {
      return resultOf(
        check,
        'skipped',
        `system ${check.system} is not part of this target`,
        null,
        0,
        [],
      );
    }
    const missing = check.needs.find((capability) => !system.capabilities.has(capability));
    if (missing !== undefined) {
      const reason = `needs the capability ${missing}, which the profile does not declare`;
      return resultOf(check, 'skipped', reason, null, 0, []);
    }
    const silence = silenceOf(system);
    if (await silence.gone()) {
      const reason = `not tried: the target left ${String(unansweredLimit)} checks in a row without an answer`;
      return resultOf(check, 'inconclusive', reason, null, 0, []);
    }
    // Each check masks the profile's secrets and its own: a masker of all would grow with the run.
    const masker =
      options.transcript?.reveal === true
        ? openMasker
        : createMasker(suite.definition.secretMembers);
    for (const secret of options.target.secrets) masker.add(secret);
    const { context, outcome } = await execute(check, suite, system, masker);
    silence.note(outcome.error === null && context.answered !== true ? null : context.answered);
    const [status, message, comparison] = judge(outcome.error, context.deviations, masker);
    return resultOf(
      check,
      status,
      message,
      comparison,
      Math.round(performance.now() - started),
      status === 'passed' && options.transcript === undefined ? [] : context.exchanges(),
    );
  };

  async function execute(
    check: RegisteredCheck,
    suite: Suite,
    system: SystemTarget,
    masker: Masker,
  ): Promise<{ context: LiveContext; outcome: { error: unknown } }> {
    const timeout = options.timeoutMs ?? check.timeoutMs;
    const abort = new AbortController();
    // A check may have many requests and sockets under way: their listeners are no leak.
    setMaxListeners(0, abort.signal);
    let used = 0;
    const position = options.positions.get(check.id) ?? 0;
    const context = createContext({
      target: options.target,
      system,
      judge: suite.judge,
      masker,
      runId: options.runId,
      random: seededRandom(`${options.runId}/${check.id}`),
      unique: () => (base + position * numbersPerCheck + used++) % 10_000_000,
      signal: abort.signal,
      checkId: check.id,
      shownBytes: options.transcript === undefined ? undefined : wholeBytes,
    });
    let cancel: (() => void) | undefined;
    const overtime = new Promise<never>((_, reject) => {
      let granted = 0;
      const ring = (): void => {
        // Waiting for a turn under the profile's cap is not the time of the check.
        const more = context.waitedMs - granted;
        if (more > 0) {
          granted += more;
          cancel = afterWaiting(more, ring);
          return;
        }
        reject(new NoAnswer(`given up after ${String(timeout / 1000)} s`));
        abort.abort();
      };
      cancel = afterWaiting(timeout, ring);
    });
    const attempt = async (): Promise<void> => {
      await check.run(context, suite.definition.createDriver(context));
    };
    const outcome = await Promise.race([attempt(), overtime]).then(
      () => ({ error: null }),
      (error: unknown) => ({ error }),
    );
    cancel?.();
    // What was under way takes note of its end first.
    if (abort.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
    await context.dispose();
    return { context, outcome };
  }

  return {
    run,
    async runAll(checks, runOptions = {}) {
      const results: CheckResult[] = [];
      const finish = (result: CheckResult): void => {
        results.push(result);
        runOptions.finished?.(result);
      };
      const together = checks.filter((check) => check.alone === false);
      let next = 0;
      const lane = async (): Promise<void> => {
        for (;;) {
          const check = together[next++];
          if (check === undefined) return;
          finish(await run(check));
        }
      };
      await Promise.all(Array.from({ length: runOptions.parallel ?? 8 }, lane));
      for (const kind of ['in-system', 'in-run']) {
        for (const check of checks) if (check.alone === kind) finish(await run(check));
      }
      return results;
    },
  };
}

/** Asks a base URL until anything answers, or until the time for a comeback is over. */
async function awaitAnswer(url: string, options: RunnerOptions): Promise<boolean> {
  const { origin, pathname } = new URL(url);
  const end = performance.now() + (options.comebackMs ?? 0);
  while (performance.now() < end) {
    try {
      const { body } = await options.target.dispatcher.request({
        origin,
        path: pathname,
        method: 'GET',
        headers: { 'User-Agent': `countersign/${options.runId}`, ...options.target.headers },
        signal: AbortSignal.timeout(2_000),
      });
      // One that answers without end has answered.
      body.on('error', () => undefined).destroy();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  return false;
}

function judge(
  error: unknown,
  deviations: readonly string[],
  masker: Masker,
): [CheckStatus, string | null, Comparison | null] {
  if (error === null) {
    return deviations.length === 0
      ? ['passed', null, null]
      : ['deviated', masker.mask(deviations.join('; ')), null];
  }
  if (error instanceof CheckFailure) {
    const comparison =
      error.comparison === null
        ? null
        : {
            expected: masker.mask(error.comparison.expected),
            actual: masker.mask(error.comparison.actual),
          };
    return ['failed', masker.mask(error.message), comparison];
  }
  if (error instanceof Skipped) return ['skipped', masker.mask(error.message), null];
  if (error instanceof Inconclusive) return ['inconclusive', masker.mask(error.message), null];
  const message = error instanceof Error ? error.message : JSON.stringify(error);
  return ['inconclusive', masker.mask(`the suite itself erred: ${message}`), null];
}

function resultOf(
  check: RegisteredCheck,
  status: CheckStatus,
  message: string | null,
  comparison: Comparison | null,
  durationMs: number,
  exchanges: CheckResult['exchanges'],
): CheckResult {
  const { id, title, system, file, requirements } = check;
  return {
    check: id,
    title,
    system,
    file,
    requirements,
    status,
    message,
    comparison,
    durationMs,
    exchanges,
  };
}

/** A fresh id for a run: 12 hex digits. */
export function newRunId(): string {
  return randomBytes(6).toString('hex');
}

function seededInteger(label: string, limit: number): number {
  return hash('sha256', label, 'buffer').readUInt32BE(0) % limit;
}
