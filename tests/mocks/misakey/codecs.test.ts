import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCookies } from '../../../mocks/systems/misakey/cookies.js';
import { equalText } from '../../../mocks/engine/equal-text.js';
import { formatInstant, toMicroseconds } from '../../../mocks/systems/misakey/instant.js';
import { parseLeadingJson } from '../../../mocks/systems/misakey/leading-json.js';

const instants = fc.record({
  milliseconds: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  nanoseconds: fc.integer({ min: 0, max: 999_999 }),
});

describe('times', () => {
  it('are RFC 3339 in UTC without zeros at the end, and keep every nanosecond', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const text = formatInstant(instant);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/);
        const [seconds = '', fraction = ''] = text.slice(0, -1).split('.');
        const nanoseconds = Number(fraction.padEnd(9, '0'));
        expect(Date.parse(`${seconds}Z`) + Math.floor(nanoseconds / 1e6)).toBe(
          instant.milliseconds,
        );
        expect(nanoseconds % 1e6).toBe(instant.nanoseconds);
      }),
    );
  });

  it('round to microseconds by less than one', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const rounded = toMicroseconds(instant);
        expect(rounded.nanoseconds % 1_000).toBe(0);
        const apart =
          (rounded.milliseconds - instant.milliseconds) * 1e6 +
          (rounded.nanoseconds - instant.nanoseconds);
        expect(Math.abs(apart)).toBeLessThanOrEqual(500);
      }),
    );
  });
});

describe('leading JSON', () => {
  it('is the object, whatever follows it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (object, rest) => {
        const text = JSON.stringify(object);
        expect(parseLeadingJson(text + rest)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['', 'x', '{', '{"a"}', '[1] x', '{"a":1,}', '"\\'])('is not there in %j', (text) => {
    expect(parseLeadingJson(text)).toBeUndefined();
  });
});

describe('cookies', () => {
  it('are read as they stand, the first of a name counting', () => {
    const cookies = parseCookies('a=1; b = x=y ;; =z; c; a=2; d=');
    expect([...cookies]).toEqual([
      ['a', '1'],
      ['b', 'x=y'],
      ['d', ''],
    ]);
  });
});

describe('equal texts', () => {
  it('are those that are equal', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(equalText(a, b)).toBe(a === b);
        expect(equalText(a, a)).toBe(true);
      }),
    );
  });
});
