import { profileFor } from '../arena.js';
import type { ErasedSystem } from '../../mocks/engine/system.js';
import type { CheckResult } from '../../specs/results.js';
import { createRunner } from '../../suites/engine/runner.js';
import type { Suite } from '../../suites/engine/suite.js';
import { createTarget } from '../../suites/engine/target.js';
import { startImpostor, type Impostor } from './servers.js';

const patienceMs = 50;
const checkTimeoutMs = 1_500;

/** Runs a system's whole suite against an impostor, every capability declared. */
export async function judgeImpostor(
  impostor: Impostor,
  system: ErasedSystem,
  suite: Suite,
): Promise<readonly CheckResult[]> {
  const server = await startImpostor(impostor);
  const target = createTarget(profileFor([system], server.url), [system.slug], patienceMs);
  try {
    const runner = createRunner({
      target,
      suites: new Map([[system.slug, suite]]),
      runId: `impostor-${impostor.name}`,
      positions: new Map(suite.checks.map((check, index) => [check.id, index])),
      timeoutMs: checkTimeoutMs,
    });
    return await runner.runAll(suite.checks, { parallel: 16 });
  } finally {
    await target.dispatcher.destroy();
    await server.close();
  }
}
