import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The processes that a process has started, where the system tells. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe('a mock of several workers', () => {
  let parent: ChildProcess;
  let line = '';
  let url = '';
  beforeAll(async () => {
    const flags = ['mock', '--port', '0', '--workers', '3', '--system', 'textsecure'];
    parent = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [chunk] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    line = chunk.toString('utf8');
    url = /http:\S+/.exec(line)?.[0] ?? '';
  });
  afterAll(() => {
    parent.kill('SIGKILL');
  });

  /** Each request on a connection of its own, so that any worker may get it. */
  const ask = (path: string, world: string): Promise<Response> =>
    fetch(url + path, {
      headers: { Connection: 'close', 'X-Countersign-World': world },
      // A connection that was just handed to a worker that dies is never answered.
      signal: AbortSignal.timeout(3_000),
    });
  const count = async (world: string): Promise<number> => {
    const answer = await ask('/_countersign/inbox?system=textsecure', world);
    return ((await answer.json()) as { messages: unknown[] }).messages.length;
  };

  it('says where it listens, once', () => {
    expect(line).toMatch(/^countersign mock listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(childrenOf(parent.pid ?? 0)).toHaveLength(3);
  });

  it('has one state for each world, whichever worker is asked', async () => {
    for (let at = 0; at < 9; at += 1) {
      const world = `w${String(at % 3)}`;
      const answer = await ask(`/v1/accounts/sms/code/+1555000000${String(at)}`, world);
      expect(answer.status).toBe(200);
    }
    for (const world of ['w0', 'w1', 'w2']) {
      for (let again = 0; again < 6; again += 1) expect(await count(world)).toBe(3);
    }
  });

  it('goes on with what was saved when a worker is killed, and starts another', async () => {
    // A save is due a quarter of a second after a change.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [victim] = childrenOf(parent.pid ?? 0);
    if (victim === undefined) throw new Error('there is no worker');
    process.kill(victim, 'SIGKILL');
    const counts = async (): Promise<readonly (number | string)[]> =>
      Promise.all(['w0', 'w1', 'w2'].map((world) => count(world).catch(() => 'no answer')));
    await expect.poll(counts, { timeout: 20_000 }).toEqual([3, 3, 3]);
    await expect.poll(() => childrenOf(parent.pid ?? 0).length, { timeout: 20_000 }).toBe(3);
  });

  it('ends with all its workers on a signal', async () => {
    const workers = childrenOf(parent.pid ?? 0);
    const ended = once(parent, 'exit');
    parent.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    expect(code).toBe(0);
    const alive = workers.filter((pid) => childrenOf(process.pid).includes(pid));
    expect(alive).toEqual([]);
  });
});
