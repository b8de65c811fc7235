import { ciphertextLength, writeCiphertext, type Unsealed } from './unsealed.js';

/** A piece of a body: a text, or what its ciphertext is written for. */
export type Part = string | Unsealed;

const utf8 = new TextEncoder();

/**
 * Joins the parts of a body in UTF-8. Everything is written straight into its place, so that a
 * body of 360 MB is held once.
 * @param parts gives the same parts each time: once for their lengths, once to write them
 */
export function joinParts(parts: () => Iterable<Part>): Uint8Array {
  let length = 0;
  for (const part of parts()) {
    length += typeof part === 'string' ? utf8.encode(part).length : ciphertextLength(part);
  }
  const target = new Uint8Array(length);
  let at = 0;
  for (const part of parts()) {
    if (typeof part !== 'string') at = writeCiphertext(part, target, at);
    else at += utf8.encodeInto(part, target.subarray(at)).written;
  }
  return target;
}
