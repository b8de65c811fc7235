import { createRandom } from '../../../mocks/engine/random.js';

/** Bytes that do not compress, with every value among them. */
export function bytesOf(length: number): Uint8Array {
  const block = createRandom(7, 'large').bytes(65_536);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_521) bytes.set(block.subarray(0, length - at), at);
  return bytes;
}
