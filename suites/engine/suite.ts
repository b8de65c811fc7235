import type { Capability, Requirement } from '../../specs/model.js';
import type { AreaCheck, ErasedSuite, RegisteredCheck } from './check.js';
import { documentJudge, type DocumentJudge } from './document.js';
import { generatedChecks } from './generated.js';

/** A suite made ready: its document compiled, its checks registered. */
export interface Suite {
  readonly definition: ErasedSuite;
  readonly judge: DocumentJudge;
  readonly checks: readonly RegisteredCheck[];
}

/** Milliseconds for a check that names no time of its own. */
const defaultTimeoutMs = 20_000;

/**
 * Registers the checks of a suite. A check that names an unknown requirement, and two of the same
 * id, are errors.
 */
export function assembleSuite(
  definition: ErasedSuite,
  requirements: readonly Requirement[],
): Suite {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const seen = new Set<string>();
  const register = (check: AreaCheck<unknown>): RegisteredCheck => {
    const ids = typeof check.requirement === 'string' ? [check.requirement] : check.requirement;
    const id = check.variant === undefined ? ids[0] : `${ids[0] ?? ''}#${check.variant}`;
    if (id === undefined) throw new Error(`the check "${check.title}" names no requirement`);
    if (seen.has(id)) throw new Error(`two checks are called ${id}; give one a variant`);
    seen.add(id);
    const needs = new Set<Capability>(check.needs ?? []);
    for (const requirement of ids) {
      const known = byId.get(requirement);
      if (known === undefined)
        throw new Error(`check ${id} names the unknown requirement ${requirement}`);
      for (const capability of known.needs) needs.add(capability);
    }
    return {
      id,
      system: definition.slug,
      requirements: ids,
      title: check.title,
      file: check.file,
      needs: [...needs],
      alone: check.alone ?? false,
      timeoutMs: check.timeoutMs ?? defaultTimeoutMs,
      run: (t, driver) => check.run(t, driver),
    };
  };
  const all = [...definition.areas.flat(), ...generatedChecks(definition)];
  return {
    definition,
    judge: documentJudge(definition.openapi),
    checks: all.map(register),
  };
}
