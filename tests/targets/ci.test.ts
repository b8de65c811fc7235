import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startMock, type RunningMock } from '../../mocks/index.js';
import { readResults, scratchFolder } from './command.js';

/** The workflows of docs/ci.md, their shell steps run as their CI would run them. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');

function workflow(name: string): unknown {
  const found = new RegExp(`<!-- workflow: ${name} -->\\s+\`\`\`yaml\\n([\\s\\S]*?)\n\`\`\``).exec(
    page,
  );
  if (found?.[1] === undefined) throw new Error(`docs/ci.md has no workflow ${name}`);
  return parse(found[1]);
}

interface GithubJob {
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
  readonly steps: readonly { readonly name?: string; readonly run?: string }[];
}

interface GitlabJob {
  readonly parallel?: number;
  readonly script: readonly string[];
}

const scratch = scratchFolder();
let mock: RunningMock;

beforeAll(async () => {
  mock = await startMock({ systems: ['ssks'], seed: 1 });
}, 60_000);
afterAll(async () => {
  await mock.close();
  scratch.remove();
});

/** A repository that has what the workflows expect, with this build as its dependency. */
function repository(name: string): string {
  const folder = join(scratch.path, name);
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  symlinkSync(join(root, 'dist/cli/main.js'), join(folder, 'node_modules/.bin/countersign'));
  // The server under test runs already; `npm ci` is the reader's own.
  writeFileSync(join(folder, 'start-server.sh'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(folder, 'start-server.sh'), 0o755);
  const { appId, apiKey } = mock.profile.ssks as { appId: string; apiKey: string };
  credentials = { SSKS_APP_ID: appId, SSKS_API_KEY: apiKey };
  writeFileSync(
    join(folder, 'countersign.yaml'),
    [
      `target: ${mock.url}`,
      `inbox: { http: "${mock.url}/_countersign/inbox" }`,
      'capabilities: [inbox, destructive]',
      'systems:',
      '  ssks: { appId: "${SSKS_APP_ID}", apiKey: "${SSKS_API_KEY}", mode: test, numberPrefix: "+1555", emailDomain: countersign.test }',
      '',
    ].join('\n'),
  );
  return folder;
}

let credentials: Readonly<Record<string, string>> = {};

let output = '';

/** Runs a step as a CI does: by bash, which ends at the first failing line. */
function step(
  folder: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  if (script.trim() === 'npm ci') return Promise.resolve(0);
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...credentials, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  output = `${script}\n`;
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', resolve));
}

function expectWhole(folder: string): void {
  const merged = readResults(join(folder, 'report'));
  const shards = [1, 2, 3].map((shard) => readResults(join(folder, `report-${String(shard)}`)));
  expect(merged.verdict).toBe('conformant');
  expect(merged.shard).toBeUndefined();
  const sizes = shards.map(({ requirements }) => requirements.length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  expect(merged.requirements.length).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect(existsSync(join(folder, 'report/junit.xml'))).toBe(true);
}

describe('the workflow for GitHub Actions', () => {
  it('runs three shards and merges them into one verdict', async () => {
    const { jobs } = workflow('github') as { jobs: Readonly<Record<string, GithubJob>> };
    const folder = repository('github');
    const summary = join(folder, 'step-summary.md');
    for (const job of Object.values(jobs)) {
      for (const shard of job.strategy?.matrix.shard ?? [0]) {
        for (const { run } of job.steps) {
          if (run === undefined) continue;
          const script = run.replaceAll('${{ matrix.shard }}', String(shard));
          expect(await step(folder, script, { GITHUB_STEP_SUMMARY: summary }), output).toBe(0);
        }
      }
    }
    expectWhole(folder);
    expect(readFileSync(summary, 'utf8')).toContain('ssks');
  }, 240_000);

  it('is inconclusive when a shard is missing', async () => {
    const folder = join(scratch.path, 'github');
    const merge =
      'npx countersign report report-1/results.json report-3/results.json --out part --verdict';
    expect(await step(folder, merge)).toBe(3);
    expect(readResults(join(folder, 'part')).summary).toContain('2/3');
  }, 60_000);
});

describe('the workflow for GitLab', () => {
  it('runs three shards and merges them into one verdict', async () => {
    const jobs = workflow('gitlab') as Readonly<Record<string, unknown>>;
    const folder = repository('gitlab');
    for (const job of Object.values(jobs).filter(isJob)) {
      const total = job.parallel ?? 1;
      for (let index = 1; index <= total; index += 1) {
        const env = { CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(total) };
        for (const script of job.script) expect(await step(folder, script, env), output).toBe(0);
      }
    }
    expectWhole(folder);
  }, 240_000);
});

function isJob(value: unknown): value is GitlabJob {
  return typeof value === 'object' && value !== null && 'script' in value;
}
