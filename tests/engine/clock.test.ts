import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, type Clock } from '../../mocks/engine/clock.js';

const start = Date.parse('2026-01-01T00:00:00Z');
let clock: Clock;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2030-06-01T12:00:00Z') });
  clock = createClock(start);
});

afterEach(() => {
  clock.stop();
  vi.useRealTimers();
});

describe('the clock', () => {
  it('starts where it is told and runs with the machine', () => {
    expect(clock.now()).toBe(start);
    vi.advanceTimersByTime(1_500);
    expect(clock.now()).toBe(start + 1_500);
  });

  it('is the machine’s own without a start', () => {
    expect(createClock().now()).toBe(Date.now());
  });

  it('moves forward at once, and goes on from there', () => {
    clock.advance(3_600_000);
    vi.advanceTimersByTime(1);
    expect(clock.now()).toBe(start + 3_600_001);
  });

  it('refuses to go where no date is, or backwards', () => {
    for (const far of [Number.POSITIVE_INFINITY, Number.NaN, 8.64e15, -1]) {
      expect(() => {
        clock.advance(far);
      }).toThrow(RangeError);
    }
    expect(clock.now()).toBe(start);
  });
});

describe('an alarm', () => {
  it('rings when its time has come by itself', () => {
    const ring = vi.fn();
    clock.after(1_000, ring);
    vi.advanceTimersByTime(999);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('rings on an advance, the one that is due first before the others', () => {
    const rung: string[] = [];
    clock.after(3_000, () => rung.push('third'));
    clock.after(1_000, () => rung.push('first'));
    clock.after(2_000, () => rung.push('second'));
    clock.after(9_000, () => rung.push('later'));
    clock.advance(3_000);
    expect(rung).toEqual(['first', 'second', 'third']);
    clock.advance(5_999);
    expect(rung).toHaveLength(3);
    clock.advance(1);
    expect(rung).toHaveLength(4);
  });

  it('rings in the order of setting where two are due at once', () => {
    const rung: number[] = [];
    for (let at = 0; at < 10; at += 1) clock.after(500, () => rung.push(at));
    clock.advance(500);
    expect(rung).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('rings once: what an advance took has no timer left', () => {
    const ring = vi.fn();
    clock.after(1_000, ring);
    clock.advance(1_000);
    vi.advanceTimersByTime(5_000);
    clock.advance(5_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('rings early in real time after the clock was moved part of the way', () => {
    const ring = vi.fn();
    clock.after(60_000, ring);
    clock.advance(59_000);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('can be cancelled, also by one that rings before it in the same advance', () => {
    const ring = vi.fn();
    const cancel = clock.after(1_000, ring);
    cancel();
    const cancelOther = clock.after(2_000, ring);
    clock.after(1_500, cancelOther);
    clock.advance(10_000);
    vi.advanceTimersByTime(10_000);
    expect(ring).not.toHaveBeenCalled();
  });

  it('may set another while it rings; that one waits its own time', () => {
    const rung: number[] = [];
    const again = (): void => {
      rung.push(clock.now());
      clock.after(1_000, again);
    };
    clock.after(1_000, again);
    clock.advance(1_000);
    clock.advance(1_000);
    expect(rung).toEqual([start + 1_000, start + 2_000]);
  });

  it('of more than 25 days waits its whole time', () => {
    const ring = vi.fn();
    const days = 30 * 86_400_000;
    clock.after(days, ring);
    vi.advanceTimersByTime(days - 1);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('with no time to wait rings soon, not within the call', () => {
    const ring = vi.fn();
    clock.after(0, ring);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('is gone after stop', () => {
    const ring = vi.fn();
    clock.after(1_000, ring);
    clock.stop();
    clock.advance(2_000);
    vi.advanceTimersByTime(2_000);
    expect(ring).not.toHaveBeenCalled();
  });
});
