import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * Randomness of a world: unpredictable by default, repeatable with a seed. A seeded stream is
 * SHA-256 in counter mode over the seed, so that streams of different names are independent.
 */
export interface Random {
  bytes(length: number): Uint8Array;
  /** An integer from 0 up to, not including, `limit` (at most 2^48), each equally likely. */
  integer(limit: number): number;
  /** A version 4 UUID in lower case. */
  uuid(): string;
  /** So many characters of an alphabet, each equally likely. */
  text(length: number, alphabet: string): string;
  pick<T>(items: readonly T[]): T;
}

/** Randomness that says how far it has come, so that it can go on from there. */
export interface SeekableRandom extends Random {
  /** Bytes drawn from a seeded stream so far, those it began after included; 0 without a seed. */
  drawn(): number;
}

/**
 * @param seed the world's seed; without one the platform's secure randomness is used
 * @param stream a name that separates one use of the seed from another
 * @param drawn how many bytes of the stream are left out, for one that goes on
 */
export function createRandom(seed: number | undefined, stream: string, drawn = 0): SeekableRandom {
  if (seed === undefined) return { ...fromBytes(platformBytes), drawn: () => 0 };
  const source = seededBytes(`${String(seed)}/${stream}`, drawn);
  return { ...fromBytes(source.bytes), drawn: source.drawn };
}

/** Bytes drawn from the platform in blocks: one call per value would dominate a request. */
function platformSource(): (length: number) => Uint8Array {
  let pool = new Uint8Array(0);
  let offset = 0;
  return (length) => {
    if (length > 1024) {
      const large = new Uint8Array(length);
      for (let at = 0; at < length; at += 65_536) {
        crypto.getRandomValues(large.subarray(at, Math.min(at + 65_536, length)));
      }
      return large;
    }
    if (offset + length > pool.length) {
      pool = crypto.getRandomValues(new Uint8Array(4096));
      offset = 0;
    }
    const slice = pool.slice(offset, offset + length);
    offset += length;
    return slice;
  };
}

const platformBytes = platformSource();

const blockLength = 32;

function seededBytes(
  label: string,
  start: number,
): { bytes: (length: number) => Uint8Array; drawn: () => number } {
  const prefix = new TextEncoder().encode(label);
  const blockAt = (index: number): Uint8Array => {
    const input = new Uint8Array(prefix.length + 8);
    input.set(prefix);
    new DataView(input.buffer).setBigUint64(prefix.length, BigInt(index));
    return sha256(input);
  };
  let counter = Math.floor(start / blockLength);
  let offset = start % blockLength;
  let block = blockAt(counter);
  return {
    drawn: () => counter * blockLength + offset,
    bytes(length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += 1) {
        if (offset === blockLength) {
          counter += 1;
          block = blockAt(counter);
          offset = 0;
        }
        out[at] = block[offset++] ?? 0;
      }
      return out;
    },
  };
}

function fromBytes(bytes: (length: number) => Uint8Array): Random {
  const integer = (limit: number): number => {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 48) {
      throw new RangeError(`there is no integer below ${String(limit)} to draw`);
    }
    const width = limit <= 256 ? 1 : limit <= 65_536 ? 2 : limit <= 2 ** 24 ? 3 : 6;
    const space = 256 ** width;
    const fair = space - (space % limit);
    for (;;) {
      const value = bytes(width).reduce((sum, byte) => sum * 256 + byte, 0);
      if (value < fair) return value % limit;
    }
  };
  return {
    bytes,
    integer,
    uuid() {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = bytesToHex(raw);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    text(length, alphabet) {
      let out = '';
      for (let at = 0; at < length; at += 1) out += alphabet.charAt(integer(alphabet.length));
      return out;
    },
    pick(items) {
      const item = items[integer(items.length)];
      if (item === undefined) throw new RangeError('cannot pick from an empty list');
      return item;
    },
  };
}
