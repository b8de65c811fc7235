/** `countersign mock --state FILE`: what was acknowledged outlives the process, however it ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flows, stageAt } from '../support/flows.js';
import { countersign, start, type Running } from './cli.js';

let folder: string;
let path: string;
let running: Running | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-state-'));
  path = join(folder, 'state.json');
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function mock(...args: readonly string[]): Promise<string> {
  running = start(['mock', '--port', '0', ...args]);
  const line = await running.firstLine;
  return line.replace(/^.* on /, '');
}

async function kill(signal: NodeJS.Signals): Promise<number | null> {
  running?.child.kill(signal);
  const ended = await running?.ended;
  running = undefined;
  return ended?.code ?? null;
}

describe('the state of a mock', () => {
  it('outlives a kill in the middle of the flows of all systems, in each world', async () => {
    const inWorld = { 'X-Countersign-World': 'alice' };
    const url = await mock('--state', path, '--seed', '1');
    const memories = new Map<string, Record<string, string>>();
    for (const flow of flows) {
      for (const headers of [{}, inWorld]) {
        const stage = stageAt(url, {}, headers);
        await flow.first(stage);
        memories.set(`${flow.system} ${String(headers === inWorld)}`, stage.memory);
      }
    }
    await kill('SIGKILL');
    const again = await mock('--state', path);
    for (const flow of flows) {
      for (const headers of [{}, inWorld]) {
        const memory = memories.get(`${flow.system} ${String(headers === inWorld)}`) ?? {};
        await flow.second(stageAt(again, memory, headers));
      }
    }
    expect(await kill('SIGTERM')).toBe(0);
  }, 60_000);

  it('is begun from a file that another mock gave', async () => {
    const flow = flows.find(({ system }) => system === 'ssks');
    const url = await mock('--system', 'ssks');
    const stage = stageAt(url);
    await flow?.first(stage);
    const given = await fetch(`${url}/_countersign/state`);
    writeFileSync(path, await given.text());
    await kill('SIGTERM');
    const again = await mock('--system', 'ssks', '--state-from', path);
    await flow?.second(stageAt(again, stage.memory));
    await kill('SIGTERM');
    expect(readFileSync(path, 'utf8')).toContain('countersign-state/1');
  }, 60_000);

  it.each([
    [['--state-every', '2s'], '--state-every says how often'],
    [['--state-every', '2 fortnights', '--state', 'x'], 'such as 2s'],
    [['--worlds', 'many'], 'a number of worlds'],
    [['--state-from', '/nowhere/state.json'], 'there is no file /nowhere/state.json'],
    [['--state-from', 'package.json'], 'package.json: the state is none of this version'],
  ])('%j is refused with one line', async (args, words) => {
    const { code, stderr } = await countersign(['mock', '--port', '0', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
