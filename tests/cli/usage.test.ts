import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countersign } from './cli.js';

// Each test starts processes, which a busy machine gives little time.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  writeFileSync(join(folder, 'typo.yaml'), 'targt: http://127.0.0.1:1\n');
  writeFileSync(join(folder, 'unset.yaml'), 'headers: { A: "${COUNTERSIGN_NOT_SET}" }\n');
  writeFileSync(join(folder, 'notarget.yaml'), 'capabilities: []\n');
  writeFileSync(join(folder, 'none.yaml'), 'target: http://127.0.0.1:1\nsystems: {}\n');
  writeFileSync(join(folder, 'broken.json'), '{"requirements":');
  writeFileSync(join(folder, 'other.json'), '{"a":1}');
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'dir'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const commands = ['mock', 'test', 'init', 'doctor', 'prove', 'replay', 'report', 'list', 'explain'];

describe('help', () => {
  it('of the whole names every command', async () => {
    const { code, stdout, stderr } = await countersign(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it.each(commands)('of %s is there, on stdout', async (name) => {
    const { code, stdout, stderr } = await countersign([name, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: countersign ${name} `));
  });

  it('of the version is the version', async () => {
    const { code, stdout } = await countersign(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a mistake is one clear line on stderr, and exit code 2', () => {
  it.each<[string[], RegExp]>([
    [['moc'], /unknown command 'moc'.*mock/],
    [['toString'], /unknown command 'toString'/],
    [['mock', '--prt', '1'], /unknown option '--prt'.*--port/],
    [['mock', '--port', 'x'], /'x' is invalid.*a port is a whole number from 0 to 65535/],
    [['mock', '--port', '65536'], /a port is a whole number/],
    [['mock', '--port', '-1'], /port/],
    [['mock', '--port'], /argument missing/],
    [['mock', '--system', 'textsecur'], /no system "textsecur"; did you mean textsecure\?/],
    [['mock', '--system', ','], /the list is empty/],
    [['mock', '--system', 'qqqqqqqqqqqq'], /known: .*quatrix/],
    [['mock', '--dialect', 'old'], /documented or observed/],
    [['mock', '--seed', '1.5'], /a seed is a whole number/],
    [
      ['mock', '--host', '203.0.113.7', '--port', '0'],
      /203\.0\.113\.7 is no address of this machine/,
    ],
    [['test', '--target', 'ftp://x'], /http or https URL/],
    [['test', '--target', 'x'], /http or https URL/],
    [['test', '--level', 'max'], /must, should or may/],
    [['test', '--workers', '0'], /a number of workers is a whole number from 1/],
    [['test', '--shard', '3/2'], /a shard is i\/n/],
    [['test', '--shard', '1'], /a shard is i\/n/],
    [
      ['test', '--requirement', 'textsecure.prekeys.one-time-key-served-twice'],
      /did you mean textsecure\.prekeys\./,
    ],
    [['test', '--profile', 'nowhere.yaml'], /nowhere\.yaml: the file cannot be read/],
    [['test', '--profile', 'typo.yaml'], /typo\.yaml:1: unknown key targt; did you mean target\?/],
    [
      ['test', '--profile', 'unset.yaml'],
      /unset\.yaml:1: headers\.A needs the environment variable COUNTERSIGN_NOT_SET/,
    ],
    [['test', '--profile', 'notarget.yaml'], /names no target/],
    [['test', '--profile', 'none.yaml'], /tests none of the systems/],
    [['test', '--profile', 'dir'], /dir: the file cannot be read/],
    [['test', '--out', 'file/x'], /file\/x cannot be made or written/],
    [['doctor'], /needs --profile or --target/],
    [['doctor', '--profile', 'typo.yaml'], /unknown key targt/],
    [['init', '--out', 'typo.yaml'], /typo\.yaml exists already; use --force/],
    [['init', '--out', 'nowhere/a.yaml'], /nowhere\/a\.yaml cannot be written/],
    [['prove', '--mutant', 'ssks/nothing-like-that'], /no mutant "ssks\/nothing-like-that"/],
    [['prove', '--workers', 'many'], /a number of workers/],
    [['replay'], /missing required argument/],
    [['replay', 'x'], /countersign-report\/events\.ndjson cannot be read/],
    [['report'], /missing required argument/],
    [['report', 'nowhere.json'], /nowhere\.json/],
    [['report', 'broken.json'], /broken\.json/],
    [['report', 'other.json'], /other\.json/],
    [['list', 'extra'], /too many arguments/],
    [['list', '--system', 'x'], /no system "x"/],
    [['explain'], /missing required argument/],
    [['explain', 'textsecure.nothing'], /no requirement "textsecure\.nothing"/],
  ])('%j', async (args, words) => {
    const { code, stdout, stderr } = await countersign(args, folder);
    expect(stderr).toMatch(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/);
    expect(stderr).not.toMatch(/node:|\.js:\d|is a bug/);
  });
});

describe('a target that is not there', () => {
  it('ends test with exit code 3 before anything runs', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const target = `http://127.0.0.1:${String(port)}`;
    const { code, stderr } = await countersign(['test', '--target', target], folder);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^countersign: http:\/\/127\.0\.0\.1:\d+ cannot be reached: [^\n]+\n$/);
    const doctor = await countersign(['doctor', '--target', target], folder);
    expect(doctor.code).toBe(3);
    expect(doctor.stdout).toContain('not reachable');
  });
});
