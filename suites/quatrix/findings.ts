import type { SystemTarget } from '../engine/target.js';
import type { Cursor } from './cursor.js';

/**
 * What the suite found out about a target, shared by all checks of a process: where it serves the
 * API, and which of the readings of the document it follows.
 */
export interface Findings {
  /** Cursor of the newest answer to a poll, by login. */
  readonly cursors: Map<string, Cursor>;
  /** Milliseconds by which the target's clock was moved by this system's checks. */
  clockOffset: number;
  readonly made: Map<string, Promise<unknown>>;
}

const byTarget = new WeakMap<SystemTarget, Findings>();

export function findingsOf(target: SystemTarget): Findings {
  let findings = byTarget.get(target);
  if (findings === undefined) {
    findings = { cursors: new Map(), clockOffset: 0, made: new Map() };
    byTarget.set(target, findings);
  }
  return findings;
}

/** Finds something out once per target; a failure is not kept, so that the next check tries. */
export function once<T>(findings: Findings, name: string, find: () => Promise<T>): Promise<T> {
  const known = findings.made.get(name);
  if (known !== undefined) return known as Promise<T>;
  const made = find().catch((error: unknown) => {
    findings.made.delete(name);
    throw error;
  });
  findings.made.set(name, made);
  return made;
}
