import { cbc } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64Length, writeBase64 } from './encodings.js';
import { zipFile, type NamedFile } from './file-archive.js';
import { gzipText } from './message-sealing.js';
import type { DerivedKey } from './passphrase-cipher.js';

/**
 * The text that is encrypted for a large message, of which only a piece stands in memory at a time.
 * All its characters are below U+0100.
 */
export interface Packed {
  /** In characters. */
  readonly length: number;
  /** The codes of the characters from one place to another; the first is a multiple of four. */
  codes(from: number, to: number): Uint8Array;
}

/** Characters at once: whole AES blocks when written as UTF-16, and whole groups of base64. */
const piece = 0x6000;
const blockSize = 16;

/** What `archiveFile` makes of a file. */
export function packFile(file: NamedFile): Packed {
  const zip = zipFile(file);
  return {
    length: base64Length(zip.length),
    codes(from, to) {
      const bytes = zip.subarray((from / 4) * 3, (to / 4) * 3);
      const digits = new Uint8Array(base64Length(bytes.length));
      writeBase64(bytes, digits, 0);
      return digits;
    },
  };
}

/** What `compressText` makes of a text, given as `textBytes`. */
export function packText(bytes: Uint8Array): Packed {
  const stream = gzipText(bytes);
  return { length: stream.length, codes: (from, to) => stream.subarray(from, to) };
}

/** What `hashText` gives for the packed text. */
export function hashPacked(packed: Packed): string {
  const hash = sha256.create();
  for (let at = 0; at < packed.length; at += piece) {
    const codes = packed.codes(at, Math.min(at + piece, packed.length));
    const units = new Uint8Array(codes.length * 2);
    writeUnits(codes, units, 0);
    hash.update(units);
  }
  return bytesToHex(hash.digest());
}

/** How many characters of base64 the ciphertext of a text with so many characters has. */
export function sealedLength(characters: number): number {
  const plain = (characters + 1) * 2;
  return base64Length(plain - (plain % blockSize) + blockSize);
}

/**
 * Writes what `encryptText` gives for the packed text, in ASCII.
 * @returns the place after the last character
 */
export function writeSealed(
  derived: DerivedKey,
  packed: Packed,
  target: Uint8Array,
  start: number,
): number {
  const key = derived.subarray(0, 32);
  let iv = derived.subarray(32);
  let to = start;
  // The byte order mark stands before the first piece, and the last character of each piece before
  // the next, so that every piece but the last is whole blocks.
  const units = new Uint8Array((piece + 1) * 2);
  units.set([0xff, 0xfe]);
  let at = 0;
  for (; packed.length - at > piece; at += piece) {
    const codes = packed.codes(at, at + piece);
    writeUnits(codes, units, 2);
    const blocks = cbc(key, iv, { disablePadding: true }).encrypt(units.subarray(0, piece * 2));
    iv = blocks.slice(-blockSize);
    to = writeBase64(blocks, target, to);
    units.copyWithin(0, piece * 2);
  }
  const codes = packed.codes(at, packed.length);
  writeUnits(codes, units, 2);
  return writeBase64(cbc(key, iv).encrypt(units.subarray(0, (codes.length + 1) * 2)), target, to);
}

/** Characters of one byte as UTF-16LE; the high bytes of the target are zero already. */
function writeUnits(codes: Uint8Array, target: Uint8Array, start: number): void {
  for (let at = 0; at < codes.length; at += 1) target[start + at * 2] = codes[at] ?? 0;
}
