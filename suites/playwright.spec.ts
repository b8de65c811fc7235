import { test } from '@playwright/test';
import { createRunner } from './engine/runner.js';
import { createTarget } from './engine/target.js';
import { suites } from './registry.js';
import { checksOf, planVariable, reportVariable, type RunPlan } from './run-plan.js';

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
const runner = createRunner({
  target: createTarget(plan.profile, plan.systems),
  suites,
  runId: plan.runId,
  positions,
});

for (const check of checks) {
  const annotation = [
    { type: 'check', description: check.id },
    { type: 'system', description: check.system },
    { type: 'file', description: check.file },
    ...check.requirements.map((id) => ({ type: 'requirement', description: id })),
  ];
  test.describe(check.id, () => {
    test(check.title, { tag: check.alone ? '@alone' : '@together', annotation }, async () => {
      const info = test.info();
      info.setTimeout(check.timeoutMs + 10_000);
      const result = await runner.run(check);
      await info.attach('countersign', {
        body: JSON.stringify(result),
        contentType: 'application/json',
      });
      if (reported) return;
      test.skip(result.status === 'skipped', result.message ?? '');
      if (result.status === 'failed' || result.status === 'inconclusive') {
        throw new Error(`${result.status}: ${result.message ?? ''}`);
      }
    });
  });
}
