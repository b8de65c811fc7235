import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectSystems } from '../../mocks/registry.js';
import { openArena, type Arena } from '../../proof/arena.js';
import type { Results } from '../../specs/results.js';

vi.setConfig({ testTimeout: 120_000 });

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const opens = 'ssks.delivery.challenge-opens-session';
const counts = 'ssks.delivery.email-sent-once';

let folder: string;
let arena: Arena;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-person-'));
  arena = await openArena({ systems: selectSystems(['ssks']) });
  writeFileSync(
    join(folder, 'profile.yaml'),
    JSON.stringify({ ...arena.profile, inbox: { prompt: true } }),
  );
});

afterAll(async () => {
  await arena.close();
  rmSync(folder, { recursive: true });
});

interface Sitting {
  readonly code: number | null;
  /** What was on the screen, colours and all. */
  readonly screen: string;
  readonly questions: readonly string[];
}

/**
 * Runs the command in a terminal of its own (`script` makes one); `answer` types. The shell that
 * `script` starts makes way for the command: Ctrl-C goes to all of a terminal's foreground, and a
 * shell that stays would die of it with a status of its own.
 */
function sitAtTerminal(
  args: readonly string[],
  answer: (channel: string, recipient: string) => Promise<string>,
): Promise<Sitting> {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`);
  const line = `exec ${words.join(' ')}`;
  const child = spawn('script', ['-qfec', line, '/dev/null'], { cwd: folder, stdio: 'pipe' });
  const questions: string[] = [];
  let screen = '';
  child.stderr.resume();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
    const asked = [
      ...screen.matchAll(/code sent by (\S+) to (\S+) \(Enter when nothing came\): /g),
    ];
    for (const [text, channel = '', recipient = ''] of asked.slice(questions.length)) {
      questions.push(text);
      void answer(channel, recipient).then((typed) => child.stdin.write(typed));
    }
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, screen, questions });
    });
  });
}

/** A person with the phone and the mailbox at hand. */
async function look(channel: string, recipient: string): Promise<string> {
  const query = new URLSearchParams({ system: 'ssks', channel, recipient }).toString();
  const answer = await fetch(`${arena.url}/_countersign/inbox?${query}`);
  const { messages } = (await answer.json()) as { messages: { code: string }[] };
  return `${messages.at(-1)?.code ?? ''}\n`;
}

function run(requirement: string): string[] {
  return ['test', '--profile', 'profile.yaml', '--requirement', requirement, '--out', 'out'];
}

function verdicts(): Record<string, string> {
  const text = readFileSync(join(folder, 'out/results.json'), 'utf8');
  const { requirements } = JSON.parse(text) as Results;
  return Object.fromEntries(requirements.map(({ id, verdict }) => [id, verdict]));
}

describe('a person at a terminal', () => {
  it('types the codes that a run needs, and is not asked for what only a machine can tell', async () => {
    const { code, screen, questions } = await sitAtTerminal(run(`${opens},${counts}`), look);
    expect([code, verdicts()]).toEqual([0, { [opens]: 'pass', [counts]: 'skip' }]);
    expect(questions.map((text) => text.split(' ')[3])).toEqual(
      expect.arrayContaining(['email', 'sms']),
    );
    // No line of progress stands between a question and its answer.
    expect(screen).not.toMatch(/\d+\/\d+ {2}\d+ pass/);
  });

  it('leaves open what they have no code for', async () => {
    const { code } = await sitAtTerminal(run(opens), () => Promise.resolve('\n'));
    expect([code, verdicts()]).toEqual([3, { [opens]: 'inconclusive' }]);
  });

  it('ends the run by Ctrl-C, in the middle of a question', async () => {
    const { code, screen } = await sitAtTerminal(run(opens), () => Promise.resolve('\x03'));
    expect(code).toBe(3);
    expect(screen).toContain('Report: ');
    expect(verdicts()).toEqual({ [opens]: expect.not.stringMatching(/pass|fail/) as string });
  });
});
