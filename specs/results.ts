/**
 * The shapes of a run: the stream of events that it writes and the results.json that is a function
 * of it. Outward interface; see the contracts. Members may be added, none changed.
 */
import type { Basis, Dialect, Level } from './model.js';

/** What is known about a requirement after a run. */
export type Verdict = 'pass' | 'deviation' | 'fail' | 'skip' | 'inconclusive' | 'untested';

/** What a whole run, or one system in it, says about the target. */
export type RunVerdict =
  'conformant' | 'conformant-with-deviations' | 'nonconformant' | 'inconclusive';

/** How one check ended. */
export type CheckStatus = 'passed' | 'deviated' | 'failed' | 'skipped' | 'inconclusive';

/** One exchange with the target, secrets masked, as text that a person reads. */
export interface ExchangeRecord {
  /** Unique in the run; `countersign replay` takes it. */
  readonly id: string;
  /** The operationId, where it is known. */
  readonly operation: string | null;
  /** Request line, headers, blank line, body (bytes that are no text in hex, long ones cut). */
  readonly request: string;
  /** The same for the answer; for a WebSocket the frames one by one. */
  readonly response: string;
  /** A command that sends the request again, secrets as environment variables. */
  readonly curl: string;
  /** Where the answer departs from the OpenAPI or AsyncAPI document, one sentence each. */
  readonly violations: readonly string[];
}

/** What a check expected and what it saw, where that can be set side by side. */
export interface Comparison {
  readonly expected: string;
  readonly actual: string;
}

/** The outcome of one check. */
export interface CheckResult {
  readonly check: string;
  readonly title: string;
  readonly system: string;
  readonly file: string;
  readonly requirements: readonly string[];
  readonly status: CheckStatus;
  /** Why, in a sentence; null for a pass. */
  readonly message: string | null;
  readonly comparison: Comparison | null;
  readonly durationMs: number;
  readonly exchanges: readonly ExchangeRecord[];
}

/** What a report needs to know of a requirement. */
export interface RequirementInfo {
  readonly id: string;
  readonly system: string;
  readonly area: string;
  readonly level: Level;
  readonly basis: Basis;
  readonly statement: string;
  readonly expect: string;
  readonly tolerate: string;
  /** Title of the source document and its lines, or what was observed, in words. */
  readonly source: string;
}

export interface WaiverInfo {
  readonly requirement: string;
  readonly reason: string;
  /** ISO date after which the waiver is an error. */
  readonly until: string;
}

/** How a run's target was named, so that `countersign replay` finds it again. */
export interface RunOrigin {
  /** Path of the profile as it was given; null where there was none. */
  readonly profile: string | null;
  /** Dialect of the mock that the run started for itself; null where the target is another's. */
  readonly mock: Dialect | null;
  /** A base URL that was given beside or in place of a profile. */
  readonly target?: string;
  /** True where any certificate was accepted because a flag said so. */
  readonly insecure?: true;
}

/** One of several equal parts of a run, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly total: number;
}

export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly tool: { readonly name: string; readonly version: string };
      readonly runId: string;
      readonly target: string;
      readonly startedAt: string;
      readonly strict: boolean;
      readonly level: Level;
      /** Everything selected for this run; what no event decides is untested. */
      readonly requirements: readonly RequirementInfo[];
      readonly waivers: readonly WaiverInfo[];
      readonly origin?: RunOrigin;
      readonly shard?: Shard;
    }
  | ({ readonly type: 'check-finished' } & CheckResult)
  | {
      readonly type: 'run-finished';
      readonly durationMs: number;
      /** Set when the target could not be judged at all; the sentence says why. */
      readonly unreachable: string | null;
    };

export interface TestRecord {
  readonly check: string;
  readonly title: string;
  readonly file: string;
  readonly status: CheckStatus;
  readonly durationMs: number;
  readonly message: string | null;
  readonly comparison: Comparison | null;
  readonly exchanges: readonly ExchangeRecord[];
}

export interface RequirementResult extends RequirementInfo {
  readonly verdict: Verdict;
  /** Why it is not a pass, in a sentence. */
  readonly reason: string | null;
  readonly waived: boolean;
  readonly tests: readonly TestRecord[];
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

export interface SystemResult {
  readonly verdict: RunVerdict;
  readonly counts: VerdictCounts;
}

/** results.json. */
export interface Results {
  readonly tool: { readonly name: string; readonly version: string };
  readonly runId: string;
  readonly target: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly strict: boolean;
  readonly level: Level;
  readonly verdict: RunVerdict;
  /** One sentence on the verdict: what is going on. */
  readonly summary: string;
  readonly systems: Readonly<Record<string, SystemResult>>;
  readonly requirements: readonly RequirementResult[];
  /** Waivers of requirements that pass, to be removed. */
  readonly staleWaivers: readonly string[];
  /** Which part of the run these results are, where it was divided; absent once merged. */
  readonly shard?: Shard;
}
