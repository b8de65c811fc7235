import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** The key that a client registers for its pushes ("TextSecure Server: API Protocol", line 26). */
export interface SignalingKey {
  /** 32 bytes, for AES-256. */
  readonly aes: Uint8Array;
  /** 20 bytes, for the MAC. */
  readonly mac: Uint8Array;
}

/** Bytes of a signaling key. */
export const signalingKeyLength = 52;
const aesKeyLength = 32;

/** Bytes of the MAC at the end of an envelope (line 209). */
export const macLength = 10;

/** Splits at least 52 bytes into the two keys; more bytes are ignored. */
export function splitSignalingKey(bytes: Uint8Array): SignalingKey {
  return {
    aes: bytes.slice(0, aesKeyLength),
    mac: bytes.slice(aesKeyLength, signalingKeyLength),
  };
}

/** AES-256-CBC with PKCS#7 padding. */
export function encryptSignal(aes: Uint8Array, iv: Uint8Array, signal: Uint8Array): Uint8Array {
  return cbc(aes, iv).encrypt(signal);
}

/**
 * The first ten bytes of HMAC-SHA256. The page says SHA-1, and no client of the time accepts
 * that; see specs/textsecure/errata.md, E4.
 */
export function envelopeMac(mac: Uint8Array, signed: Uint8Array): Uint8Array {
  return hmac(sha256, mac, signed).subarray(0, macLength);
}

/** Puts byte sequences one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
