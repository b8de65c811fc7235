/**
 * `npm test`, after the build: every check of the project, one after the other, each with one line.
 * The last line counts all tests: those of Vitest and Playwright, the requirements of the suite
 * against the mock, and the other steps as one each. `npm test -- lint unit` runs only those.
 */
import { browserStep } from './steps/browser.js';
import { conformanceStep } from './steps/conformance.js';
import { otherNodeStep } from './steps/node-versions.js';
import { binary, nodeStep } from './steps/process.js';
import { proofStep } from './steps/proof.js';
import { single, type Outcome, type Step } from './steps/step.js';
import { vitestStep } from './steps/vitest.js';

const tsx = ['--import', 'tsx'];

const steps: readonly Step[] = [
  nodeStep('types', [binary('typescript', 'bin/tsc'), '-p', '.']),
  nodeStep('lint', [binary('eslint', 'bin/eslint.js'), '.']),
  nodeStep('dependencies', [
    binary('dependency-cruiser', 'bin/dependency-cruise.mjs'),
    '.',
    '--config',
    '.dependency-cruiser.cjs',
  ]),
  nodeStep('format', [binary('prettier', 'bin/prettier.cjs'), '--check', '.']),
  nodeStep('generated', [...tsx, 'scripts/generate.ts', '--check']),
  nodeStep('readme', [...tsx, 'scripts/readme.ts', '--check']),
  nodeStep('specs', [...tsx, 'specs/check.ts']),
  vitestStep('unit', 'vitest.config.ts'),
  vitestStep('documented', 'tests/documented/vitest.config.ts'),
  conformanceStep,
  proofStep,
  browserStep,
  vitestStep('targets', 'tests/targets/vitest.config.ts'),
  vitestStep('inbox', 'tests/inbox/vitest.config.ts'),
  vitestStep('store', 'tests/store/vitest.config.ts'),
  vitestStep('chaos', 'tests/chaos/vitest.config.ts'),
  vitestStep('docs', 'tests/docs/vitest.config.ts'),
  vitestStep('package', 'tests/package/vitest.config.ts'),
  otherNodeStep('22.23.3'),
  otherNodeStep('24.21.0'),
];

async function runStep(step: Step): Promise<Outcome> {
  const startedAt = performance.now();
  let outcome: Outcome;
  try {
    outcome = await step.run();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    outcome = single(false, 'the step itself failed', text);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const word = outcome.failed > 0 ? 'FAIL' : outcome.passed > 0 ? 'ok' : 'skip';
  const note = outcome.note === '' ? '' : `  ${outcome.note}`;
  console.log(`${word.padEnd(4)} ${step.name.padEnd(13)} ${seconds.padStart(6)} s${note}`);
  if (outcome.details !== '') console.log(outcome.details.trim().replaceAll(/^/gm, '     | '));
  return outcome;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `no such step: ${unknown.join(', ')}; there are ${steps.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const outcomes: Outcome[] = [];
for (const step of steps) {
  if (wanted.length === 0 || wanted.includes(step.name)) outcomes.push(await runStep(step));
}
const sum = (member: 'passed' | 'failed' | 'skipped'): number =>
  outcomes.reduce((total, outcome) => total + outcome[member], 0);
const skipped = sum('skipped');
console.log(
  `${String(sum('passed'))} passed, ${String(sum('failed'))} failed` +
    (skipped > 0 ? `, ${String(skipped)} skipped` : ''),
);
process.exitCode = sum('failed') > 0 ? 1 : 0;
