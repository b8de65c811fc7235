/** Chaos without a connection: what of it there is, and that clients which are right go on. */
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, it } from 'vitest';
import { countersign, type MswMock } from '../../mocks/msw.js';
import type { SystemName } from '../../mocks/library.js';
import { flows, stageAt } from '../support/flows.js';

const baseUrl = 'https://api.example.test';
let mock: MswMock | undefined;
let server: ReturnType<typeof setupServer> | undefined;

async function start(systems: readonly SystemName[], chaos: boolean, seed = 1): Promise<void> {
  mock = await countersign({ baseUrl, seed, systems, chaos });
  server = setupServer(...mock.handlers);
  server.listen({ onUnhandledRequest: 'error' });
}

async function stop(): Promise<void> {
  server?.close();
  await mock?.close();
}
afterEach(stop);

interface Form {
  readonly headers: readonly string[];
  readonly text: string;
  /** In how many pieces the body was read. */
  readonly pieces: number;
}

async function ask(path: string): Promise<Form> {
  const answer = await fetch(baseUrl + path);
  const parts: Uint8Array[] = [];
  const reader = answer.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    parts.push(part.value);
  }
  return {
    headers: [...answer.headers.keys()].filter((name) => name !== 'date'),
    text: Buffer.concat(parts).toString(),
    pieces: parts.length,
  };
}

async function forms(path: string): Promise<readonly Form[]> {
  const seen: Form[] = [];
  for (let turn = 0; turn < 40; turn += 1) seen.push(await ask(path));
  return seen;
}

const distinct = (values: readonly unknown[]): number =>
  new Set(values.map((value) => JSON.stringify(value))).size;

describe('chaos through MSW', () => {
  it('varies members, layout, headers and the pieces of a body', async () => {
    await start(['misakey'], true);
    const seen = await forms('/csrf');
    const bodies = seen.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    expect(bodies.every((body) => typeof body.csrf_token === 'string')).toBe(true);
    expect(distinct(bodies.map((body) => 'x-extra' in body))).toBe(2);
    expect(distinct(seen.map(({ text }) => text.includes('\n')))).toBe(2);
    expect(distinct(seen.map(({ headers }) => headers.includes('via')))).toBe(2);
    expect(Math.max(...seen.map(({ pieces }) => pieces))).toBeGreaterThan(4);
    const whole = seen.filter(({ pieces }) => pieces === 1);
    expect(whole.length).toBeGreaterThan(5);
    for (const { headers, pieces } of seen) {
      expect(headers.includes('content-length')).toBe(pieces === 1);
    }
  });

  it('has answers overtake one another', async () => {
    await start(['misakey'], true);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        await ask('/csrf');
        order.push(at);
      }),
    );
    expect([...order].sort((a, b) => a - b)).not.toEqual(order);
  });

  it('makes the same choices again at the same seed, and others at another', async () => {
    const runs: (readonly unknown[])[] = [];
    for (const seed of [1, 1, 2]) {
      await start(['misakey'], true, seed);
      runs.push((await forms('/csrf')).map(({ headers, pieces }) => [headers, pieces]));
      await stop();
    }
    const [first, again, other] = runs;
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('leaves the control plane as it is', async () => {
    await start(['misakey'], true);
    expect(distinct(await forms('/_countersign/inbox'))).toBe(1);
  });

  it('is off unless asked for', async () => {
    await start(['misakey'], false);
    const seen = await forms('/csrf');
    expect(distinct(seen.map(({ headers, pieces }) => [headers, pieces]))).toBe(1);
  });

  it('answers with an error once the mock is closed', async () => {
    await start(['misakey'], true);
    const waiting = Promise.allSettled(Array.from({ length: 20 }, () => ask('/csrf')));
    await mock?.close();
    const settled = await waiting;
    await expect(ask('/csrf')).rejects.toThrow(TypeError);
    expect(settled).toHaveLength(20);
  });

  it.each(flows.map((flow) => ({ name: flow.system, flow })))(
    'lets a client of $name do its work',
    async ({ flow }) => {
      for (const seed of [1, 2, 3]) {
        await start([flow.system], true, seed);
        const stage = stageAt(baseUrl);
        await flow.first(stage);
        await flow.second(stage);
        expect(stage.answers.length).toBeGreaterThan(2);
        await stop();
      }
    },
  );
});
