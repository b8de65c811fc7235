import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalog } from '../../specs/catalog.js';
import { countersign, start } from './cli.js';

// Each test starts processes, which a busy machine gives little time.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Listed {
  readonly id: string;
  readonly system: string;
  readonly level: string;
  readonly source: string;
  readonly tests: readonly { readonly check: string; readonly file: string }[];
}

describe('list', () => {
  it('shows every requirement of every system', async () => {
    const { code, stdout, stderr } = await countersign(['list']);
    expect([code, stderr]).toEqual([0, '']);
    for (const [slug, specs] of catalog) {
      expect(stdout).toContain(`(${slug}): ${String(specs.requirements.length)} requirements`);
      for (const { id } of specs.requirements) {
        // A long id is broken over two lines of its cell.
        expect(stdout).toContain(id.slice(0, 50));
      }
    }
  });

  it('as JSON gives each with its source and its tests', async () => {
    const { code, stdout } = await countersign(['list', '--json', '--system', 'ssks,keyservice']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as Listed[];
    const expected = ['ssks', 'keyservice'].flatMap(
      (slug) => catalog.get(slug)?.requirements ?? [],
    );
    expect(listed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    for (const entry of listed) {
      expect([entry.id, entry.tests.length > 0]).toEqual([entry.id, true]);
      expect(entry.source).not.toMatch(/\.txt/);
      for (const test of entry.tests) expect(test.file).toMatch(/^suites\//);
    }
  });

  it('can be cut off by the reader', async () => {
    const { child, ended } = start(['list', '--json']);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect(stderr).toBe('');
    expect(code === 0 || code === null || code === 1).toBe(true);
  });
});

describe('explain', () => {
  it('shows one requirement with its source, tests and how to run it', async () => {
    const id = 'textsecure.prekeys.one-time-key-served-once';
    const { code, stdout } = await countersign(['explain', id]);
    expect(code).toBe(0);
    expect(stdout.startsWith(`${id}\n`)).toBe(true);
    expect(stdout).toMatch(/^level +must \(documented\)$/m);
    expect(stdout).toMatch(/^source +.+, lines 1\d\d-1\d\d/m);
    expect(stdout).toMatch(/^test +.+\n +suites\/textsecure\/.+\.ts/m);
    expect(stdout).toMatch(/^mutants? +/m);
    expect(stdout).toContain(`countersign test --requirement ${id}`);
  });
});

describe('init', () => {
  it('writes a profile that names what it needs, and whose schema is to be had', async () => {
    const out = join(folder, 'p.yaml');
    expect((await countersign(['init', '--out', out, '--system', 'ssks'])).code).toBe(0);
    const text = readFileSync(out, 'utf8');
    expect(text).toMatch(/^target: /m);
    expect(text).toMatch(/^ {2}ssks:/m);
    expect(text).not.toMatch(/^ {2}quatrix:/m);
    const { stdout } = await countersign(['init', '--schema']);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Countersign target profile' });
  });
});

describe('mock', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says one line when it is ready, and ends cleanly by %s',
    async (signal) => {
      const running = start(['mock', '--port', '0', '--system', 'ssks']);
      const line = await running.firstLine;
      const url = /^countersign mock listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      expect(url).toBeDefined();
      expect((await fetch(`${url ?? ''}/_countersign`)).status).toBe(200);
      running.child.kill(signal);
      const { code, signal: killedBy, stdout, stderr } = await running.ended;
      expect([code, killedBy, stderr]).toEqual([0, null, '']);
      expect(stdout.trim().split('\n')).toHaveLength(1);
    },
  );

  it('ends at once though a request is held', async () => {
    const running = start(['mock', '--port', '0']);
    const url = (await running.firstLine).replace(/^.* on /, '');
    const held = fetch(`${url}/push/`, {
      method: 'POST',
      body: new ReadableStream(),
      duplex: 'half',
    } as RequestInit).catch(() => 'gone');
    await new Promise((resolve) => setTimeout(resolve, 50));
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(await held).toBe('gone');
  });

  it('refuses a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await countersign(['mock', '--port', String(port)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^countersign: port \d+ is in use; choose another with --port, or --port 0\n$/,
    );
    server.close();
  });
});

describe('a run against a mock that runs elsewhere', () => {
  it('tests, reports, renders again and compares', async () => {
    const mock = start(['mock', '--port', '0', '--system', 'keyservice']);
    const url = (await mock.firstLine).replace(/^.* on /, '');
    const out = join(folder, 'run');
    const args = ['--target', url, '--system', 'keyservice', '--out', out, '--workers', '1'];
    const run = await countersign(['test', ...args]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
      verdict: string;
      target: string;
    };
    expect(results).toMatchObject({ target: url });
    expect(results.verdict).toMatch(/^conformant/);
    const again = join(folder, 'again');
    const file = join(out, 'results.json');
    const report = await countersign(['report', file, '--out', again, '--compare', file]);
    expect([report.code, report.stderr]).toEqual([0, '']);
    expect(report.stdout).toContain('nothing changed since the older run');
    expect(readFileSync(join(again, 'index.html'), 'utf8')).toContain('<html');
    mock.child.kill('SIGTERM');
    expect((await mock.ended).code).toBe(0);
  }, 60_000);
});
