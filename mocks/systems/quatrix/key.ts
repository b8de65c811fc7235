import { hmac, type _HMAC } from '@noble/hashes/hmac.js';
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

type Mac = InstanceType<typeof _HMAC>;
/** By key: the MAC that has taken the key in, and one that is brought to its state for each use. */
const macs = new Map<string, { readonly keyed: Mac; readonly used: Mac }>();

/** Bytes of a subject that is encoded without new memory; a usual one has some 100. */
const room = new Uint8Array(1024);
const tag = new Uint8Array(20);

/**
 * HMAC-SHA1 of a subject, as 40 lower-case hexadecimal digits (line 78).
 * @param key the hexadecimal text itself is the HMAC key, not the bytes that it stands for
 */
export function sign(key: string, subject: string): string {
  let mac = macs.get(key);
  if (mac === undefined) {
    const keyed = hmac.create(sha1, encoder.encode(key)) as Mac;
    mac = { keyed, used: keyed.clone() };
    macs.set(key, mac);
  }
  // Every signed call comes by here: a clone and its buffers would be most of what it costs.
  mac.keyed._cloneInto(mac.used).update(encode(subject)).digestInto(tag);
  return bytesToHex(tag);
}

/** The UTF-8 bytes of a text, good until the next call. */
function encode(text: string): Uint8Array {
  // A UTF-16 unit has three bytes at most.
  if (text.length * 3 > room.length) return encoder.encode(text);
  return room.subarray(0, encoder.encodeInto(text, room).written);
}
