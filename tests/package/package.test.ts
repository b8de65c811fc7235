/** The package as its users get it: packed, installed into an empty project, and used there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../../specs/results.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd = folder): Ran {
  const ran = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: cleanEnvironment(),
  });
  return { code: ran.status ?? 1, stdout: ran.stdout, stderr: ran.stderr };
}

/** Without what npm and Vitest pass on, which would tie the new project to this one. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(package|lifecycle|config_local)|INIT_CWD|VITEST|NODE_ENV$|NODE_PATH$)/.test(name),
    ),
  );
}

function succeed(command: string, args: readonly string[], cwd?: string): Ran {
  const ran = run(command, args, cwd);
  if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
}

beforeAll(() => {
  if (!existsSync(join(project, 'dist', 'cli', 'main.js')))
    throw new Error('run npm run build first');
  folder = mkdtempSync(join(tmpdir(), 'countersign-package-'));
  succeed('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], project);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  succeed('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', `./${tarball}`]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('what is in the package', () => {
  const list = (): string[] =>
    readdirSync(join(folder, 'node_modules', 'countersign'), {
      recursive: true,
      encoding: 'utf8',
    });

  test('it holds the product and no sources, tests or build records', () => {
    const names = list();
    expect(names).toContain(join('dist', 'cli', 'main.js'));
    expect(names).toContain(join('dist', 'specs', 'textsecure', 'openapi.yaml'));
    expect(names).toContain('LICENSE');
    expect(names).toContain(join('docs', 'inbox.md'));
    expect(names.filter((name) => name.startsWith(join('docs', 'site')))).toEqual([]);
    expect(
      names.filter((name) => /(?<!\.d)\.tsx?$|tsbuildinfo|^(tests|bench|scripts)/.test(name)),
    ).toEqual([]);
    expect(names.filter((name) => name.startsWith(join('dist', 'specs', 'check')))).toEqual([]);
    const dashboard = join('dist', 'mocks', 'dashboard');
    expect(names.filter((name) => name.startsWith(dashboard + sep)).sort()).toEqual(
      ['icon.svg', 'index.html', 'page.js', 'styles.css'].map((name) => join(dashboard, name)),
    );
  });

  test('every entry that package.json names exists', () => {
    const root = join(folder, 'node_modules', 'countersign');
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly bin: Readonly<Record<string, string>>;
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    };
    const targets = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : Object.values(entry),
      ),
    ];
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });
});

describe('the command', () => {
  test('countersign list prints the catalogue', () => {
    const { stdout } = succeed('npx', ['--no', 'countersign', 'list']);
    expect(stdout).toContain('textsecure.prekeys.one-time-key-served-once');
    expect(stdout).toContain('quatrix.');
  });

  test('countersign test runs the suite of a system against a mock of its own', () => {
    const ran = run('npx', [
      '--no',
      'countersign',
      'test',
      '--system',
      'textsecure',
      '--out',
      'report',
    ]);
    expect(`${String(ran.code)}${ran.code === 0 ? '' : ran.stdout + ran.stderr}`).toBe('0');
    const results = JSON.parse(
      readFileSync(join(folder, 'report', 'results.json'), 'utf8'),
    ) as Results;
    expect(Object.keys(results.systems)).toEqual(['textsecure']);
    expect(results.systems.textsecure?.counts.pass).toBeGreaterThan(0);
    for (const name of [
      'events.ndjson',
      'junit.xml',
      'ctrf.json',
      'index.html',
      'summary.md',
      'badge.svg',
    ]) {
      expect([name, existsSync(join(folder, 'report', name))]).toEqual([name, true]);
    }
  });

  test('a usage error is one line on stderr and exit code 2', () => {
    const ran = run('npx', ['--no', 'countersign', 'test', '--no-such-flag']);
    expect(ran.code).toBe(2);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('the library', () => {
  test('startMock starts, answers and closes', () => {
    writeFileSync(
      join(folder, 'use.mjs'),
      `import { startMock } from 'countersign';
const mock = await startMock({ systems: ['textsecure'], port: 0, seed: 1 });
const answer = await fetch(mock.url + '/v1/accounts/sms/code/+14152222222');
const { code } = await mock.inbox.next({ system: 'textsecure', channel: 'sms' });
await mock.close();
console.log(answer.status, /^[0-9]+$/.test(code));
`,
    );
    expect(succeed('node', ['use.mjs']).stdout.trim()).toBe('200 true');
  });

  test('countersign/msw answers without a server, where msw is installed', () => {
    writeFileSync(
      join(folder, 'msw.mjs'),
      `import { setupServer } from 'msw/node';
import { countersign } from 'countersign/msw';
const baseUrl = 'https://api.example.test';
const mock = await countersign({ systems: ['textsecure'], baseUrl, seed: 1 });
setupServer(...mock.handlers).listen({ onUnhandledRequest: 'error' });
const answer = await fetch(baseUrl + '/v1/accounts/sms/code/+14152222222');
const { code } = await mock.inbox.next({ system: 'textsecure', channel: 'sms' });
await mock.close();
console.log(answer.status, /^[0-9]+$/.test(code));
`,
    );
    const { version } = JSON.parse(
      readFileSync(join(project, 'node_modules', 'msw', 'package.json'), 'utf8'),
    ) as { version: string };
    succeed('npm', [
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      `msw@${version}`,
    ]);
    expect(succeed('node', ['msw.mjs']).stdout.trim()).toBe('200 true');
  });

  test('its types are found and right, in a strict project', () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { startMock, type Mock } from 'countersign';
import { countersign } from 'countersign/msw';
import type { ResponseBody } from 'countersign/types';
export type Opened = ResponseBody<'ssks', 'sendChallenge', 200>['session_id'];
export const handlers = async (): Promise<number> =>
  (await countersign({ baseUrl: 'https://api.example.test' })).handlers.length;
export async function use(): Promise<string> {
  const mock: Mock & { readonly url: string } = await startMock({ systems: ['ssks'], seed: 1, dialect: 'observed' });
  await mock.clock.advance('6h');
  // @ts-expect-error a system that does not exist
  await startMock({ systems: ['nothing'] });
  await mock.close();
  return mock.url;
}
`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'NodeNext',
          target: 'ES2022',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          typeRoots: [join(project, 'node_modules', '@types')],
          types: ['node'],
        },
        files: ['use.ts'],
      }),
    );
    const ran = run('node', [join(project, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(0);
  });
});
