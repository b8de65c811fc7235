/** What a check draws: the same again for the same run and check, so that it can be replayed. */
import { hash } from 'node:crypto';
import type { SuiteRandom } from './context.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The remainder of a 64-bit number, big-endian, without big integers where that is exact. */
function remainder(bytes: Buffer, at: number, divisor: number): number {
  if (divisor > 2 ** 20) return Number(bytes.readBigUInt64BE(at) % BigInt(divisor));
  const high = bytes.readUInt32BE(at) % divisor;
  return (high * (2 ** 32 % divisor) + bytes.readUInt32BE(at + 4)) % divisor;
}

/** SHA-256 in counter mode over a label. */
export function seededRandom(label: string): SuiteRandom {
  let counter = 0;
  let block = Buffer.alloc(0);
  let used = 0;
  const bytes = (length: number): Buffer => {
    const drawn = Buffer.alloc(length);
    let have = 0;
    while (have < length) {
      if (used === block.length) {
        block = hash('sha256', `${label}/${String(counter++)}`, 'buffer');
        used = 0;
      }
      const copied = block.copy(drawn, have, used);
      used += copied;
      have += copied;
    }
    return drawn;
  };
  const integer = (limit: number): number => remainder(bytes(8), 0, limit);
  return {
    bytes,
    integer,
    text(length, alphabet = letters) {
      const drawn = bytes(8 * length);
      let drawnText = '';
      for (let at = 0; at < drawn.length; at += 8) {
        drawnText += alphabet.charAt(remainder(drawn, at, alphabet.length));
      }
      return drawnText;
    },
    uuid() {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20),
      ].join('-');
    },
  };
}
