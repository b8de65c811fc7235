import { Buffer } from 'node:buffer';
import { createCipheriv, createHmac } from 'node:crypto';

/**
 * Encrypts an attachment as clients do: iv, AES-256-CBC ciphertext, HMAC-SHA256 of both.
 * @param key 64 bytes: 32 for AES, 32 for the MAC
 * @param iv 16 bytes
 */
export function sealAttachment(key: Buffer, iv: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key.subarray(0, 32), iv);
  const signed = Buffer.concat([iv, cipher.update(plain), cipher.final()]);
  return Buffer.concat([signed, createHmac('sha256', key.subarray(32)).update(signed).digest()]);
}
