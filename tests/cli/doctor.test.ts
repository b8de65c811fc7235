import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { selectSystems } from '../../mocks/registry.js';
import { openArena, type Arena } from '../../proof/arena.js';
import { countVerdicts } from '../../specs/verdict.js';
import type { Results } from '../../specs/results.js';
import { countersign } from './cli.js';

// Each test starts processes, which a busy machine gives little time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let arena: Arena;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-doctor-'));
  arena = await openArena({ systems: selectSystems(['ssks', 'textsecure']) });
});

afterAll(async () => {
  await arena.close();
  rmSync(folder, { recursive: true });
});

function profileWith(inbox: object): string {
  const file = join(folder, 'profile.yaml');
  writeFileSync(file, JSON.stringify({ ...arena.profile, inbox }));
  return file;
}

it('counts what a run will decide, also where the inbox lacks a channel', async () => {
  const profile = profileWith({ email: { http: `${arena.url}/_countersign/inbox` } });
  const { code, stdout, stderr } = await countersign(['doctor', '--profile', profile]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('in the right shape for email');
  const said = [...stdout.matchAll(/^ {2}(\w+): (\d+) of (\d+) requirements$/gm)];
  expect(said.map(([, slug]) => slug)).toEqual(['textsecure', 'ssks']);
  expect(stdout).toMatch(/^ {2}skipped, since it needs an inbox for sms, .*: \d+$/m);

  const out = join(folder, 'out');
  await countersign(['test', '--profile', profile, '--out', out]);
  const { requirements } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results;
  for (const [, slug = '', decided, all] of said) {
    const own = requirements.filter(({ system }) => system === slug);
    const { skip } = countVerdicts(own);
    expect([slug, Number(decided), Number(all)]).toEqual([slug, own.length - skip, own.length]);
    expect(skip).toBeGreaterThan(0);
  }
});

it('names a page that is there where an adapter does not answer', async () => {
  const profile = join(folder, 'broken.yaml');
  const inboxOfNobody = { http: `${arena.url}/nowhere` };
  const trigger = { command: 'exit 3' };
  writeFileSync(profile, JSON.stringify({ ...arena.profile, inbox: inboxOfNobody, trigger }));
  const { code, stdout } = await countersign(['doctor', '--profile', profile]);
  expect(code).toBe(1);
  const [inbox, triggers] = [...stdout.matchAll(/→ see (?:Triggers in )?(\/.*)$/gm)];
  expect(readFileSync(inbox?.[1] ?? '', 'utf8')).toMatch(/^# Inbox/);
  expect(triggers?.[0]).toContain('Triggers');
  expect(readFileSync(triggers?.[1] ?? '', 'utf8')).toContain('## Triggers');
});

it('counts what is skipped for each optional value that the profile leaves out', async () => {
  const profile = join(folder, 'gaps.yaml');
  const { ssks = {}, textsecure = {} } = arena.profile.systems ?? {};
  const { secondApp: _, ...lessSsks } = ssks as Record<string, unknown>;
  const { federation: __, ...lessTextsecure } = textsecure as Record<string, unknown>;
  const systems = { ssks: lessSsks, textsecure: lessTextsecure };
  writeFileSync(profile, JSON.stringify({ ...arena.profile, systems }));
  const { code, stdout } = await countersign(['doctor', '--profile', profile]);
  expect(code).toBe(0);
  const said = [...stdout.matchAll(/^ {2}skipped, since it needs (\S+), .*: (\d+)$/gm)];
  expect(said.map(([, key]) => key).sort()).toEqual([
    'systems.ssks.secondApp',
    'systems.textsecure.federation',
  ]);

  const out = join(folder, 'out-gaps');
  await countersign(['test', '--profile', profile, '--out', out]);
  const { requirements } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results;
  for (const [, key = '', count] of said) {
    const skipped = requirements.filter(({ reason }) => reason?.includes(key) === true);
    expect([key, Number(count)]).toEqual([key, skipped.length]);
  }
});

it('counts everything where nothing lacks', async () => {
  const profile = profileWith({ http: `${arena.url}/_countersign/inbox` });
  const { code, stdout } = await countersign(['doctor', '--profile', profile]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('skipped')]);
  for (const [, decided, all] of stdout.matchAll(/: (\d+) of (\d+) requirements$/gm)) {
    expect(decided).toBe(all);
  }
});
