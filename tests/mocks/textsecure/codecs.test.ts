import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeBase64,
  decodeWholeGroups,
  encodeBase64,
  encodeUnpadded,
} from '../../../mocks/systems/textsecure/base64.js';
import {
  basicPart,
  equalTexts,
  readCredentials,
} from '../../../mocks/systems/textsecure/credentials.js';
import {
  encryptSignal,
  envelopeMac,
  splitSignalingKey,
} from '../../../mocks/systems/textsecure/crypto/envelope.js';
import { encodeSignal } from '../../../mocks/systems/textsecure/crypto/signal.js';
import {
  directoryToken,
  readDirectoryToken,
} from '../../../mocks/systems/textsecure/crypto/token.js';
import { vectors } from './world.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('Base64', () => {
  test('comes back whole, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeBase64(encodeUnpadded(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each([
    'A',
    'AAAAA',
    'AA=',
    'A===',
    'AAAA=',
    'A-AA',
    'A_AA',
    'AA AA',
    'AA\n',
    'ÄAAA',
    '=AAA',
  ])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeNull();
  });

  test('as the public server read it, loses an incomplete last group and skips white space', () => {
    expect(decodeWholeGroups('aGVsbG8')).toEqual(Uint8Array.from(Buffer.from('hel')));
    expect(decodeWholeGroups('aGVs\nbG8=')).toEqual(Uint8Array.from(Buffer.from('hello')));
    expect(decodeWholeGroups('aGV-')).toBeNull();
  });
});

describe('directory tokens', () => {
  test.each(vectors.directoryTokens)('of $number', ({ number, token, tokenPadded }) => {
    expect(directoryToken(number)).toBe(token);
    expect(readDirectoryToken(token)).toBe(token);
    expect(readDirectoryToken(tokenPadded)).toBe(token);
  });

  test.each(['', 'A', 'BQVVHxMt5zAF', 'BQVVHxMt5zAFXABQ', 'BQVVHxMt5zAFX!', 'BQVVHxMt5zAFX-'])(
    'are not read from %j',
    (text) => {
      expect(readDirectoryToken(text)).toBeNull();
    },
  );
});

describe('credentials', () => {
  test.each(vectors.basicAuth)('of $number', ({ number, password, authorization }) => {
    expect(readCredentials(basicPart(authorization, false))).toEqual({ number, password });
  });

  test('split at the first colon, and the scheme is compared without its case', () => {
    const text = `bAsIc ${Buffer.from('+1:a:b').toString('base64')}`;
    expect(readCredentials(basicPart(text, false))).toEqual({ number: '+1', password: 'a:b' });
    expect(basicPart(text, true)).toBeNull();
  });

  test.each([undefined, '', 'Basic', 'Bearer KzE6YQ==', 'Basic !!!!', 'Basic KzE=', 'Basic KzE6'])(
    'are not read from %j',
    (header) => {
      expect(readCredentials(basicPart(header, false))).toBeNull();
    },
  );

  test('are compared over their whole length', () => {
    expect(equalTexts('123456', '123456')).toBe(true);
    expect(equalTexts('123456', '12345')).toBe(false);
    expect(equalTexts('12345', '123456')).toBe(false);
    expect(equalTexts('123456', '123457')).toBe(false);
    expect(equalTexts('', '')).toBe(true);
  });
});

describe('pushes', () => {
  const complete = vectors.incomingPushMessageSignals.filter(
    ({ fields }) => fields.type !== undefined,
  );

  test.each(complete)('signal $name', ({ fields, protobufHex }) => {
    const encoded = encodeSignal({
      type: fields.type ?? 0,
      source: fields.source,
      relay: fields.relay ?? null,
      timestamp: Number(fields.timestamp),
      message: hex(fields.messageHex),
    });
    expect(Buffer.from(encoded).toString('hex')).toBe(protobufHex);
  });

  test.each(vectors.envelopes)('envelope $name', (vector) => {
    const keys = splitSignalingKey(decodeBase64(vector.signalingKey) ?? new Uint8Array(0));
    const iv = hex(vector.ivHex);
    const ciphertext = encryptSignal(keys.aes, iv, hex(vector.plaintextHex));
    expect(Buffer.from(ciphertext).toString('hex')).toBe(vector.ciphertextHex);
    const signed = Uint8Array.from([1, ...iv, ...ciphertext]);
    const mac = envelopeMac(keys.mac, signed);
    expect(Buffer.from(mac).toString('hex')).toBe(vector.macHex);
    expect(encodeBase64(Uint8Array.from([...signed, ...mac]))).toBe(vector.envelope);
  });

  test.each(vectors.envelopeLengths)(
    '$plaintext bytes make $envelope',
    ({ plaintext, envelope }) => {
      const sealed = encryptSignal(
        new Uint8Array(32),
        new Uint8Array(16),
        new Uint8Array(plaintext),
      );
      expect(1 + 16 + sealed.length + 10).toBe(envelope);
    },
  );
});
