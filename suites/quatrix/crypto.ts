import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** How a key is derived; the defaults are the documented ones (lines 64-65). */
export interface KeyOptions {
  readonly iterations?: number;
  readonly salt?: string;
  /** Bytes of the derived key. */
  readonly length?: number;
  /** Hash inside PBKDF2's HMAC; SHA-1 is what the vendor's clients use. */
  readonly hash?: 'sha1' | 'sha256' | 'sha512' | 'md5';
  readonly encoding?: 'utf8' | 'latin1';
}

/** Derivation costs milliseconds and the same few keys are needed in many checks. */
const derived = new Map<string, Buffer>();

/** The bytes that PBKDF2 derives from a password. */
export function deriveBytes(password: string, options: KeyOptions = {}): Buffer {
  const { iterations = 4096, salt = '', length = 32, hash = 'sha1', encoding = 'utf8' } = options;
  const name = JSON.stringify([password, iterations, salt, length, hash, encoding]);
  let bytes = derived.get(name);
  if (bytes === undefined) {
    bytes = pbkdf2Sync(Buffer.from(password, encoding), salt, iterations, length, hash);
    derived.set(name, bytes);
  }
  return bytes;
}

/** The key as the text that serves as HMAC key: lower-case hexadecimal (line 77). */
export function deriveKey(password: string, options?: KeyOptions): string {
  return deriveBytes(password, options).toString('hex');
}

/** How a subject is signed; the defaults are the documented ones (line 78). */
export interface SignOptions {
  readonly hash?: 'sha1' | 'sha256' | 'md5';
  readonly output?: 'hex' | 'base64';
}

/** HMAC of the UTF-8 bytes of a subject: 40 lower-case hexadecimal digits by default. */
export function sign(key: string | Buffer, subject: string, options: SignOptions = {}): string {
  const { hash = 'sha1', output = 'hex' } = options;
  return createHmac(hash, key).update(subject, 'utf8').digest(output);
}

/** SHA-1 of a text in lower-case hexadecimal, without any key. */
export function sha1Hex(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}
