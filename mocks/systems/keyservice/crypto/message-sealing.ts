import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { gunzipSync, gzipSync } from 'fflate';
import { base64, latin1Bytes, latin1Text, utf16Bytes } from './encodings.js';
import type { RandomBytes } from './rsa-blocks.js';

/** Largest text that a compressed message may unfold to, in bytes. */
const largestText = 512 * 1024 * 1024;
/** Random bytes behind the passphrase of a message; 172 characters of base64. */
const passphraseBytes = 128;
/** Characters that are hashed at once, so that the bytes of a large text never stand together. */
const hashedAtOnce = 0x10000;
const beyondLatin1 = /[\u0100-\uffff]/;

/** A random passphrase for one message. */
export function messagePassphrase(random: RandomBytes): string {
  return base64(random(passphraseBytes));
}

/** The hash of this system: SHA-256 over the text in UTF-16LE, lower-case hexadecimal. */
export function hashText(text: string): string {
  const hash = sha256.create();
  for (let at = 0; at < text.length; at += hashedAtOnce) {
    hash.update(utf16Bytes(text.slice(at, at + hashedAtOnce)));
  }
  return bytesToHex(hash.digest());
}

/** Whether a text must be kept as UTF-8 because Latin-1 cannot hold it. */
export function needsUtf8(text: string): boolean {
  return beyondLatin1.test(text);
}

/**
 * Compresses a text with gzip; the gzip bytes are returned as one character each, the form in
 * which this system encrypts and hashes them. The header carries no time, so equal texts give equal
 * results.
 */
export function compressText(text: string): string {
  return latin1Text(gzipText(textBytes(text)));
}

/** The bytes of a text that are compressed: Latin-1, or UTF-8 where that cannot hold it. */
export function textBytes(text: string): Uint8Array {
  return needsUtf8(text) ? new TextEncoder().encode(text) : latin1Bytes(text);
}

/** Reads what `textBytes` gave. */
export function bytesText(bytes: Uint8Array, utf8: boolean): string {
  return utf8 ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : latin1Text(bytes);
}

/** The gzip stream of a text's bytes. */
export function gzipText(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { mtime: 0 });
}

/**
 * @param compressed what `compressText` gave, or a client's form of it
 * @param utf8 whether the text was kept as UTF-8; what clients compress never is
 * @returns null for what is no gzip stream
 */
export function decompressText(compressed: string, utf8: boolean): string | null {
  const stream = latin1Bytes(compressed);
  if (stream.length < 18 || unfoldedSize(stream) > largestText) return null;
  try {
    return bytesText(gunzipSync(stream), utf8);
  } catch {
    return null;
  }
}

/** The size that a gzip stream states at its end, modulo 2^32. */
function unfoldedSize(stream: Uint8Array): number {
  return new DataView(stream.buffer, stream.byteOffset).getUint32(stream.length - 4, true);
}
