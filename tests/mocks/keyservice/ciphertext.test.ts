import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../mocks/engine/random.js';
import { archiveFile } from '../../../mocks/systems/keyservice/crypto/file-archive.js';
import {
  compressText,
  hashText,
  textBytes,
} from '../../../mocks/systems/keyservice/crypto/message-sealing.js';
import {
  sealedLength,
  writeSealed,
} from '../../../mocks/systems/keyservice/crypto/packed-content.js';
import {
  deriveKey,
  encryptText,
} from '../../../mocks/systems/keyservice/crypto/passphrase-cipher.js';
import {
  addKey,
  addMessages,
  bounds,
  createState,
  type KeyRecord,
  type SealedMessage,
} from '../../../mocks/systems/keyservice/state.js';
import {
  ciphertextOf,
  hashOf,
  keepBytes,
  longestCiphertext,
} from '../../../mocks/systems/keyservice/unsealed.js';
import { bytesOf } from './large-bytes.js';

describe('the ciphertext that is made later', () => {
  const passphrase = 'of the message';
  const sealedAtOnce = (text: string): string => encryptText(deriveKey(passphrase), text);
  // Around the pieces in which it is made, and around AES blocks and groups of base64.
  const lengths = [0, 1, 2, 3, 7, 8, 18_300, 18_431, 18_432, 18_433, 36_864, 100_001];

  it.each(lengths)('is that of a file of %i bytes', (length) => {
    const file = { name: 'a', bytes: bytesOf(length) };
    const unsealed = { ...file, passphrase };
    const archive = archiveFile(file);
    expect(hashOf(unsealed)).toBe(hashText(archive));
    expect(ciphertextOf(unsealed) === sealedAtOnce(archive)).toBe(true);
    expect(longestCiphertext(unsealed)).toBeGreaterThanOrEqual(ciphertextOf(unsealed).length);
  });

  it.each([...lengths, 24_500, 24_550, 24_576, 49_152])('is that of a text of %i', (length) => {
    for (const text of [String.fromCharCode(...bytesOf(length)), '世'.repeat(length / 3)]) {
      const unsealed = { name: null, bytes: textBytes(text), passphrase };
      const compressed = compressText(text);
      expect(hashOf(unsealed)).toBe(hashText(compressed));
      expect(ciphertextOf(unsealed) === sealedAtOnce(compressed)).toBe(true);
      expect(longestCiphertext(unsealed)).toBeGreaterThanOrEqual(ciphertextOf(unsealed).length);
    }
  });

  it('is that of packed text of every length around the end of a piece', () => {
    const derived = deriveKey(passphrase);
    for (let length = 24_560; length < 24_600; length += 1) {
      const all = bytesOf(length);
      const packed = { length, codes: (from: number, to: number) => all.subarray(from, to) };
      const target = new Uint8Array(sealedLength(length) + 2);
      const end = writeSealed(derived, packed, target, 1);
      const text = Buffer.from(all).toString('latin1');
      expect(end).toBe(target.length - 1);
      expect(Buffer.from(target.subarray(1, end)).toString()).toBe(encryptText(derived, text));
    }
  });
});

describe('what the mock keeps', () => {
  it('counts a large message with the ciphertext that it may become', () => {
    const state = createState({ random: createRandom(1, 'keyservice') });
    const key = (token: string): KeyRecord =>
      addKey(state, { token, publicKey: '', privateKey: null, privateKeyHash: null, created: 0 });
    const message = (bytes: Uint8Array): SealedMessage => ({
      data: { name: 'a', bytes, passphrase: 'p' },
      encryptionKey: '',
      hash: '',
      isFile: true,
      utf8: false,
    });
    const [oldest, other] = [key('a'), key('b')];
    const large = new Uint8Array(99 * 1024 * 1024);
    addMessages(state, oldest, [message(large)], 0);
    expect(state.held).toBe(longestCiphertext({ name: 'a', bytes: large, passphrase: 'p' }));
    expect(state.held).toBeGreaterThan(large.length * 3.55);
    expect(state.held * 3).toBeGreaterThan(bounds.characters);
    addMessages(state, other, [message(large)], 0);
    expect([...state.keys.keys()]).toEqual(['a', 'b']);
    addMessages(state, other, [message(large)], 0);
    expect([...state.keys.keys()]).toEqual(['b']);
    addMessages(state, other, [message(large)], 0);
    expect(other.messages.map(({ id }) => id)).toEqual([3, 4]);
  });

  it('is a part of a body only where the body is little more', () => {
    const body = Buffer.from(bytesOf(1000).buffer);
    const most = keepBytes(body.subarray(100, 950));
    expect(most.buffer === body.buffer).toBe(true);
    const half = keepBytes(body.subarray(0, 500));
    expect(half.buffer.byteLength).toBe(500);
    expect(half).toEqual(bytesOf(1000).subarray(0, 500));
  });
});
