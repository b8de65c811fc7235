import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../suites/engine/nearest.js';

describe('the nearest known word', () => {
  const known = ['textsecure', 'quatrix', 'misakey', 'ssks', 'keyservice'];

  it.each([
    ['textsecur', 'textsecure'],
    ['TextSecure', 'textsecure'],
    ['quatrx', 'quatrix'],
    ['sskss', 'ssks'],
    ['keysrevice', 'keyservice'],
  ])('of %s is %s', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it.each(['', 'qqqqqq', 'completely-different'])('of %j is none', (word) => {
    expect(nearest(word, known)).toBeNull();
  });

  it('of nothing known is none', () => {
    expect(nearest('a', [])).toBeNull();
  });

  it('is the word itself where it is known, whatever else is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, others) => {
        const found = nearest(word, [...others, word]);
        expect(found?.toLowerCase()).toBe(word.toLowerCase());
      }),
    );
  });

  it('survives one mistake in a word of six letters or more', () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      minLength: 6,
      maxLength: 20,
    });
    fc.assert(
      fc.property(letters, fc.nat(), (word, at) => {
        const place = at % word.length;
        const dropped = word.slice(0, place) + word.slice(place + 1);
        const changed = `${word.slice(0, place)}#${word.slice(place + 1)}`;
        expect(nearest(dropped, [word])).toBe(word);
        expect(nearest(changed, [word])).toBe(word);
      }),
    );
  });
});
