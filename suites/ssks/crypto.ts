/**
 * What the SDK does to an identity on the user's device. The server sees only the outcome: a
 * secret that it compares and a text that it keeps. Definitions: `fixtures/vectors/ssks.json`.
 */
import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';

/** Whose identity it is; part of every salt. */
export interface Owner {
  readonly appId: string;
  readonly userId: string;
}

/** Bytes of the random salt in front of a sealed box. */
export const saltBytes = 32;
export const ivBytes = 16;
const macBytes = 32;
const keyBytes = 64;

function derive(passphrase: string, salt: Uint8Array): Buffer {
  const normalized = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  return scryptSync(normalized, salt, keyBytes, { N: 16_384, r: 8, p: 1 });
}

function label(name: string, owner: Owner): Buffer {
  return Buffer.from(`${name}|${owner.appId}|${owner.userId}`.normalize('NFKC'), 'utf8');
}

/** What leads to the row of a password: 128 lower-case hexadecimal digits. */
export function passwordSecret(password: string, owner: Owner): string {
  return derive(password, label('seald-ssks-secret', owner)).toString('hex');
}

/** The key of a password-protected identity: 64 bytes, its HMAC half first. */
export function passwordKey(password: string, owner: Owner, salt: Uint8Array): Buffer {
  return derive(password, Buffer.concat([salt, label('seald-ssks-encryption', owner)]));
}

/** The key of an identity under the 2-man rule, from the key that the back end holds. */
export function twoManRuleKey(backEndKey: string, owner: Owner, salt: Uint8Array): Buffer {
  return derive(backEndKey, Buffer.concat([salt, label('seald-ssks-2mr-encryption', owner)]));
}

/** IV, AES-256-CBC ciphertext, and HMAC-SHA-256 over both. */
export function seal(key: Uint8Array, iv: Uint8Array, identity: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key.subarray(32), iv);
  const sealed = Buffer.concat([iv, cipher.update(identity), cipher.final()]);
  return Buffer.concat([sealed, mac(key, sealed)]);
}

/** Opens a sealed box; null when its authentication code is wrong or it is too short. */
export function open(key: Uint8Array, box: Uint8Array): Buffer | null {
  if (box.length < ivBytes + 16 + macBytes) return null;
  const sealed = box.subarray(0, box.length - macBytes);
  if (!timingSafeEqual(mac(key, sealed), box.subarray(box.length - macBytes))) return null;
  const decipher = createDecipheriv('aes-256-cbc', key.subarray(32), sealed.subarray(0, ivBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes)), decipher.final()]);
}

function mac(key: Uint8Array, sealed: Uint8Array): Buffer {
  return createHmac('sha256', key.subarray(0, 32)).update(sealed).digest();
}
