import { sha1 } from '@noble/hashes/legacy.js';
import { decodeBase64, encodeUnpadded } from '../base64.js';

const encoder = new TextEncoder();

/** Bytes of the hash that a directory token keeps ("TextSecure Server: API Protocol", line 90). */
export const tokenLength = 10;

/**
 * The directory token of a number: the start of SHA-1 over the text, plus sign included, as
 * Base64 without padding (14 characters).
 */
export function directoryToken(number: string): string {
  return encodeUnpadded(sha1(encoder.encode(number)).subarray(0, tokenLength));
}

/**
 * Reads a directory token, padded or not.
 * @returns its one spelling without padding, or null where it is not Base64 of ten bytes
 */
export function readDirectoryToken(text: string): string | null {
  const bytes = decodeBase64(text);
  return bytes?.length === tokenLength ? encodeUnpadded(bytes) : null;
}
