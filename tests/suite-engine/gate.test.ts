import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGate, type Gate, type Pass } from '../../suites/engine/gate.js';

afterEach(() => {
  vi.useRealTimers();
});

const open = new AbortController().signal;

function gateOf(limits: Parameters<typeof createGate>[0]): Gate {
  const gate = createGate(limits);
  if (gate === null) throw new Error('nothing is limited');
  return gate;
}

/** Whether it is settled once everything that can go on has gone on. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(
    () => (done = true),
    () => (done = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('a gate', () => {
  it('is none where nothing is limited', () => {
    expect(createGate({})).toBeNull();
  });

  it('gives turns at even distances, however many ask at once', () => {
    vi.useFakeTimers();
    const gate = gateOf({ perSecond: 10 });
    expect([gate.turn(), gate.turn(), gate.turn()]).toEqual([0, 100, 200]);
    vi.advanceTimersByTime(250);
    expect(gate.turn()).toBe(50);
    vi.advanceTimersByTime(1_000);
    // What was not used is not saved up.
    expect([gate.turn(), gate.turn()]).toEqual([0, 100]);
  });

  it('says how long a turn was waited for', async () => {
    vi.useFakeTimers();
    const gate = gateOf({ perSecond: 10 });
    expect((await gate.enter(open)).waitedMs).toBe(0);
    const second = gate.enter(open);
    await vi.advanceTimersByTimeAsync(100);
    expect((await second).waitedMs).toBe(100);
  });

  it('lets no more in than have a place, and the next when one leaves', async () => {
    const gate = gateOf({ connections: 2 });
    const [first] = await Promise.all([gate.enter(open), gate.enter(open)]);
    const third = gate.enter(open);
    expect(await settled(third)).toBe(false);
    first.leave();
    expect(await settled(third)).toBe(true);
  });

  it('gives a place back once, however often it is left', async () => {
    const gate = gateOf({ connections: 1 });
    const first = await gate.enter(open);
    first.leave();
    first.leave();
    await gate.enter(open);
    expect(await settled(gate.enter(open))).toBe(false);
  });

  it('lets those in first who came first', async () => {
    const gate = gateOf({ connections: 1 });
    const order: string[] = [];
    const note = (name: string) => (pass: Pass) => {
      order.push(name);
      pass.leave();
    };
    const first = await gate.enter(open);
    const others = ['second', 'third'].map((name) => gate.enter(open).then(note(name)));
    first.leave();
    await Promise.all(others);
    expect(order).toEqual(['second', 'third']);
  });

  it('forgets who gives up, and keeps no place for them', async () => {
    const gate = gateOf({ connections: 1 });
    const first = await gate.enter(open);
    const impatient = new AbortController();
    const given = gate.enter(impatient.signal);
    const after = gate.enter(open);
    await settled(given);
    impatient.abort();
    await expect(given).rejects.toThrow('given up while waiting for a free connection');
    first.leave();
    expect(await settled(after)).toBe(true);
  });

  it('is closed to a check that has ended', async () => {
    await expect(gateOf({ connections: 1 }).enter(AbortSignal.abort())).rejects.toThrow();
  });
});
