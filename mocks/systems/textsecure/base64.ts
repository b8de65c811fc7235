/** Base64 of the standard alphabet, without a platform's help: the mock runs in browsers too. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Value of a character by its code, 255 for one outside the alphabet. */
const values = new Uint8Array(128).fill(255);
for (let at = 0; at < alphabet.length; at += 1) values[alphabet.charCodeAt(at)] = at;

/** The two characters of every 12 bits: a group of three bytes is two look-ups. */
const pairs: readonly string[] = Array.from(
  { length: 4096 },
  (_, value) => alphabet.charAt(value >> 6) + alphabet.charAt(value & 63),
);

/** Writes bytes as padded Base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  for (; at + 2 < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += (pairs[group >> 12] ?? '') + (pairs[group & 0xfff] ?? '');
  }
  const left = bytes.length - at;
  if (left === 0) return text;
  const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8);
  const tail = (pairs[group >> 12] ?? '') + (pairs[group & 0xfff] ?? '');
  return text + (left === 2 ? `${tail.slice(0, 3)}=` : `${tail.slice(0, 2)}==`);
}

/** Writes bytes as Base64 without padding. */
export function encodeUnpadded(bytes: Uint8Array): string {
  return withoutPadding(encodeBase64(bytes));
}

/** Takes at most two padding characters off the end. */
export function withoutPadding(text: string): string {
  if (text.endsWith('==')) return text.slice(0, -2);
  return text.endsWith('=') ? text.slice(0, -1) : text;
}

/**
 * Reads Base64 with or without padding.
 * @returns null for a character outside the standard alphabet, a length of 1 modulo 4 without
 *   the padding, or padding that does not complete a group of four
 */
export function decodeBase64(text: string): Uint8Array | null {
  const bare = withoutPadding(text);
  if (bare.length % 4 === 1) return null;
  if (bare.length !== text.length && text.length % 4 !== 0) return null;
  return decodeGroups(bare);
}

/** The bytes of characters without padding; bits that fill no byte are dropped. */
function decodeGroups(bare: string): Uint8Array | null {
  const out = new Uint8Array(Math.floor((bare.length * 3) / 4));
  let bits = 0;
  let width = 0;
  let to = 0;
  for (let at = 0; at < bare.length; at += 1) {
    const value = values[bare.charCodeAt(at)] ?? 255;
    if (value === 255) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    width += 6;
    if (width >= 8) {
      width -= 8;
      out[to++] = (bits >> width) & 0xff;
    }
  }
  return out;
}

/**
 * Reads Base64 as the public server of December 2013 did: white space is skipped, and a last
 * group of fewer than four characters is dropped.
 * @returns null for a character outside the standard alphabet
 */
export function decodeWholeGroups(text: string): Uint8Array | null {
  const dense = text.replaceAll(/\s/g, '');
  const whole = dense.slice(0, dense.length - (dense.length % 4));
  return decodeGroups(withoutPadding(whole));
}
