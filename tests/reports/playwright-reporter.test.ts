import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../../reports/events.js';
import { readResults } from '../../reports/read-results.js';
import type { Results } from '../../specs/results.js';
import { check, eventsOf, requirement } from './sample.js';

const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
const reporter = resolve(import.meta.dirname, '../../reports/playwright-reporter.ts');

let folder = '';
beforeAll(() => {
  // Inside the project, so that the spec finds Playwright and the compiler settings.
  mkdirSync(join(import.meta.dirname, '../../.cache'), { recursive: true });
  folder = mkdtempSync(join(import.meta.dirname, '../../.cache/reporter-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a run left. */
interface Left {
  readonly out: string;
  readonly stdout: string;
  readonly results: Results;
}

/**
 * Runs Playwright itself on a spec, as the command line does. `interruptAt` is a text of its output at
 * which it gets the signal of Ctrl-C.
 */
async function run(name: string, spec: string, interruptAt?: string): Promise<Left> {
  const project = join(folder, name);
  const out = join(project, 'report');
  const started = eventsOf(
    ['passes', 'fails', 'crashes', 'hangs', 'never'].map((what) => requirement(`s.a.${what}`)),
    [],
  )[0];
  const config = {
    testDir: '.',
    timeout: interruptAt === undefined ? 1_500 : 30_000,
    workers: 1,
    reporter: [[reporter]],
    outputDir: './out',
  };
  const files: Readonly<Record<string, string>> = {
    'run.json': JSON.stringify({ started, out, color: false }),
    'checks.spec.ts': spec,
    'playwright.config.ts': `export default ${JSON.stringify(config)};`,
  };
  mkdirSync(project);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
  const child = spawn(
    process.execPath,
    [cli, 'test', '-c', join(project, 'playwright.config.ts')],
    {
      cwd: project,
      env: {
        ...process.env,
        COUNTERSIGN_RUN: join(project, 'run.json'),
        GITHUB_ACTIONS: 'true',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const before = stdout;
    stdout += text;
    if (interruptAt === undefined) return;
    if (!before.includes(interruptAt) && stdout.includes(interruptAt)) child.kill('SIGINT');
  });
  await once(child, 'close');
  return { out, stdout, results: readResults(join(out, 'results.json')) };
}

function attach(id: string, status: 'passed' | 'failed'): string {
  const result = check([id], status, { message: status === 'failed' ? 'answered 500' : null });
  return `
test(${JSON.stringify(result.title)}, async ({}, info) => {
  await info.attach('countersign', {
    contentType: 'application/json',
    body: ${JSON.stringify(JSON.stringify(result))},
  });
});`;
}

const annotated = (what: string, body: string) => `
test(${JSON.stringify(what)}, { annotation: [
  { type: 'check', description: 's/${what}' },
  { type: 'requirement', description: 's.a.${what}' },
  { type: 'system', description: 's' },
] }, async () => { ${body} });`;

describe('the reporter under Playwright', () => {
  it('makes events and all reports of a run', { timeout: 60_000 }, async () => {
    const { out, stdout, results } = await run(
      'whole',
      `import { test } from '@playwright/test';
      ${attach('s.a.passes', 'passed')}
      ${attach('s.a.fails', 'failed')}
      ${annotated('crashes', "throw new Error('boom')")}
      ${annotated('hangs', 'await new Promise(() => {})')}`,
    );
    const verdicts = Object.fromEntries(results.requirements.map((r) => [r.id, r.verdict]));
    expect(verdicts).toEqual({
      's.a.passes': 'pass',
      's.a.fails': 'fail',
      's.a.crashes': 'inconclusive',
      's.a.hangs': 'inconclusive',
      's.a.never': 'untested',
    });
    expect(results.verdict).toBe('nonconformant');
    expect(readEvents(join(out, 'events.ndjson')).map(({ type }) => type)).toEqual([
      'run-started',
      ...Array.from({ length: 4 }, () => 'check-finished'),
      'run-finished',
    ]);
    for (const name of ['junit.xml', 'ctrf.json', 'index.html', 'summary.md', 'badge.svg']) {
      expect(existsSync(join(out, name))).toBe(true);
    }
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain('<h1>Not conformant</h1>');
    expect(stdout).toContain('✗ fail s.a.fails: answered 500');
    expect(stdout).toContain('100 %  4/4  1 pass, 0 deviation, 1 fail, 2 undecided');
    expect(stdout).toContain('Not conformant. 1 of 5 requirements fail');
    expect(stdout).toContain('::error title=s.a.fails::answered 500');
  });

  it('says that a run could not begin', { timeout: 60_000 }, async () => {
    const { results } = await run('broken', `throw new Error('no such suite');`);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toMatch(/^The run could not begin: .*no such suite/);
  });

  it(
    'says that a run was interrupted, and keeps what it decided',
    { timeout: 60_000 },
    async () => {
      const { out, results } = await run(
        'interrupted',
        `import { test } from '@playwright/test';
      ${attach('s.a.passes', 'passed')}
      ${annotated('hangs', 'await new Promise(() => {})')}`,
        '1/2',
      );
      expect(results.verdict).toBe('inconclusive');
      expect(results.summary).toMatch(/interrupted/);
      expect(results.requirements[0]?.verdict).toBe('pass');
      expect(readEvents(join(out, 'events.ndjson')).at(-1)?.type).toBe('check-finished');
    },
  );
});
