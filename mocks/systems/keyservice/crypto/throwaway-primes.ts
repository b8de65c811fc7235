import { sha256 } from '@noble/hashes/sha2.js';
import { toInteger } from './integers.js';

/** How many key pairs of 1024 bits there are; two primes make one. */
export const keyCount = 128;

/**
 * How far each prime lies above its starting point, in steps of two: the first one there of which
 * 64 rounds of Miller-Rabin find no divisor, and that suits the exponent 65537.
 */
const steps: readonly number[] = [
  7, 812, 28, 305, 312, 58, 113, 72, 336, 11, 233, 319, 255, 164, 299, 15, 19, 20, 47, 188, 402, 90,
  284, 247, 127, 443, 50, 210, 200, 25, 43, 35, 100, 13, 305, 52, 79, 25, 51, 126, 61, 35, 216, 38,
  54, 610, 284, 87, 161, 14, 9, 25, 323, 72, 404, 101, 169, 223, 693, 414, 163, 361, 63, 317, 104,
  383, 134, 234, 255, 70, 75, 661, 91, 28, 61, 223, 688, 464, 70, 491, 489, 337, 36, 73, 68, 239,
  16, 66, 507, 42, 9, 292, 72, 434, 131, 254, 50, 278, 67, 208, 188, 166, 233, 24, 125, 168, 239,
  107, 285, 40, 46, 95, 524, 46, 505, 124, 102, 203, 204, 155, 96, 200, 174, 154, 498, 49, 48, 310,
  507, 128, 145, 262, 0, 409, 94, 138, 553, 19, 112, 371, 61, 105, 122, 431, 36, 146, 55, 462, 1,
  47, 198, 36, 85, 248, 11, 289, 132, 125, 775, 73, 7, 101, 631, 457, 46, 86, 229, 122, 128, 172,
  104, 114, 447, 20, 89, 365, 918, 266, 148, 92, 209, 86, 151, 71, 73, 45, 396, 373, 107, 30, 89,
  93, 108, 160, 154, 244, 643, 399, 83, 2, 309, 212, 259, 235, 261, 175, 156, 134, 572, 77, 435,
  625, 187, 204, 280, 204, 104, 139, 358, 207, 32, 282, 39, 15, 30, 80, 93, 59, 79, 6, 216, 14, 427,
  276, 87, 68, 26, 67, 84, 313, 58, 32, 231, 614, 12, 181, 221, 428, 7, 258, 94, 216, 12, 389, 162,
  258,
];

const utf8 = new TextEncoder();

/**
 * The primes of a key pair. They were found for this mock and are public, so a key made of them
 * protects nothing. Written as distances they take a kilobyte of a page, and not twenty.
 * @param place from 0 to 127
 */
export function throwawayPrimes(place: number): readonly [p: bigint, q: bigint] {
  return [primeAt(place * 2), primeAt(place * 2 + 1)];
}

function primeAt(index: number): bigint {
  const step = steps[index];
  if (step === undefined) throw new RangeError(`there is no prime ${String(index)}`);
  return startOf(index) + 2n * BigInt(step);
}

/** 512 bits of SHA-256, the two highest and the lowest of them set. */
function startOf(index: number): bigint {
  const halves = [0, 1].map((half) =>
    sha256(utf8.encode(`countersign throw-away prime ${String(index)}/${String(half)}`)),
  );
  const [high, low] = halves.map(toInteger);
  return ((high ?? 0n) << 256n) | (low ?? 0n) | (3n << 510n) | 1n;
}
