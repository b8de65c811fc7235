import type { RunEvent } from '../specs/results.js';
import type { RegisteredCheck } from './engine/check.js';
import type { Profile } from './engine/profile.js';
import { suites } from './registry.js';

/**
 * What a runner in another process needs to know. It travels in environment variables, so that
 * the profile's secrets are written to no file.
 */
export interface RunPlan {
  readonly runId: string;
  readonly profile: Profile;
  readonly systems: readonly string[];
  /** Ids of the requirements to decide. */
  readonly requirements: readonly string[];
}

/** What the reporter needs: a file, since it holds no secret. */
export interface ReportPlan {
  readonly started: Extract<RunEvent, { type: 'run-started' }>;
  readonly out: string;
  readonly color: boolean;
  /** No progress: a person is asked on the same terminal. */
  readonly quiet?: boolean;
  /** How `replay` is to be told the event stream; absent where it finds it by itself. */
  readonly events?: string | undefined;
}

/** Name of the variable that carries a RunPlan as JSON. */
export const planVariable = 'COUNTERSIGN_PLAN';
/** Name of the variable that carries the path of a ReportPlan. */
export const reportVariable = 'COUNTERSIGN_RUN';

/** The checks that decide a plan's requirements, and the place of each among all checks. */
export function checksOf(plan: RunPlan): {
  checks: readonly RegisteredCheck[];
  positions: ReadonlyMap<string, number>;
} {
  const wanted = new Set(plan.requirements);
  const all = [...suites.values()].flatMap((suite) => suite.checks);
  return {
    positions: new Map(all.map((check, index) => [check.id, index])),
    checks: all.filter(
      (check) =>
        plan.systems.includes(check.system) && check.requirements.some((id) => wanted.has(id)),
    ),
  };
}

/** Systems that one worker has the whole of, since some of their checks must be alone in them. */
export function undividedSystems(checks: readonly RegisteredCheck[]): ReadonlySet<string> {
  return new Set(checks.filter(({ alone }) => alone === 'in-system').map(({ system }) => system));
}
