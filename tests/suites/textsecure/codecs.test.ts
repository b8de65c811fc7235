import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealAttachment } from '../../../suites/textsecure/wire/attachment.js';
import { padded, readBase64, unpadded } from '../../../suites/textsecure/wire/base64.js';
import {
  BadEnvelope,
  decrypt,
  envelopeLength,
  explainMac,
  macHolds,
  splitEnvelope,
} from '../../../suites/textsecure/wire/envelope.js';
import { MalformedSignal, parseSignal } from '../../../suites/textsecure/wire/signal.js';
import { neighbourToken, tokenBytes, tokenOf } from '../../../suites/textsecure/wire/token.js';
import { basic } from '../../../suites/textsecure/requests.js';

interface Vectors {
  readonly directoryTokens: readonly { number: string; token: string }[];
  readonly basicAuth: readonly { number: string; password: string; authorization: string }[];
  readonly incomingPushMessageSignals: readonly {
    name: string;
    fields: {
      type?: number;
      source: string;
      relay?: string;
      timestamp: string;
      messageHex: string;
    };
    protobufHex: string;
  }[];
  readonly envelopes: readonly {
    name: string;
    signalingKey: string;
    plaintextHex: string;
    sha1MacHex?: string;
    envelope: string;
    envelopeUnpadded: string;
  }[];
  readonly invalidEnvelopes: readonly {
    name: string;
    signalingKey: string;
    envelope: string;
    failsAt: 'version' | 'length' | 'mac';
  }[];
  readonly envelopeLengths: readonly { plaintext: number; envelope: number }[];
  readonly attachments: readonly {
    name: string;
    keyHex: string;
    ivHex: string;
    plaintextHex: string;
    blobHex: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/textsecure.json', import.meta.url), 'utf8'),
) as Vectors;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const key = (text: string): Buffer => Buffer.from(text, 'base64');

describe('Base64', () => {
  test('is read with and without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(readBase64(padded(bytes))).toEqual(Buffer.from(bytes));
        expect(readBase64(unpadded(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test.each(['A', 'AA=', 'AAAA=', 'A-AA', 'AA A', 'AA\nAA', 'A=AA'])(
    'is not read from %j',
    (text) => {
      expect(readBase64(text)).toBeNull();
    },
  );
});

test.each(vectors.directoryTokens)('the token of $number', ({ number, token }) => {
  expect(tokenOf(number)).toBe(token);
  const neighbour = readBase64(neighbourToken(number));
  expect(neighbour?.subarray(0, 9)).toEqual(tokenBytes(number).subarray(0, 9));
  expect(neighbourToken(number)).not.toBe(token);
});

test.each(vectors.basicAuth)(
  'the credentials of $number',
  ({ number, password, authorization }) => {
    expect(basic(number, password)).toBe(authorization);
  },
);

describe('a signal', () => {
  test.each(vectors.incomingPushMessageSignals)('$name', ({ fields, protobufHex }) => {
    const signal = parseSignal(hex(protobufHex));
    expect(signal.type).toBe(fields.type ?? null);
    expect(signal.source).toBe(fields.source);
    expect(signal.relay).toBe(fields.relay ?? null);
    expect(signal.timestamp).toBe(BigInt(fields.timestamp));
    expect(signal.message).toEqual(hex(fields.messageHex));
  });

  test('skips fields that nobody knows', () => {
    const unknown = '3a03616263' + '41' + '00'.repeat(8) + '4d00000000' + '5001';
    expect(parseSignal(hex(`${unknown}0803`)).type).toBe(3);
  });

  test.each(['08', '12ff01', '1207616263', '0b', '0000', '08ffffffffffffffffffff01'])(
    'is not read from %s',
    (bytes) => {
      expect(() => parseSignal(hex(bytes))).toThrow(MalformedSignal);
    },
  );

  test('is read or refused in words, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          parseSignal(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedSignal);
        }
      }),
    );
  });
});

describe('an envelope', () => {
  test.each(vectors.envelopes)('$name', (vector) => {
    for (const text of [vector.envelope, vector.envelopeUnpadded]) {
      const envelope = splitEnvelope(text);
      expect(envelope.version).toBe(1);
      expect(macHolds(envelope, key(vector.signalingKey))).toBe(true);
      expect(macHolds(envelope, key(vector.signalingKey), 'sha1')).toBe(false);
      expect(decrypt(envelope, key(vector.signalingKey))).toEqual(hex(vector.plaintextHex));
    }
  });

  test.each(vectors.invalidEnvelopes)(
    'that is wrong: $name',
    ({ envelope, signalingKey, failsAt }) => {
      // Nothing at all has no version byte either, and is refused for its length.
      if (failsAt === 'length' || envelope === '') {
        expect(() => splitEnvelope(envelope)).toThrow(BadEnvelope);
        return;
      }
      const split = splitEnvelope(envelope);
      if (failsAt === 'version') expect(split.version).not.toBe(1);
      else expect(macHolds(split, key(signalingKey))).toBe(false);
    },
  );

  test('with one bit turned is never accepted', () => {
    const [vector] = vectors.envelopes;
    const bytes = Buffer.from(vector?.envelope ?? '', 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const turned = Buffer.from(bytes);
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(macHolds(splitEnvelope(padded(turned)), key(vector?.signalingKey ?? ''))).toBe(
          false,
        );
      }),
    );
  });

  test.each([
    ['MAC leaves out the version byte', 'it leaves the version byte out'],
    ['MAC over the ciphertext alone', 'it covers the ciphertext alone'],
    [
      'last ten bytes of the HMAC instead of the first ten',
      'it is the end of the HMAC, not its start',
    ],
    ['HMAC keyed with the AES key', 'it is keyed with the AES key'],
    ['HMAC keyed with all 52 bytes', 'it is keyed with all 52 bytes'],
  ])('says what is wrong: %s', (name, words) => {
    const vector = vectors.invalidEnvelopes.find((entry) => entry.name === name);
    const envelope = splitEnvelope(vector?.envelope ?? '');
    expect(explainMac(envelope, key(vector?.signalingKey ?? ''))).toBe(words);
  });

  test.each(vectors.envelopeLengths)('of $plaintext bytes of signal', ({ plaintext, envelope }) => {
    expect(envelopeLength(plaintext)).toBe(envelope);
  });
});

describe('an attachment', () => {
  test.each(vectors.attachments)('$name', ({ keyHex, ivHex, plaintextHex, blobHex }) => {
    expect(sealAttachment(hex(keyHex), hex(ivHex), hex(plaintextHex))).toEqual(hex(blobHex));
  });
});
