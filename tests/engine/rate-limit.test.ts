import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimiter, type RateLimiter } from '../../mocks/engine/rate-limit.js';

function limiterAt(capacity?: number): { limiter: RateLimiter; wait: (ms: number) => void } {
  let now = 1_000_000;
  return {
    limiter: createRateLimiter(() => now, capacity),
    wait: (ms) => {
      now += ms;
    },
  };
}

const five = { size: 5, perMinute: 1 };

function takeAll(limiter: RateLimiter, key: string, bucket = five): number {
  let taken = 0;
  while (limiter.take(key, bucket)) taken += 1;
  return taken;
}

describe('a bucket', () => {
  it('starts full and refuses what it does not hold', () => {
    expect(takeAll(limiterAt().limiter, 'k')).toBe(5);
  });

  it('refills evenly', () => {
    const { limiter, wait } = limiterAt();
    takeAll(limiter, 'k');
    wait(59_999);
    expect(limiter.take('k', five)).toBe(false);
    wait(1);
    expect(limiter.take('k', five)).toBe(true);
    expect(limiter.take('k', five)).toBe(false);
  });

  it('is not set back by refused tries: they take nothing', () => {
    const { limiter, wait } = limiterAt();
    takeAll(limiter, 'k');
    for (let second = 0; second < 59; second += 1) {
      wait(1_000);
      expect(limiter.take('k', five)).toBe(false);
    }
    wait(1_001);
    expect(limiter.take('k', five)).toBe(true);
  });

  it('holds no more than its size, however long it rests', () => {
    const { limiter, wait } = limiterAt();
    takeAll(limiter, 'k');
    wait(365 * 86_400_000);
    expect(takeAll(limiter, 'k')).toBe(5);
  });

  it('gives several units or none of them', () => {
    const { limiter } = limiterAt();
    expect(limiter.take('k', five, 4)).toBe(true);
    expect(limiter.take('k', five, 2)).toBe(false);
    expect(limiter.take('k', five, 1)).toBe(true);
    expect(limiter.take('k', five, 6)).toBe(false);
  });

  it('of another key is another bucket', () => {
    const { limiter } = limiterAt();
    takeAll(limiter, 'a');
    expect(takeAll(limiter, 'b')).toBe(5);
  });

  it('never gives out more than size plus refill, whatever the pattern of tries', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 120_000 }), { maxLength: 60 }), (pauses) => {
        const { limiter, wait } = limiterAt();
        let taken = 0;
        let elapsed = 0;
        for (const pause of pauses) {
          wait(pause);
          elapsed += pause;
          if (limiter.take('k', five)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(5 + elapsed / 60_000 + 1e-6);
      }),
    );
  });
});

describe('the limiter', () => {
  it('is bounded: beyond its capacity the bucket that rested longest goes', () => {
    const { limiter } = limiterAt(2);
    takeAll(limiter, 'old');
    takeAll(limiter, 'busy');
    limiter.take('old', five);
    limiter.take('new', five);
    // "old" was used after "busy", so "busy" made room and starts full again.
    expect(limiter.take('old', five)).toBe(false);
    expect(limiter.take('busy', five)).toBe(true);
  });
});
