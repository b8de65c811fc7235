/** Chaos of mocks that share worlds: who asks a mock that passes requests on meets it once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { undecided } from '../support/undecided.js';
import { join, type Member } from './household.js';
import { startRedis, type RedisServer } from './redis.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Form {
  /** Names of headers as they came. */
  readonly names: readonly string[];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** One answer, on a connection of its own. */
async function ask(url: string, path: string, world?: string): Promise<Form> {
  const headers = world === undefined ? {} : { 'X-Countersign-World': world };
  const sent = request(`${url}${path}`, { agent: false, headers, timeout: 5_000 });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const names = answer.rawHeaders.filter((_, at) => at % 2 === 0);
  return { names, text, body: JSON.parse(text) as Record<string, unknown> };
}

async function forms(url: string, path: string, world?: string): Promise<readonly Form[]> {
  const seen: Form[] = [];
  for (let turn = 0; turn < 80; turn += 1) seen.push(await ask(url, path, world));
  return seen;
}

/** A second change would put the member into its own value, too. */
function changes({ body }: Form): number {
  const extra = body['x-extra'];
  if (extra === undefined) return 0;
  return Object.hasOwn(body, 'nested') || Object.hasOwn(extra as object, 'x-extra') ? 2 : 1;
}

function expectChaosOnce(seen: readonly Form[]): void {
  expect(new Set(seen.map(changes))).toEqual(new Set([0, 1]));
  expect(new Set(seen.map(({ text }) => text.includes('\n')))).toEqual(new Set([true, false]));
  const names = new Set(seen.flatMap((form) => form.names));
  for (const name of ['CONTENT-TYPE', 'content-type', 'Content-Type', 'Via']) {
    expect(names).toContain(name);
  }
}

describe('chaos of mocks on one store', () => {
  let redis: RedisServer;
  let members: readonly [Member, Member];
  beforeAll(async () => {
    redis = await startRedis();
    const store = `${redis.url}#chaos`;
    members = [
      await join(store, { chaos: { seed: 1, member: 'a' } }),
      await join(store, { chaos: { seed: 1, member: 'b' } }),
    ];
    // The first one becomes the home.
    await ask(members[0].url, '/_countersign/inbox');
  });
  afterAll(async () => {
    for (const member of members) await member.close();
    await redis.close();
  });

  it('meets a request once, at home and where it is passed on', async () => {
    for (const { url } of members) expectChaosOnce(await forms(url, '/csrf'));
  });

  it('leaves the control plane as it is at either', async () => {
    for (const { url } of members) {
      const seen = await forms(url, '/_countersign/inbox');
      expect(new Set(seen.map(({ text }) => text)).size).toBe(1);
      expect(seen.filter(({ names }) => names.includes('Via'))).toEqual([]);
    }
  });

  it.each(['misakey', 'quatrix'])('conforms, asked away from home: %s', async (slug) => {
    expect(await undecided(members[1].url, slug)).toEqual([]);
  });

  it('has told nobody of a bug', () => {
    expect(members.map(({ bugs }) => bugs)).toEqual([[], []]);
  });
});

describe('chaos of a mock of several workers', () => {
  let parent: ChildProcess;
  let url = '';
  beforeAll(async () => {
    const flags = ['mock', '--port', '0', '--workers', '2', '--system', 'misakey'];
    parent = spawn(process.execPath, [main, ...flags, '--chaos', '--seed', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    url = /http:\S+/.exec(chunk.toString('utf8'))?.[0] ?? '';
  });
  afterAll(async () => {
    const ended = once(parent, 'exit');
    parent.kill('SIGTERM');
    await ended;
  });

  it('meets a request once, whichever worker gets it', async () => {
    // Worlds have their homes at different workers, so some of these are passed on.
    for (const world of ['w0', 'w1', 'w2']) expectChaosOnce(await forms(url, '/csrf', world));
  });
});
