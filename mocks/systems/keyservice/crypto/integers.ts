/** Arithmetic on non-negative big integers, big-endian where bytes are concerned. */

export function toInteger(bytes: Uint8Array): bigint {
  let hex = '0x0';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(hex);
}

/** @param length number of bytes; the value is padded with zeros on the left to this length */
export function toBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(length * 2, '0');
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) {
    bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}

/** Number of bytes of a value without leading zeros. */
export function byteLength(value: bigint): number {
  return Math.ceil(value.toString(16).length / 2);
}

/** `base ** exponent mod modulus`, four bits of the exponent at a time. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const digits = exponent.toString(16);
  const powers = [1n];
  for (let at = 1; at < 16; at += 1) powers.push(((powers[at - 1] ?? 1n) * base) % modulus);
  let result = 1n;
  for (const digit of digits) {
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    result = (result * result) % modulus;
    const value = Number.parseInt(digit, 16);
    if (value !== 0) result = (result * (powers[value] ?? 1n)) % modulus;
  }
  return result;
}

/** The inverse of `value` modulo `modulus`, by the extended Euclidean algorithm. */
export function modInverse(value: bigint, modulus: bigint): bigint {
  let [before, now] = [modulus, value % modulus];
  let [factorBefore, factor] = [0n, 1n];
  while (now !== 0n) {
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  if (before !== 1n) throw new RangeError('the value has no inverse');
  return factorBefore < 0n ? factorBefore + modulus : factorBefore;
}
