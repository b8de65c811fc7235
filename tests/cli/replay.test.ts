import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectSystems } from '../../mocks/registry.js';
import { openArena, type Arena } from '../../proof/arena.js';
import { mutants } from '../../proof/registry.js';
import type { RunEvent } from '../../specs/results.js';
import { countersign, type Ended } from './cli.js';

// Each test starts processes, which a busy machine gives little time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What the target gets wrong, and the requirement that says so. */
const broken = 'ssks.search.refused-before-challenge';

let folder: string;
let wrong: Arena;
let right: Arena;
let run: Ended;
let events: string;

/** A mutant of SSKS that breaks one requirement, and the id of that. */
function mutantOf(requirement: string) {
  for (const mutant of mutants.values()) {
    if (mutant.breaks.includes(requirement)) return mutant.alteration;
  }
  throw new Error(`no mutant breaks ${requirement}`);
}

function profileOf(arena: Arena, name: string): string {
  const file = join(folder, name);
  const { target, inbox, capabilities, systems } = arena.profile;
  writeFileSync(file, JSON.stringify({ target, inbox, capabilities, systems }));
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-replay-'));
  const systems = selectSystems(['ssks']);
  wrong = await openArena({ systems, alterations: [mutantOf(broken)] });
  right = await openArena({ systems });
  const profile = profileOf(wrong, 'wrong.yaml');
  const out = join(folder, 'out');
  run = await countersign(['test', '--profile', profile, '--requirement', broken, '--out', out]);
  events = join(out, 'events.ndjson');
});

afterAll(async () => {
  await Promise.all([wrong.close(), right.close()]);
  rmSync(folder, { recursive: true });
});

/** The check that failed, as the stream tells of it. */
function failure(): Extract<RunEvent, { type: 'check-finished' }> {
  for (const line of readFileSync(events, 'utf8').trim().split('\n')) {
    const event = JSON.parse(line) as RunEvent;
    if (event.type === 'check-finished' && event.status === 'failed') return event;
  }
  throw new Error('no check failed');
}

function replay(id: string, ...flags: string[]): Promise<Ended> {
  return countersign(['replay', id, '--events', events, ...flags], folder);
}

