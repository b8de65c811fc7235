import { createHash } from 'node:crypto';
import type { Buffer } from 'node:buffer';
import { unpadded } from './base64.js';

/** The ten bytes that a directory token stands for: the start of SHA-1 over the number's text. */
export function tokenBytes(number: string): Buffer {
  return createHash('sha1').update(number, 'utf8').digest().subarray(0, 10);
}

/** The directory token of a number: 14 characters, no padding. */
export function tokenOf(number: string): string {
  return unpadded(tokenBytes(number));
}

/** The token that differs from a number's in the last bit of its last byte. */
export function neighbourToken(number: string): string {
  const bytes = Uint8Array.from(tokenBytes(number));
  bytes[9] = (bytes[9] ?? 0) ^ 1;
  return unpadded(bytes);
}
