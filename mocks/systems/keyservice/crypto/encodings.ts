/** Text and byte encodings of this system. All of them work on plain arrays and strings. */

const chunk = 0x2000;
/** Bytes that are encoded at once, a multiple of three so that no padding stands inside. */
const base64Piece = 0x6000;
/** Bytes of UTF-16 that are decoded at once. */
const utf16Piece = 0x100000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Codes of the two digits of every 12 bits, the first one in the low byte. */
const digitPairs = Uint16Array.from(
  { length: 4096 },
  (_, value) => alphabet.charCodeAt(value >> 6) | (alphabet.charCodeAt(value & 63) << 8),
);
const ascii = new TextDecoder('utf-8');
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** The low byte of every UTF-16 unit; exact for text up to U+00FF. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** One character per byte. */
export function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return text;
}

/** UTF-16LE without a byte order mark. */
export function utf16Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes[at * 2] = unit & 0xff;
    bytes[at * 2 + 1] = unit >>> 8;
  }
  return bytes;
}

/** Reads UTF-16LE; a byte order mark is kept as a character. */
export function utf16Text(bytes: Uint8Array): string {
  if (bytes.length <= utf16Piece) return utf16.decode(bytes);
  // The decoder of the platform gives up somewhere between 100 and 260 MB at once.
  const decoder = new TextDecoder('utf-16le', { ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; at += utf16Piece) {
    const piece = bytes.subarray(at, at + utf16Piece);
    text += decoder.decode(piece, { stream: at + utf16Piece < bytes.length });
  }
  return text;
}

/** UTF-32LE without a byte order mark: four bytes per code point. */
export function utf32Bytes(text: string): Uint8Array {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = new Uint8Array(points.length * 4);
  const view = new DataView(bytes.buffer);
  points.forEach((point, index) => {
    view.setUint32(index * 4, point, true);
  });
  return bytes;
}

/** @returns the text, or null when the bytes are no UTF-32LE */
export function utf32Text(bytes: Uint8Array): string | null {
  if (bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at, true);
    if (point > 0x10ffff) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}

/** Standard base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += base64Piece) {
    const piece = bytes.subarray(at, at + base64Piece);
    const digits = new Uint8Array(base64Length(piece.length));
    writeBase64(piece, digits, 0);
    text += ascii.decode(digits);
  }
  return text;
}

/** How many characters base64 has for so many bytes, its padding included. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Writes base64 in ASCII, four digits for every three bytes; `btoa` takes ten times as long.
 * @returns the place after the last digit
 */
export function writeBase64(bytes: Uint8Array, target: Uint8Array, at: number): number {
  const whole = bytes.length - (bytes.length % 3);
  let to = at;
  for (let from = 0; from < whole; from += 3, to += 4) {
    const high = ((bytes[from] ?? 0) << 4) | ((bytes[from + 1] ?? 0) >> 4);
    const low = (((bytes[from + 1] ?? 0) & 15) << 8) | (bytes[from + 2] ?? 0);
    const first = digitPairs[high] ?? 0;
    const second = digitPairs[low] ?? 0;
    target[to] = first;
    target[to + 1] = first >> 8;
    target[to + 2] = second;
    target[to + 3] = second >> 8;
  }
  if (whole === bytes.length) return to;
  target.set(latin1Bytes(btoa(latin1Text(bytes.subarray(whole)))), to);
  return to + 4;
}

/** @returns the bytes, or null when the text is no standard base64 */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return latin1Bytes(atob(text));
  } catch {
    return null;
  }
}
