/** Chaos: the same answers in other forms, repeatable by the seed, and nothing of it when it is off. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startMock, type RunningMock } from '../../mocks/index.js';

const open: RunningMock[] = [];
afterAll(() => Promise.all(open.map((mock) => mock.close())));

async function start(chaos: boolean, seed = 1): Promise<RunningMock> {
  const startTime = new Date('2026-01-01T00:00:00Z');
  const systems = ['textsecure', 'misakey'] as const;
  const mock = await startMock({ systems, seed, startTime, chaos });
  open.push(mock);
  return mock;
}

interface Raw {
  readonly names: readonly string[];
  readonly body: string;
}

/** An answer with the names of its headers as they came. */
async function ask(url: string): Promise<Raw> {
  const sent = request(url, { agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const names = answer.rawHeaders.filter((_, at) => at % 2 === 0 && !/^date$/i.test(_));
  return { names, body: Buffer.concat(parts).toString() };
}

/** The forms of thirty answers, one after the other. */
async function forms(mock: RunningMock, path: string): Promise<readonly Raw[]> {
  const seen: Raw[] = [];
  for (let turn = 0; turn < 30; turn += 1) seen.push(await ask(`${mock.url}${path}`));
  return seen;
}

const distinct = (values: readonly unknown[]): number =>
  new Set(values.map((value) => JSON.stringify(value))).size;

describe('chaos', () => {
  it('varies headers, layout, members and framing of the same answer', async () => {
    const seen = await forms(await start(true), '/csrf');
    const bodies = seen.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies.every((body) => typeof body.csrf_token === 'string')).toBe(true);
    expect(distinct(bodies.map((body) => 'x-extra' in body))).toBe(2);
    expect(distinct(seen.map(({ body }) => body.includes('\n')))).toBe(2);
    const names = seen.map((raw) => raw.names.join(' '));
    expect(names.some((line) => line.includes('CONTENT-TYPE'))).toBe(true);
    expect(names.some((line) => line.includes('content-type'))).toBe(true);
    expect(names.some((line) => /transfer-encoding/i.test(line))).toBe(true);
    expect(names.some((line) => /content-length/i.test(line))).toBe(true);
    expect(names.some((line) => line.includes('Via'))).toBe(true);
  });

  it('makes the same choices again at the same seed, and others at another', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => forms(await start(true, seed), '/csrf')),
    );
    expect(again).toEqual(first);
    expect(other?.map(({ names }) => names)).not.toEqual(first?.map(({ names }) => names));
  });

  it('leaves the control plane as it is', async () => {
    const seen = await forms(await start(true), '/_countersign/inbox');
    expect(distinct(seen.map(({ names, body }) => [names, body]))).toBe(1);
  });

  it('is off unless asked for', async () => {
    const seen = await forms(await start(false), '/csrf');
    expect(distinct(seen.map(({ names }) => names))).toBe(1);
    expect(seen.every(({ body }) => !body.includes('x-extra'))).toBe(true);
  });

  it('sends messages in several frames with pings between, and they arrive whole', async () => {
    const mock = await start(true);
    const [identity] = (
      mock.profile.misakey as {
        readonly identities: readonly { readonly id: string; readonly accessToken: string }[];
      }
    ).identities;
    const { id = '', accessToken = '' } = identity ?? {};
    const ws = new WebSocket(`${mock.url.replace('http', 'ws')}/box-users/${id}/ws`, {
      headers: { Cookie: `accesstoken=${accessToken}; tokentype=bearer` },
    });
    let pings = 0;
    let frames = 0;
    const received: string[] = [];
    ws.on('ping', () => (pings += 1));
    ws.on('message', (data: Buffer) => received.push(data.toString()));
    await once(ws, 'open');
    // Frames are counted below the library: it hands over whole messages only.
    const receiver = (ws as unknown as { readonly _receiver: { getInfo(): void } })._receiver;
    const getInfo = receiver.getInfo.bind(receiver);
    receiver.getInfo = (...given: []) => {
      frames += 1;
      getInfo(...given);
    };
    const sent = Array.from({ length: 30 }, (_, turn) =>
      JSON.stringify({ type: 'ack', object: { sender_id: id, box_id: `世界 ${String(turn)}` } }),
    );
    for (const text of sent) {
      ws.send(text);
      await expect.poll(() => received.at(-1)).toBe(text);
    }
    expect(received).toEqual(sent);
    expect(pings).toBeGreaterThan(0);
    expect(frames - pings).toBeGreaterThan(sent.length);
    ws.terminate();
  });
});
