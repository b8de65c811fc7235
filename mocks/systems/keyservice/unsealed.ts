import { base64Length } from './crypto/encodings.js';
import {
  hashPacked,
  packFile,
  packText,
  sealedLength,
  writeSealed,
  type Packed,
} from './crypto/packed-content.js';
import { derivedKey } from './crypto/passphrase-cipher.js';

/**
 * A large message as it came, in place of its ciphertext, which is 2.7 to 3.6 times as long. The
 * ciphertext is made anew whenever it is asked for, always the same.
 */
export interface Unsealed {
  /** Name of a file; null for a text. */
  readonly name: string | null;
  /** A file's, or what `textBytes` gives of a text. */
  readonly bytes: Uint8Array;
  /** The one that is encrypted in `encryptionKey`. */
  readonly passphrase: string;
}

/** Bytes of a file or characters of a text up to which it is sealed as it comes. */
export const sealedUpTo = 1024 * 1024;

/** Bytes around a file in its archive at most: its name is there twice, of up to 8 KiB. */
const archiveOverhead = 20 * 1024;

/** What is known of a content. */
interface Known {
  readonly name: string | null;
  /** In characters. */
  readonly length: number;
  /** A list asks for hash and ciphertext of one message; between requests the room is given up. */
  packed: WeakRef<Packed>;
  hash: string | null;
}

/** By the bytes: equal contents give equal results, so all mocks of a process share them. */
const contents = new WeakMap<Uint8Array, Known>();

export function isUnsealed(value: unknown): value is Unsealed {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bytes' in value &&
    value.bytes instanceof Uint8Array
  );
}

/** Keeps bytes that are a part of a larger buffer: as they are where they are most of it. */
export function keepBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length < bytes.buffer.byteLength * 0.8
    ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** `MessageHash` of a message that was kept as it came. */
export function hashOf(message: Unsealed): string {
  const before = knownOf(message)?.hash ?? null;
  if (before !== null) return before;
  const { known, packed } = pack(message);
  known.hash = hashPacked(packed);
  return known.hash;
}

/** How many characters the ciphertext has. */
export function ciphertextLength(message: Unsealed): number {
  return sealedLength((knownOf(message) ?? pack(message).known).length);
}

/** Writes the ciphertext in ASCII. @returns the place after its last character */
export function writeCiphertext(message: Unsealed, target: Uint8Array, at: number): number {
  return writeSealed(derivedKey(message.passphrase), pack(message).packed, target, at);
}

/** The ciphertext as a text. */
export function ciphertextOf(message: Unsealed): string {
  const target = new Uint8Array(ciphertextLength(message));
  writeCiphertext(message, target, 0);
  return new TextDecoder().decode(target);
}

/** How many characters the ciphertext has at most, found without making it. */
export function longestCiphertext({ name, bytes }: Unsealed): number {
  // What cannot be compressed is stored, in blocks of at least 7,000 bytes with 5 before each.
  const stored = bytes.length + Math.ceil(bytes.length / 7_000) * 5;
  return sealedLength(name === null ? stored + 64 : base64Length(stored + archiveOverhead));
}

function knownOf({ name, bytes }: Unsealed): Known | undefined {
  const known = contents.get(bytes);
  return known?.name === name ? known : undefined;
}

function pack(message: Unsealed): { readonly known: Known; readonly packed: Packed } {
  const { name, bytes } = message;
  const before = knownOf(message);
  const packed =
    before?.packed.deref() ?? (name === null ? packText(bytes) : packFile({ name, bytes }));
  const known = before ?? { name, length: packed.length, packed: new WeakRef(packed), hash: null };
  known.packed = new WeakRef(packed);
  contents.set(bytes, known);
  return { known, packed };
}
