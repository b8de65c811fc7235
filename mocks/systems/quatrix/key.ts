import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Iterations and length in bytes of the derived key (document, line 65). */
const iterations = 4096;
const length = 32;

const encoder = new TextEncoder();
const noSalt = new Uint8Array(0);
/** Derivation costs milliseconds, and the passwords of a mock are few and fixed. */
const known = new Map<string, string>();

/**
 * The key that signs for a password: PBKDF2-HMAC-SHA1 over its UTF-8 bytes, empty salt, as 64
 * lower-case hexadecimal digits (lines 64-65 and 77; the hash function is observed).
 */
export function deriveKey(password: string): string {
  let key = known.get(password);
  if (key === undefined) {
    const bytes = encoder.encode(password);
    key = bytesToHex(pbkdf2(sha1, bytes, noSalt, { c: iterations, dkLen: length }));
    known.set(password, key);
  }
  return key;
}

type Mac = ReturnType<typeof hmac.create>;
const macs = new Map<string, Mac>();

/**
 * HMAC-SHA1 of a subject, as 40 lower-case hexadecimal digits (line 78).
 * @param key the hexadecimal text itself is the HMAC key, not the bytes that it stands for
 */
export function sign(key: string, subject: string): string {
  let mac = macs.get(key);
  if (mac === undefined) {
    mac = hmac.create(sha1, encoder.encode(key));
    macs.set(key, mac);
  }
  return bytesToHex(mac.clone().update(encoder.encode(subject)).digest());
}
