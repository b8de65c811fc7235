import { checkPrimeSync } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  keyCount,
  throwawayPrimes,
} from '../../../mocks/systems/keyservice/crypto/throwaway-primes.js';

it('every throw-away prime is a prime of 512 bits, suits the exponent, and is there once', () => {
  const all = Array.from({ length: keyCount }, (_, place) => throwawayPrimes(place)).flat();
  expect(new Set(all).size).toBe(256);
  for (const prime of all) {
    expect(prime.toString(2)).toHaveLength(512);
    expect((prime - 1n) % 65537n).not.toBe(0n);
    expect(checkPrimeSync(prime)).toBe(true);
  }
  expect(() => throwawayPrimes(keyCount)).toThrow(RangeError);
});
