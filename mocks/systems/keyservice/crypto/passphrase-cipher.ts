import { cbc } from '@noble/ciphers/aes.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { base64, fromBase64, utf16Bytes, utf16Text } from './encodings.js';

/** Rounds and salt of the key derivation, as in the server's public source of 2013. */
const rounds = 1000;
const salt = utf16Bytes('CryptAByte');
const byteOrderMark = '\uFEFF';
const utf8 = new TextEncoder();

/** Characters of a text that are encrypted at once: whole blocks, and whole groups of base64. */
const piece = 0x6000;

/** The 48 bytes that a passphrase stands for: 32 for the AES key, 16 for the IV. */
export type DerivedKey = Uint8Array;

/** Derives the bytes of a passphrase: PBKDF2 with HMAC-SHA-1 over its UTF-8 form. */
export function deriveKey(passphrase: string): DerivedKey {
  return pbkdf2(sha1, utf8.encode(passphrase), salt, { c: rounds, dkLen: 48 });
}

/** How many derivations are remembered; one takes milliseconds, and a message needs it twice. */
const remembered = 8192;
const known = new Map<string, DerivedKey>();

/**
 * Derives a key, or remembers it: the derivation is the slow part of most requests. A passphrase
 * gives the same bytes in every state, so all mocks of a process share what was derived.
 */
export function derivedKey(passphrase: string): DerivedKey {
  const before = known.get(passphrase);
  if (before !== undefined) return before;
  const derived = deriveKey(passphrase);
  if (known.size >= remembered) {
    const oldest = known.keys().next();
    if (oldest.done !== true) known.delete(oldest.value);
  }
  known.set(passphrase, derived);
  return derived;
}

/**
 * Encrypts a text: AES-256-CBC with PKCS#7 over a byte order mark and the text in UTF-16LE.
 * There is no salt and no MAC: equal input gives equal output.
 * @returns standard base64
 */
export function encryptText(derived: DerivedKey, text: string): string {
  const key = derived.subarray(0, 32);
  const marked = byteOrderMark + text;
  let iv = derived.subarray(32);
  let encrypted = '';
  let at = 0;
  // Piece by piece, each chained to the last one's final block: a file of 100 MB would otherwise
  // stand in memory four times over.
  for (; marked.length - at > piece; at += piece) {
    const units = utf16Bytes(marked.slice(at, at + piece));
    const blocks = cbc(key, iv, { disablePadding: true }).encrypt(units);
    iv = blocks.slice(-16);
    encrypted += base64(blocks);
  }
  return encrypted + base64(cbc(key, iv).encrypt(utf16Bytes(marked.slice(at))));
}

/**
 * Decrypts what `encryptText` made.
 * @returns null for what is no base64, for a wrong padding, and for a wrong passphrase that meets
 *   a right padding by chance: then the byte order mark is missing
 */
export function decryptText(derived: DerivedKey, ciphertext: string): string | null {
  const bytes = fromBase64(ciphertext);
  if (bytes === null || bytes.length === 0 || bytes.length % 16 !== 0) return null;
  let plain: Uint8Array;
  try {
    plain = cbc(derived.subarray(0, 32), derived.subarray(32)).decrypt(bytes);
  } catch {
    return null;
  }
  if (plain.length % 2 !== 0) return null;
  const text = utf16Text(plain);
  return text.startsWith(byteOrderMark) ? text.slice(1) : null;
}
