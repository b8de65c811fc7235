import { constants, privateDecrypt, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import {
  decryptWithPassphrase,
  encryptWithPassphrase,
  isBase64,
  type Decrypted,
} from './passphrase-cipher.js';
import { modulusLength } from './rsa-key.js';

/** Messages as senders and owners handle them at home; see "Cryptography" in errata.md. */

/** The two values of an encrypted message. */
export interface Sealed {
  readonly encryptedmessage: string;
  readonly encryptionkey: string;
}

/** Encrypts a Latin-1 text for the owner of a public key, with a random passphrase. */
export function sealMessage(key: KeyObject, text: string): Sealed {
  const passphrase = randomBytes(128).toString('base64');
  const compressed = gzipSync(Buffer.from(text, 'latin1')).toString('latin1');
  return {
    encryptedmessage: encryptWithPassphrase(passphrase, compressed),
    encryptionkey: wrapPassphrase(key, passphrase),
  };
}

/** Bytes of one block of the passphrase in UTF-32LE. */
export function blockLength(key: KeyObject): number {
  return modulusLength(key) - 42;
}

/** Characters of base64 that one encrypted block takes. */
export function blockWidth(key: KeyObject): number {
  return 4 * Math.ceil(modulusLength(key) / 3);
}

/** The blocks of a passphrase of so many characters: numbers 0 to floor(length / block). */
export function blockCount(key: KeyObject, characters: number): number {
  return Math.floor((characters * 4) / blockLength(key)) + 1;
}

/** Encrypts a passphrase of ASCII characters: reversed OAEP blocks in base64, joined. */
export function wrapPassphrase(key: KeyObject, passphrase: string): string {
  const plain = Buffer.alloc(passphrase.length * 4);
  for (let at = 0; at < passphrase.length; at += 1) {
    plain.writeUInt32LE(passphrase.charCodeAt(at), at * 4);
  }
  const size = blockLength(key);
  let out = '';
  for (let number = 0; number < blockCount(key, passphrase.length); number += 1) {
    const block = plain.subarray(number * size, (number + 1) * size);
    out += publicEncrypt(oaep(key), block).reverse().toString('base64');
  }
  return out;
}

function oaep(key: KeyObject): { key: KeyObject; padding: number; oaepHash: string } {
  return { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
}

/** Decrypts an EncryptionKey; a problem says which other form it looks like. */
export function unwrapPassphrase(key: KeyObject, wrapped: string): Decrypted {
  const width = blockWidth(key);
  if (!/^[A-Za-z0-9+/=]*$/.test(wrapped)) return { problem: 'it is not base64' };
  if (wrapped.length === 0 || wrapped.length % width !== 0) {
    return {
      problem: `its ${String(wrapped.length)} characters are no whole number of blocks of ${String(width)}`,
    };
  }
  const parts: Buffer[] = [];
  for (let at = 0; at < wrapped.length; at += width) {
    const cipher = Buffer.from(wrapped.slice(at, at + width), 'base64');
    const part = decryptBlock(key, Buffer.from(cipher).reverse());
    if (part === null) {
      const plain = decryptBlock(key, cipher) !== null;
      return {
        problem: plain
          ? 'its bytes are not reversed within each block'
          : 'a block is no RSA-OAEP with SHA-1 for this key',
      };
    }
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  if (bytes.length % 4 !== 0) return { problem: 'its plain text is not UTF-32LE' };
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32LE(at);
    if (point > 0x10ffff) return { problem: 'its plain text is not UTF-32LE' };
    text += String.fromCodePoint(point);
  }
  return { text };
}

function decryptBlock(key: KeyObject, cipher: Buffer): Buffer | null {
  try {
    return privateDecrypt(oaep(key), cipher);
  } catch {
    return null;
  }
}

/** Decrypts MessageData of a text with the passphrase of the message. */
export function openMessageData(passphrase: string, data: string): Decrypted {
  const decrypted = decryptWithPassphrase(passphrase, data);
  if ('problem' in decrypted) return decrypted;
  const stream = Buffer.from(decrypted.text, 'latin1');
  if (stream[0] !== 0x1f || stream[1] !== 0x8b) {
    return {
      problem:
        'it decrypts to no gzip stream (1f 8b), so the text was not compressed before encryption',
    };
  }
  try {
    return { text: gunzipSync(stream).toString('latin1') };
  } catch {
    return { problem: 'the gzip stream in it is damaged; are its bytes one character each?' };
  }
}

/** A file in an archive, or a sentence that says what is wrong. */
export type Extracted =
  { readonly name: string; readonly bytes: Uint8Array } | { readonly problem: string };

/** Decrypts MessageData of a file with the passphrase of the message. */
export function openFileData(passphrase: string, data: string): Extracted {
  const decrypted = decryptWithPassphrase(passphrase, data);
  if ('problem' in decrypted) return decrypted;
  if (!isBase64(decrypted.text)) return { problem: 'it decrypts to a text that is not base64' };
  return extractOnly(Buffer.from(decrypted.text, 'base64'));
}

/** The only file of a zip archive. */
export function extractOnly(zip: Uint8Array): Extracted {
  try {
    const entries = Object.entries(unzipSync(zip));
    const [entry] = entries;
    if (entry === undefined || entries.length !== 1) {
      return { problem: `its archive holds ${String(entries.length)} files, not one` };
    }
    return { name: entry[0], bytes: entry[1] };
  } catch {
    return { problem: 'it holds no zip archive' };
  }
}
