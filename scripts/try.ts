/**
 * Runs a system's checks in-process against a mock in the same process, for work on either.
 * Usage: tsx scripts/try.ts <system> [part of a check id] [--observed] [--all]
 */
import { openArena } from '../proof/arena.js';
import type { ErasedSystem } from '../mocks/engine/system.js';
import { catalog } from '../specs/catalog.js';
import type { ErasedSuite } from '../suites/engine/check.js';
import { createRunner, newRunId } from '../suites/engine/runner.js';
import { assembleSuite } from '../suites/engine/suite.js';
import { createTarget } from '../suites/engine/target.js';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const slug = words[0] ?? '';
const part = words[1] ?? '';
const systemModule = (await import(`../mocks/systems/${slug}/system.ts`)) as Record<
  string,
  ErasedSystem
>;
const suiteModule = (await import(`../suites/${slug}/suite.ts`)) as Record<string, ErasedSuite>;
const system = systemModule[slug];
const definition = suiteModule[`${slug}Suite`];
const specs = catalog.get(slug);
if (system === undefined || definition === undefined || specs === undefined) {
  throw new Error(`no system ${slug}`);
}
const arena = await openArena({
  systems: [system],
  dialect: process.argv.includes('--observed') ? 'observed' : 'documented',
  onBug: (error) => {
    console.error('BUG of the mock:', error);
  },
});
const suite = assembleSuite(definition, specs.requirements);
const target = createTarget(arena.profile, [slug]);
const runner = createRunner({
  target,
  suites: new Map([[slug, suite]]),
  runId: newRunId(),
  positions: new Map(suite.checks.map((check, index) => [check.id, index])),
});
const started = performance.now();
const chosen = suite.checks.filter((check) => check.id.includes(part));
const results = await runner.runAll(chosen);
const tally: Record<string, number> = {};
for (const result of results) {
  tally[result.status] = (tally[result.status] ?? 0) + 1;
  if (result.status === 'passed' && !process.argv.includes('--all')) continue;
  console.log(`${result.status.padEnd(12)} ${result.check} (${String(result.durationMs)} ms)`);
  if (result.message !== null) console.log(`             ${result.message}`);
  if (result.comparison !== null) {
    console.log(`             expected ${result.comparison.expected}`);
    console.log(`             actual   ${result.comparison.actual}`);
  }
  for (const exchange of result.exchanges) {
    for (const violation of exchange.violations) console.log(`             ! ${violation}`);
  }
}
const covered = new Set(suite.checks.flatMap((check) => check.requirements));
const untested = specs.requirements.filter((requirement) => !covered.has(requirement.id));
if (part === '') for (const requirement of untested) console.log(`untested     ${requirement.id}`);
const slowest = [...results].sort((a, b) => b.durationMs - a.durationMs)[0];
console.log(JSON.stringify(tally), `${String(Math.round(performance.now() - started))} ms`);
if (slowest !== undefined)
  console.log(`slowest: ${slowest.check} ${String(slowest.durationMs)} ms`);
await arena.close();
await target.dispatcher.close();
