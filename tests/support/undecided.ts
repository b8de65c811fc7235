import { systems } from '../../mocks/registry.js';
import { profileFor } from '../../proof/arena.js';
import { requirementsOf } from '../../specs/catalog.js';
import { requirementVerdict } from '../../specs/verdict.js';
import { createRunner } from '../../suites/engine/runner.js';
import { createTarget } from '../../suites/engine/target.js';
import { suites } from '../../suites/registry.js';

/**
 * Runs a system's whole suite against a running mock.
 * @returns the requirements that did not pass, each with its verdict and the reason
 */
export async function undecided(url: string, slug: string): Promise<readonly string[]> {
  const system = systems.find((entry) => entry.slug === slug);
  const suite = suites.get(slug);
  if (system === undefined || suite === undefined) throw new Error(`no system ${slug}`);
  const target = createTarget(profileFor([system], url), [slug], 2_000);
  try {
    const results = await createRunner({
      target,
      suites: new Map([[slug, suite]]),
      runId: 'whole',
      positions: new Map(suite.checks.map((check, index) => [check.id, index])),
      timeoutMs: 30_000,
    }).runAll(suite.checks, { parallel: 6 });
    return requirementsOf([slug]).flatMap(({ id }) => {
      const { verdict, reason } = requirementVerdict(
        results.filter(({ requirements }) => requirements.includes(id)),
      );
      return verdict === 'pass' ? [] : [`${id}: ${verdict} ${reason ?? ''}`];
    });
  } finally {
    await target.dispatcher.destroy();
  }
}
