import { sha1 } from '@noble/hashes/legacy.js';
import { base64, fromBase64, utf32Bytes, utf32Text } from './encodings.js';
import { modPow, toBytes, toInteger } from './integers.js';
import type { PrivateKey, PublicKey } from './rsa-key.js';

/** Gives so many random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

const hashLength = 20;
const emptyLabelHash = sha1(new Uint8Array(0));

/**
 * Encrypts the passphrase of a message. The text goes as UTF-32LE into blocks of `k - 42` bytes,
 * numbered from 0 up to and including `floor(length / block)`, so an exact multiple ends with an
 * empty block. Each block is RSA-OAEP with SHA-1; its `k` bytes are reversed, as the platform of
 * the server did, and written as base64.
 *
 * OAEP is encoded here because library calls do not take its random seed from outside.
 */
export function encryptPassphrase(key: PublicKey, text: string, random: RandomBytes): string {
  const plain = utf32Bytes(text);
  const block = key.size - 2 * hashLength - 2;
  let out = '';
  for (let number = 0; number <= Math.floor(plain.length / block); number += 1) {
    const encoded = encodeOaep(plain.subarray(number * block, (number + 1) * block), key, random);
    const cipher = toBytes(modPow(toInteger(encoded), key.exponent, key.modulus), key.size);
    out += base64(cipher.reverse());
  }
  return out;
}

/**
 * Decrypts what `encryptPassphrase` made, with or without the empty block at the end.
 * @returns null for anything else
 */
export function decryptPassphrase(key: PrivateKey, text: string): string | null {
  const width = 4 * Math.ceil(key.size / 3);
  if (text.length === 0 || text.length % width !== 0) return null;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += width) {
    const cipher = fromBase64(text.slice(at, at + width));
    if (cipher?.length !== key.size) return null;
    const part = decodeOaep(toBytes(decryptNumber(key, toInteger(cipher.reverse())), key.size));
    if (part === null) return null;
    parts.push(part);
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return utf32Text(whole);
}

function decryptNumber(key: PrivateKey, cipher: bigint): bigint {
  const first = modPow(cipher % key.p, key.dp, key.p);
  const second = modPow(cipher % key.q, key.dq, key.q);
  const difference = (((first - second) % key.p) + key.p) % key.p;
  return second + ((key.inverseQ * difference) % key.p) * key.q;
}

function encodeOaep(message: Uint8Array, key: PublicKey, random: RandomBytes): Uint8Array {
  const data = new Uint8Array(key.size - hashLength - 1);
  data.set(emptyLabelHash);
  data[data.length - message.length - 1] = 1;
  data.set(message, data.length - message.length);
  const seed = random(hashLength);
  const maskedData = xor(data, mask(seed, data.length));
  const encoded = new Uint8Array(key.size);
  encoded.set(xor(seed, mask(maskedData, hashLength)), 1);
  encoded.set(maskedData, hashLength + 1);
  return encoded;
}

function decodeOaep(encoded: Uint8Array): Uint8Array | null {
  if (encoded[0] !== 0) return null;
  const maskedData = encoded.subarray(hashLength + 1);
  const seed = xor(encoded.subarray(1, hashLength + 1), mask(maskedData, hashLength));
  const data = xor(maskedData, mask(seed, maskedData.length));
  if (emptyLabelHash.some((byte, at) => data[at] !== byte)) return null;
  let at = hashLength;
  while (data[at] === 0) at += 1;
  return data[at] === 1 ? data.subarray(at + 1) : null;
}

/** MGF1 with SHA-1. */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(length / hashLength) * hashLength);
  const input = new Uint8Array(seed.length + 4);
  input.set(seed);
  for (let counter = 0; counter * hashLength < length; counter += 1) {
    new DataView(input.buffer).setUint32(seed.length, counter);
    out.set(sha1(input), counter * hashLength);
  }
  return out.subarray(0, length);
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, at) => byte ^ (right[at] ?? 0));
}
