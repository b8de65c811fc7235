import { Buffer } from 'node:buffer';

/**
 * Reads Base64 of the standard alphabet, padded or not.
 * @returns null for anything else, white space and the URL-safe alphabet included
 */
export function readBase64(text: string): Buffer | null {
  const match = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(text);
  const [, digits = '', padding = ''] = match ?? [];
  if (match === null || digits.length % 4 === 1) return null;
  if (padding !== '' && (digits.length + padding.length) % 4 !== 0) return null;
  return Buffer.from(digits, 'base64');
}

/** Writes Base64 without padding. */
export function unpadded(bytes: Uint8Array): string {
  return padded(bytes).replace(/=+$/, '');
}

/** Writes Base64 with padding. */
export function padded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
