import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../mocks/engine/random.js';

function draw(random: Random): unknown[] {
  return [random.uuid(), random.integer(10 ** 6), random.text(8, 'abc'), random.bytes(5)];
}

describe('a seed', () => {
  it('makes every draw repeatable', () => {
    expect(draw(createRandom(7, 'ssks'))).toEqual(draw(createRandom(7, 'ssks')));
  });

  it('gives other streams and other seeds other values', () => {
    const one = draw(createRandom(7, 'ssks'));
    expect(draw(createRandom(7, 'quatrix'))).not.toEqual(one);
    expect(draw(createRandom(8, 'ssks'))).not.toEqual(one);
  });

  it('keeps streams independent: draws from one do not move another', () => {
    const alone = createRandom(7, 'b').bytes(32);
    const a = createRandom(7, 'a');
    const b = createRandom(7, 'b');
    a.bytes(100);
    expect(b.bytes(32)).toEqual(alone);
  });

  it('gives one stream, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 70 }), { maxLength: 12 }), (lengths) => {
        const cut = createRandom(1, 's');
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const parts = lengths.flatMap((length) => [...cut.bytes(length)]);
        expect(parts).toEqual([...createRandom(1, 's').bytes(total)]);
      }),
    );
  });

  it('of zero is a seed like any other', () => {
    expect(draw(createRandom(0, 's'))).toEqual(draw(createRandom(0, 's')));
  });
});

describe('without a seed', () => {
  it('two worlds differ', () => {
    expect(createRandom(undefined, 's').bytes(16)).not.toEqual(
      createRandom(undefined, 's').bytes(16),
    );
  });

  it('gives as many bytes as asked, beyond what the platform gives at once', () => {
    const random = createRandom(undefined, 's');
    for (const length of [0, 1, 1024, 1025, 65_537, 200_000]) {
      expect(random.bytes(length)).toHaveLength(length);
    }
    expect(
      random
        .bytes(200_000)
        .slice(131_072)
        .some((byte) => byte !== 0),
    ).toBe(true);
  });

  it('hands out bytes that later draws do not change', () => {
    const random = createRandom(undefined, 's');
    const first = random.bytes(8);
    const copy = [...first];
    random.bytes(4096);
    expect([...first]).toEqual(copy);
  });
});

describe.each([
  ['seeded', 3],
  ['unseeded', undefined],
])('%s draws', (_name, seed) => {
  const random = createRandom(seed, 'draws');

  it('of integers stay within their bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 }), (limit) => {
        const value = random.integer(limit);
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
      }),
    );
  });

  it('of integers reach each value, equally often within five sigma', () => {
    for (const limit of [3, 6, 10, 200]) {
      const draws = 300 * limit;
      const tally = new Map<number, number>();
      for (let at = 0; at < draws; at += 1) {
        const value = random.integer(limit);
        tally.set(value, (tally.get(value) ?? 0) + 1);
      }
      expect(tally.size).toBe(limit);
      for (const count of tally.values()) expect(Math.abs(count - 300)).toBeLessThan(5 * 17.4);
    }
  });

  it('of one possible value give it', () => {
    expect(random.integer(1)).toBe(0);
    expect(random.pick(['only'])).toBe('only');
    expect(random.text(3, 'x')).toBe('xxx');
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 48 + 1])('refuse the limit %d', (limit) => {
    expect(() => random.integer(limit)).toThrow(RangeError);
  });

  it('from nothing are errors, not endless loops', () => {
    expect(() => random.pick([])).toThrow(RangeError);
    expect(() => random.text(1, '')).toThrow(RangeError);
  });

  it('of UUIDs are version 4 in lower case, and differ', () => {
    const drawn = Array.from({ length: 200 }, () => random.uuid());
    for (const uuid of drawn) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(drawn).size).toBe(200);
  });
});
