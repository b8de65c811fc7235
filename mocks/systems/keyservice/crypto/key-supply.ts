import type { Random } from '../../../engine/random.js';
import { modPow, toInteger } from './integers.js';
import { keyFromPrimes, type PrivateKey } from './rsa-key.js';
import { keyCount, throwawayPrimes } from './throwaway-primes.js';

/** Hands out key pairs, never the same one twice. */
export type KeySupply = () => PrivateKey;

/**
 * A supply for one world. The keys come from a list of throw-away primes, in an order drawn from
 * the world's randomness, so that making a key costs nothing; when the list is used up they are
 * made from random numbers of the world. Either way a seed repeats them.
 * @param left places in the list that are not used yet; each one taken is removed
 */
export function createKeySupply(random: Random, left = allKeys()): KeySupply {
  return () => {
    const [place] = left.length === 0 ? [] : left.splice(random.integer(left.length), 1);
    if (place === undefined) return keyFromPrimes(findPrime(random), findPrime(random));
    return keyFromPrimes(...throwawayPrimes(place));
  };
}

/** Every place in the list of throw-away primes. */
export function allKeys(): number[] {
  return Array.from({ length: keyCount }, (_, place) => place);
}

const primeBytes = 64;
/** Rounds of Miller-Rabin with random bases; 512-bit candidates need fewer (FIPS 186-4, C.3). */
const rounds = 8;
const smallPrimes = sieve(2000);

/** A random prime of 512 bits whose two highest bits are set, so that a product has 1024. */
function findPrime(random: Random): bigint {
  for (;;) {
    const bytes = random.bytes(primeBytes);
    bytes[0] = (bytes[0] ?? 0) | 0xc0;
    bytes[primeBytes - 1] = (bytes[primeBytes - 1] ?? 0) | 1;
    const candidate = toInteger(bytes);
    if (smallPrimes.some((prime) => candidate % prime === 0n)) continue;
    if ((candidate - 1n) % 65537n !== 0n && isProbablyPrime(candidate, random)) return candidate;
  }
}

function isProbablyPrime(candidate: bigint, random: Random): boolean {
  let odd = candidate - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos += 1;
  }
  for (let round = 0; round < rounds; round += 1) {
    const base = 2n + (toInteger(random.bytes(primeBytes)) % (candidate - 3n));
    let value = modPow(base, odd, candidate);
    if (value === 1n || value === candidate - 1n) continue;
    let witness = true;
    for (let at = 1; at < twos && witness; at += 1) {
      value = (value * value) % candidate;
      if (value === candidate - 1n) witness = false;
    }
    if (witness) return false;
  }
  return true;
}

function sieve(limit: number): readonly bigint[] {
  const primes: number[] = [];
  for (let number = 3; number < limit; number += 2) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes.map(BigInt);
}
