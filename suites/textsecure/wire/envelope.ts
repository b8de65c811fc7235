import { Buffer } from 'node:buffer';
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { readBase64 } from './base64.js';

/** The parts of an envelope: version (1), iv (16), ciphertext (16 k), mac (10). */
export interface Envelope {
  readonly bytes: Buffer;
  readonly version: number;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly mac: Buffer;
  /** Everything before the mac. */
  readonly signed: Buffer;
}

/** Bytes of an envelope around the ciphertext. */
const overhead = 27;
const block = 16;

/** An envelope that is not as it should be; the message says in what. */
export class BadEnvelope extends Error {}

/** Splits the text form of an envelope. Throws `BadEnvelope` for another layout. */
export function splitEnvelope(text: string): Envelope {
  const bytes = readBase64(text);
  if (bytes === null) throw new BadEnvelope('it is not Base64 of the standard alphabet');
  const inner = bytes.length - overhead;
  if (inner < block || inner % block !== 0) {
    throw new BadEnvelope(`its ${String(bytes.length)} bytes are not 27 + 16 k with k at least 1`);
  }
  return {
    bytes,
    version: bytes[0] ?? 0,
    iv: bytes.subarray(1, 17),
    ciphertext: bytes.subarray(17, -10),
    mac: bytes.subarray(-10),
    signed: bytes.subarray(0, -10),
  };
}

/** The first ten bytes of an HMAC over version, iv and ciphertext with the MAC half of a key. */
export function macOf(
  envelope: Envelope,
  signalingKey: Buffer,
  hash: 'sha256' | 'sha1' = 'sha256',
): Buffer {
  const key = signalingKey.subarray(32, 52);
  return createHmac(hash, key).update(envelope.signed).digest().subarray(0, 10);
}

export function macHolds(
  envelope: Envelope,
  signalingKey: Buffer,
  hash: 'sha256' | 'sha1' = 'sha256',
): boolean {
  return timingSafeEqual(envelope.mac, macOf(envelope, signalingKey, hash));
}

/**
 * What a MAC that does not hold looks like, in the words of a likely mistake.
 * @returns null when it is none of the known ones
 */
export function explainMac(envelope: Envelope, signalingKey: Buffer): string | null {
  const { ciphertext, iv, mac, signed } = envelope;
  const macKey = signalingKey.subarray(32, 52);
  const made = (key: Buffer, data: Buffer): Buffer =>
    createHmac('sha256', key).update(data).digest();
  const mistakes: readonly (readonly [string, Buffer])[] = [
    ['it leaves the version byte out', made(macKey, Buffer.concat([iv, ciphertext]))],
    ['it covers the ciphertext alone', made(macKey, ciphertext)],
    [
      'it covers version and ciphertext without the iv',
      made(macKey, Buffer.concat([signed.subarray(0, 1), ciphertext])),
    ],
    ['it is keyed with the AES key', made(signalingKey.subarray(0, 32), signed)],
    ['it is keyed with all 52 bytes', made(signalingKey, signed)],
    ['it is keyed with the first 20 bytes', made(signalingKey.subarray(0, 20), signed)],
  ];
  for (const [words, full] of mistakes) {
    if (full.subarray(0, 10).equals(mac)) return words;
  }
  if (made(macKey, signed).subarray(-10).equals(mac))
    return 'it is the end of the HMAC, not its start';
  return null;
}

/**
 * Decrypts the ciphertext and takes the padding off; the MAC is not looked at.
 * Throws `BadEnvelope` where the padding shows that key, iv or mode is another one.
 */
export function decrypt(envelope: Envelope, signalingKey: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', signalingKey.subarray(0, 32), envelope.iv);
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]);
  const length = plain.at(-1) ?? 0;
  const padding = plain.subarray(-length);
  if (length < 1 || length > block || !padding.every((byte) => byte === length)) {
    throw new BadEnvelope('it does not decrypt to a text with PKCS#7 padding');
  }
  return plain.subarray(0, -length);
}

/** Length of an envelope for so many bytes of signal. */
export function envelopeLength(signal: number): number {
  return overhead + block * (Math.floor(signal / block) + 1);
}
