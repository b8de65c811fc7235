import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';

/** Passphrase encryption and hashes of the service, written from the description in errata.md. */

const salt = Buffer.from('CryptAByte', 'utf16le');
const byteOrderMark = '\uFEFF';

function derive(passphrase: string): { key: Buffer; iv: Buffer } {
  const bytes = pbkdf2Sync(Buffer.from(passphrase, 'utf8'), salt, 1000, 48, 'sha1');
  return { key: bytes.subarray(0, 32), iv: bytes.subarray(32) };
}

/** @returns standard base64 of AES-256-CBC over a byte order mark and the text in UTF-16LE */
export function encryptWithPassphrase(passphrase: string, text: string): string {
  const { key, iv } = derive(passphrase);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const plain = Buffer.from(byteOrderMark + text, 'utf16le');
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** A text, or a sentence that says what is wrong with the ciphertext. */
export type Decrypted = { readonly text: string } | { readonly problem: string };

/** Decrypts what `encryptWithPassphrase` made. */
export function decryptWithPassphrase(passphrase: string, ciphertext: string): Decrypted {
  if (!isBase64(ciphertext)) return { problem: 'it is not standard base64' };
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0) {
    return { problem: `its ${String(bytes.length)} bytes are no whole number of AES blocks` };
  }
  const { key, iv } = derive(passphrase);
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    return { problem: 'its padding is wrong under the key and IV derived from the passphrase' };
  }
  const text = plain.toString('utf16le');
  if (text.startsWith(byteOrderMark)) return { text: text.slice(1) };
  const likely = plain.subarray(0, 2).toString('hex');
  return { problem: `its plain text starts with ${likely}, not with the byte order mark fffe` };
}

/** SHA-256 over the text in UTF-16LE, lower-case hexadecimal. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
}

/** The same over UTF-8: the form that implementers often take instead. */
export function utf8HashOfText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Standard base64 with padding and nothing else. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
