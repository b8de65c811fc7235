/** A restored snapshot goes on exactly where it was taken, in every system. */
import { setupServer } from 'msw/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMockCore } from '../../mocks/engine/mock.js';
import { LiveMap, LiveSet } from '../../mocks/engine/live.js';
import { readSnapshot, SnapshotError, writeSnapshot } from '../../mocks/engine/snapshot.js';
import { countersign, type MswMock } from '../../mocks/msw.js';
import { flows, stageAt, type Flow, type FlowAnswer, type Stage } from '../support/flows.js';
import { probe } from './probe.js';

const baseUrl = 'https://api.example.test';
const startTime = new Date('2026-01-01T00:00:00Z');

afterEach(() => {
  vi.useRealTimers();
});

async function through(mock: MswMock, act: () => Promise<void>): Promise<void> {
  const server = setupServer(...mock.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  try {
    await act();
  } finally {
    server.close();
  }
}

describe.each(flows.map((flow) => ({ name: flow.system, flow })))('$name', ({ flow }) => {
  // The machine's time stands still, so that both halves see the same.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  async function secondHalf(mock: MswMock, stage: Stage): Promise<readonly FlowAnswer[]> {
    await through(mock, () => flow.second(stage));
    return stage.answers;
  }

  it('answers the same after a restore as without it, at the same seed', async () => {
    const options = { systems: [flow.system], baseUrl, seed: 3, startTime };
    const mock = await countersign(options);
    const before = stageAt(baseUrl);
    await through(mock, () => flow.first(before));
    await mock.clock.advance('7s');
    const snapshot = await mock.snapshot();
    const wanted = await secondHalf(mock, stageAt(baseUrl, { ...before.memory }));
    expect(await mock.snapshot()).not.toBe(snapshot);

    // Another mock at another seed, after some work of its own.
    const other = await countersign({ ...options, seed: 99, startTime: new Date() });
    await through(other, () => flow.first(stageAt(baseUrl)));
    await other.restore(snapshot);
    expect(await other.snapshot()).toBe(snapshot);
    expect(await secondHalf(other, stageAt(baseUrl, { ...before.memory }))).toEqual(wanted);

    // And the first one once more.
    await mock.restore(snapshot);
    expect(await secondHalf(mock, stageAt(baseUrl, { ...before.memory }))).toEqual(wanted);
    await mock.close();
    await other.close();
  });

  it('cannot go on after a reset of this system, and can after one of another', async () => {
    const mock = await countersign({ systems: [...others(flow), flow.system], baseUrl });
    const stage = stageAt(baseUrl);
    await through(mock, () => flow.first(stage));
    const half = { ...stage.memory };
    await mock.reset(others(flow));
    await secondHalf(mock, stageAt(baseUrl, { ...half }));
    await mock.reset([flow.system]);
    await expect(secondHalf(mock, stageAt(baseUrl, { ...half }))).rejects.toThrow();
    await mock.close();
  });
});

function others(flow: Flow): Flow['system'][] {
  return flow.system === 'ssks' ? ['quatrix'] : ['ssks'];
}

describe('the clock of a restored world', () => {
  const core = () => createMockCore({ systems: [probe({ 'GET /probe': {} })] });

  it('goes on at the instant of the snapshot, or lets the time since pass', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const first = core();
    first.world.clock.advance(500);
    const snapshot = first.snapshot();
    vi.setSystemTime(1_060_000);
    const second = core();
    second.restore(snapshot);
    expect(second.world.clock.now()).toBe(1_000_500);
    second.restore(snapshot, 'now');
    expect(second.world.clock.now()).toBe(1_060_500);
  });

  it('does not shorten or prolong what waits', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const first = core();
    const rung: number[] = [];
    const snapshot = first.snapshot();
    first.world.clock.advance(3_600_000);
    first.world.clock.after(1_000, () => rung.push(Date.now()));
    first.restore(snapshot);
    vi.advanceTimersByTime(999);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual([1_001_000]);
  });
});

describe('what a snapshot holds', () => {
  const frame = {
    dialect: 'documented',
    seed: null,
    now: 1,
    ahead: 0,
    jobs: 0,
    inbox: { messages: [], lastId: 0 },
  } as const;
  const roundTrip = (state: unknown): unknown => {
    const text = writeSnapshot({ ...frame, systems: { s: { drawn: 5, levels: [], state } } });
    return readSnapshot(text).systems.s?.state;
  };

  it('is maps, sets, bytes, big numbers, dates and references, round and round', () => {
    const shared = { name: 'shared' };
    const state = {
      map: new Map<string, unknown>([['a', shared]]),
      set: new Set([shared, 2]),
      bytes: Uint8Array.of(0, 255),
      big: 2n ** 70n,
      date: new Date(5),
      none: undefined,
      self: null as unknown,
    };
    state.self = state;
    const back = roundTrip(state) as typeof state;
    expect(back.map.get('a')).toEqual(shared);
    expect([...back.set][0]).toBe(back.map.get('a'));
    expect(back.bytes).toEqual(state.bytes);
    expect([back.big, back.date, back.none]).toEqual([state.big, state.date, undefined]);
    expect(back.self).toBe(back);
  });

  it('is of bytes only those that are meant, not the buffer around them', () => {
    const around = Buffer.from('secret-before|mine|secret-after');
    const text = writeSnapshot({
      ...frame,
      systems: { s: { drawn: 0, levels: [], state: around.subarray(14, 18) } },
    });
    expect(text).not.toContain(around.toString('base64').slice(0, 12));
    expect(readSnapshot(text).systems.s?.state).toEqual(new Uint8Array(Buffer.from('mine')));
  });

  it('is nothing of what is open: that comes back empty', () => {
    const held = new LiveSet([() => undefined]);
    const back = roundTrip({ held, sockets: new LiveMap([['a', held]]) }) as {
      held: LiveSet<unknown>;
      sockets: LiveMap<unknown, unknown>;
    };
    expect(back.held).toBeInstanceOf(LiveSet);
    expect([back.held.size, back.sockets.size]).toEqual([0, 0]);
  });

  it.each([
    ['', 'not valid JSON'],
    ['{}', '"format" must be "countersign-state/1"'],
    ['[]', '"format" must be'],
    ['{"format":"countersign-state/2"}', '"format" must be'],
    ['{"format":"countersign-state/1"}', 'is damaged'],
    [JSON.stringify({ format: 'countersign-state/1', ...frame, systems: { s: 1 } }), 'state of s'],
    [
      JSON.stringify({
        format: 'countersign-state/1',
        ...frame,
        systems: { s: { levels: [], state: [[7]] } },
      }),
      'state of s is damaged',
    ],
  ])('%s is refused with words', (text, words) => {
    expect(() => readSnapshot(text)).toThrow(SnapshotError);
    expect(() => readSnapshot(text)).toThrow(words);
  });
});

describe('a snapshot of another mock', () => {
  const core = (slug: string, dialect: 'documented' | 'observed' = 'documented') =>
    createMockCore({ systems: [probe({ 'GET /probe': {} }, { slug })], dialect });

  it('is refused, and changes nothing', () => {
    const mine = core('a');
    const before = mine.snapshot().replace(/"now":\d+/, '');
    expect(() => {
      mine.restore(core('b').snapshot());
    }).toThrow('the state holds b, which this mock does not serve');
    expect(() => {
      mine.restore(core('a', 'observed').snapshot());
    }).toThrow('made in dialect observed');
    expect(mine.snapshot().replace(/"now":\d+/, '')).toBe(before);
  });
});
