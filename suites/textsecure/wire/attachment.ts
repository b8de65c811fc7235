import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

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

/** Opens an attachment blob; null where its MAC does not hold. */
export function openAttachment(key: Buffer, blob: Buffer): Buffer | null {
  const signed = blob.subarray(0, -32);
  const mac = createHmac('sha256', key.subarray(32)).update(signed).digest();
  if (!mac.equals(blob.subarray(-32))) return null;
  const decipher = createDecipheriv('aes-256-cbc', key.subarray(0, 32), signed.subarray(0, 16));
  return Buffer.concat([decipher.update(signed.subarray(16)), decipher.final()]);
}
