import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64 } from './base64.js';

/** What `Authorization: Basic` carries. */
export interface Credentials {
  readonly number: string;
  readonly password: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/**
 * The part of a header after the scheme Basic.
 * @param exact compares the scheme's case too, as the public server did in places
 */
export function basicPart(header: string | undefined, exact: boolean): string | null {
  if (header === undefined) return null;
  const space = header.indexOf(' ');
  if (space === -1) return null;
  const scheme = header.slice(0, space);
  if (exact ? scheme !== 'Basic' : scheme.toLowerCase() !== 'basic') return null;
  return header.slice(space + 1).trim();
}

/**
 * Reads credentials: Base64 of number, colon and password, split at the first colon.
 * @returns null where the form is wrong or the password empty
 */
export function readCredentials(part: string | null): Credentials | null {
  const bytes = part === null ? null : decodeBase64(part);
  if (bytes === null) return null;
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return null;
  }
  const colon = text.indexOf(':');
  if (colon === -1 || colon === text.length - 1) return null;
  return { number: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** SHA-256 over salt and password. The accounts of a mock are throw-away: no slow hash. */
export function digestPassword(salt: Uint8Array, password: string): Uint8Array {
  return sha256.create().update(salt).update(encoder.encode(password)).digest();
}

/** Compares without telling by its time where two values differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** The same for texts. */
export function equalTexts(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