describe('a failure', () => {
  it('is shown with the command that runs it again', () => {
    expect(run.code).toBe(1);
    const { check } = failure();
    const page = readFileSync(join(folder, 'out/index.html'), 'utf8');
    for (const text of [run.stdout, page]) expect(text).toContain(`countersign replay ${check}`);
  });

  it('is shown again by the command that was printed, as it stands', async () => {
    const rendered = await countersign(['report', join(folder, 'out/results.json')], folder);
    for (const { stdout } of [run, rendered]) {
      const [, command = ''] = /→ countersign (replay .*)/.exec(stdout) ?? [];
      const again = await countersign(command.split(' '), folder);
      expect([again.code, again.stderr]).toEqual([1, '']);
      expect(again.stdout).toMatch(/^fail: /m);
    }
  });

  it('is shown again at the target that was given beside the profile', async () => {
    const out = join(folder, 'beside');
    const other = profileOf(right, 'beside.yaml');
    const flags = ['--target', wrong.url, '--insecure', '--requirement', broken, '--out', out];
    const ended = await countersign(['test', '--profile', other, ...flags], folder);
    const [, command = ''] = /→ countersign (replay .*)/.exec(ended.stdout) ?? [];
    const again = await countersign(command.split(' '), folder);
    expect([ended.code, again.code]).toEqual([1, 1]);
    expect(again.stdout).toContain(wrong.url);
    // A profile that is named now is meant as it is.
    expect((await countersign([...command.split(' '), '--profile', other], folder)).code).toBe(0);
  });

  it('is shown again by the id of its check, with every exchange and what was expected', async () => {
    const { check, message } = failure();
    const { code, stdout, stderr } = await replay(check);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.startsWith(`${check}\n`)).toBe(true);
    expect(stdout).toMatch(new RegExp(`^requires +${broken} \\(must\\)$`, 'm'));
    expect(stdout).toMatch(/^source +\S.*, lines? \d/m);
    expect(stdout).toMatch(/^> POST \/tmr\/back\/challenge_send\/ HTTP\/1\.1$/m);
    expect(stdout).toMatch(/^< HTTP\/1\.1 200$/m);
    expect(stdout).toMatch(/^\$ curl /m);
    expect(message).not.toBeNull();
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^fail: .+ \(\d.*\)$/);
  });

  it('is shown again by the id of an exchange, and by its requirement', async () => {
    const { exchanges, check } = failure();
    for (const id of [exchanges.at(-1)?.id ?? '', broken]) {
      const { code, stdout } = await replay(id);
      expect([code, stdout.split('\n')[0]]).toEqual([1, check]);
    }
  });

  it('is shown with its secrets only when asked', async () => {
    const { appId, apiKey } = wrong.profile.systems?.ssks as { appId: string; apiKey: string };
    const { check } = failure();
    const masked = await replay(check);
    expect(masked.stdout).toMatch(/^> X-SEALD-APIKEY: \*\*\*$/im);
    expect(masked.stdout).not.toContain(apiKey);
    const open = await replay(check, '--show-secrets');
    expect(open.stdout).toContain(appId);
    expect(open.stdout).toMatch(new RegExp(`^> X-SEALD-APIKEY: ${apiKey}$`, 'im'));
    expect(open.stdout).not.toContain('***');
  });

  it('is gone where the target is right', async () => {
    const { code, stdout } = await replay(failure().check, '--target', right.url);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^pass \(/);
    expect(stdout).toMatch(/^< HTTP\/1\.1 200$/m);
    const other = profileOf(right, 'right.yaml');
    expect((await replay(failure().check, '--profile', other)).code).toBe(0);
  });

  it('is not decided where the target cannot be reached, or a capability is missing', async () => {
    const gone = await openArena({ systems: selectSystems(['ssks']) });
    await gone.close();
    const unreachable = await replay(failure().check, '--target', gone.url);
    expect(unreachable.code).toBe(3);
    expect(unreachable.stderr).toMatch(/^countersign: http.* cannot be reached: [^\n]+\n$/);
  });
});

describe('a run against a mock of its own', () => {
  it('is replayed against another mock', async () => {
    const out = join(folder, 'own');
    const chosen = 'keyservice.get.returns-plaintext';
    await countersign(['test', '--requirement', chosen, '--out', out], folder);
    const stream = join(out, 'events.ndjson');
    const { code, stdout } = await countersign(['replay', chosen, '--events', stream], folder);
    expect([code, stdout.includes('http://127.0.0.1:')]).toEqual([0, true]);
  });
});

describe('what cannot be replayed is refused in one line', () => {
  it.each<[string, () => string[], RegExp]>([
    [
      'a stream that is not there',
      () => ['x', '--events', 'nowhere.ndjson'],
      /nowhere\.ndjson cannot be read; a run writes it into its --out folder/,
    ],
    [
      'a file that is no stream',
      () => {
        writeFileSync(join(folder, 'other.ndjson'), '{"a":1}\n{"type":"run-finished"}\n');
        return ['x', '--events', 'other.ndjson'];
      },
      /other\.ndjson:1: this line is no event of a run/,
    ],
    [
      'an unknown id, with the nearest known one',
      () => [failure().check.replace(/.$/, 'x'), '--events', events],
      /is called .*x; did you mean ssks\./,
    ],
    [
      'a stream that does not say how the target was named',
      () => {
        const lines = readFileSync(events, 'utf8').replace(/,"origin":\{[^}]*\}/, '');
        writeFileSync(join(folder, 'older.ndjson'), lines);
        return [failure().check, '--events', 'older.ndjson'];
      },
      /older\.ndjson does not say which profile that run used; name it with --profile/,
    ],
    [
      'a profile without the system',
      () => {
        const text = JSON.stringify({ target: wrong.url, systems: { keyservice: null } });
        writeFileSync(join(folder, 'none.yaml'), text);
        return [failure().check, '--events', events, '--profile', 'none.yaml'];
      },
      /the profile does not test ssks/,
    ],
  ])('%s', async (_, args, words) => {
    const { code, stdout, stderr } = await countersign(['replay', ...args()], folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/);
  });
});
