import { createDecipheriv, createPrivateKey, pbkdf2Sync, privateDecrypt } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/keyservice.json' with { type: 'json' };
import { createRandom } from '../../../mocks/engine/random.js';
import { archiveFile, extractFile } from '../../../mocks/systems/keyservice/crypto/file-archive.js';
import { createKeySupply } from '../../../mocks/systems/keyservice/crypto/key-supply.js';
import { latin1Bytes } from '../../../mocks/systems/keyservice/crypto/encodings.js';
import {
  compressText,
  decompressText,
  hashText,
  needsUtf8,
} from '../../../mocks/systems/keyservice/crypto/message-sealing.js';
import {
  decryptText,
  deriveKey,
  encryptText,
} from '../../../mocks/systems/keyservice/crypto/passphrase-cipher.js';
import {
  decryptPassphrase,
  encryptPassphrase,
} from '../../../mocks/systems/keyservice/crypto/rsa-blocks.js';
import {
  parsePrivateKey,
  parsePublicKey,
  privateKeyText,
  publicKeyText,
  type PrivateKey,
} from '../../../mocks/systems/keyservice/crypto/rsa-key.js';

function privateKey(): PrivateKey {
  const key = parsePrivateKey(vectors.key.privateXml);
  if (key === null) throw new Error('the vector key cannot be read');
  return key;
}

const bytes = (length: number): Uint8Array => createRandom(7, 'test').bytes(length);

describe('hashes', () => {
  it.each(vectors.sha256)('hashes $text as observed', ({ text, hex }) => {
    expect(hashText(text)).toBe(hex);
  });

  it('hashes the private key text as observed', () => {
    expect(hashText(vectors.key.privateXml)).toBe(vectors.key.privateKeyHash);
  });
});

describe('encryption under a passphrase', () => {
  it.each(vectors.aes)('encrypts and decrypts as observed: $text, $passphrase', (vector) => {
    const derived = deriveKey(vector.passphrase);
    expect(encryptText(derived, vector.text)).toBe(vector.base64);
    expect(decryptText(derived, vector.base64)).toBe(vector.text);
  });

  it.each(vectors.decryptFails)('refuses $passphrase, given away by the $fails', (vector) => {
    expect(decryptText(deriveKey(vector.passphrase), vector.base64)).toBeNull();
  });

  it('agrees with the cipher of the platform', () => {
    const salt = Buffer.from('CryptAByte', 'utf16le');
    const derived = pbkdf2Sync('pässwörd', salt, 1000, 48, 'sha1');
    const decipher = createDecipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32));
    const data = Buffer.from(encryptText(deriveKey('pässwörd'), 'text'), 'base64');
    const plain = Buffer.concat([decipher.update(data), decipher.final()]);
    expect(plain.toString('utf16le')).toBe('\uFEFFtext');
  });

  it('gives back any text', () => {
    const derived = deriveKey('secret');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decryptText(derived, encryptText(derived, text))).toBe(text);
      }),
    );
  });

  it('takes no text for a ciphertext that is none', () => {
    const derived = deriveKey('secret');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decryptText(derived, text)).toBeNull();
      }),
    );
  });

  it('opens the observed private key', () => {
    const { passphrase, base64 } = vectors.key.privateKeyEncrypted;
    expect(decryptText(deriveKey(passphrase), base64)).toBe(vectors.key.privateXml);
  });
});

describe('RSA keys', () => {
  it('writes the observed texts again', () => {
    expect(privateKeyText(privateKey())).toBe(vectors.key.privateXml);
    expect(publicKeyText(privateKey())).toBe(vectors.key.publicXml);
  });

  it('reads HTML-coded texts', () => {
    const coded = vectors.key.publicXml
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('+', '&#43;')
      .replaceAll('=', '&#x3D;');
    expect(parsePublicKey(coded)).toEqual(parsePublicKey(vectors.key.publicXml));
  });

  it('takes no other text for a key', () => {
    for (const text of ['', 'key', '<RSAKeyValue/>', vectors.key.publicXml.replace('RSA', 'DSA')]) {
      expect(parsePublicKey(text)).toBeNull();
    }
    expect(parsePrivateKey(vectors.key.publicXml)).toBeNull();
  });

  it('supplies keys that differ, that the platform accepts, and that a seed repeats', () => {
    const supply = createKeySupply(createRandom(3, 'a'));
    const again = createKeySupply(createRandom(3, 'a'));
    const texts = new Set<string>();
    // Beyond the 128 of the list, keys are made.
    for (let made = 0; made < 131; made += 1) {
      const key = supply();
      expect(key.modulus.toString(2)).toHaveLength(1024);
      expect(again().modulus).toBe(key.modulus);
      texts.add(publicKeyText(key));
      if (made > 126) expect(platformKey(key).asymmetricKeyType).toBe('rsa');
    }
    expect(texts.size).toBe(131);
  });
});

function platformKey(key: PrivateKey): ReturnType<typeof createPrivateKey> {
  const encode = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  };
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: encode(key.modulus),
      e: encode(key.exponent),
      d: encode(key.d),
      p: encode(key.p),
      q: encode(key.q),
      dp: encode(key.dp),
      dq: encode(key.dq),
      qi: encode(key.inverseQ),
    },
  });
}

describe('the passphrase of a message', () => {
  it('is decrypted as observed', () => {
    const { messagePassphrase, encryptionKey } = vectors.message;
    expect(decryptPassphrase(privateKey(), encryptionKey)).toBe(messagePassphrase);
  });

  it.each(vectors.rsa)('decrypts the observed block of $text', ({ text, encrypted }) => {
    expect(decryptPassphrase(privateKey(), encrypted)).toBe(text);
  });

  it('takes nine blocks of 172 characters for 1024 bits, the last of them empty', () => {
    const { messagePassphrase } = vectors.message;
    const wrapped = encryptPassphrase(privateKey(), messagePassphrase, bytes);
    expect(wrapped).toHaveLength(9 * 172);
    expect(decryptPassphrase(privateKey(), wrapped)).toBe(messagePassphrase);
    expect(decryptPassphrase(privateKey(), wrapped.slice(0, 8 * 172))).toBe(messagePassphrase);
  });

  it('is made of blocks that the platform decrypts once they are reversed', () => {
    const wrapped = encryptPassphrase(privateKey(), 'abc', bytes);
    const plain = privateDecrypt(
      { key: platformKey(privateKey()), oaepHash: 'sha1' },
      Buffer.from(wrapped, 'base64').reverse(),
    );
    expect(plain.toString('latin1')).toBe('a\0\0\0b\0\0\0c\0\0\0');
  });

  it('is not found in anything else', () => {
    for (const text of ['', 'x', 'A'.repeat(172), vectors.message.encryptionKey.slice(1)]) {
      expect(decryptPassphrase(privateKey(), text)).toBeNull();
    }
  });
});

describe('the text of a message', () => {
  it('is opened as observed', () => {
    const { messagePassphrase, messageData, messageHash, text } = vectors.message;
    const compressed = decryptText(deriveKey(messagePassphrase), messageData) ?? '';
    expect(hashText(compressed)).toBe(messageHash);
    expect(decompressText(compressed, false)).toBe(text);
  });

  it('is compressed without a time, so that it repeats', () => {
    expect(latin1Bytes(compressText('text')).slice(4, 8)).toEqual(new Uint8Array(4));
  });

  it('is a gzip stream of Latin-1 bytes', () => {
    const stream = latin1Bytes(compressText('héllo'));
    expect(gunzipSync(stream).toString('latin1')).toBe('héllo');
  });

  it('comes back whole, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', size: 'medium' }), (text) => {
        expect(decompressText(compressText(text), needsUtf8(text))).toBe(text);
      }),
    );
    for (const text of ['A'.repeat(5000), 'x'.repeat(100), '\r\n\t ']) {
      expect(decompressText(compressText(text), false)).toBe(text);
    }
  });

  it('is not found in anything else, nor in a stream that claims to be huge', () => {
    const stream = compressText('text');
    const bomb = `${stream.slice(0, -4)}\xff\xff\xff\xff`;
    for (const text of ['', 'text', stream.slice(0, 12), bomb]) {
      expect(decompressText(text, false)).toBeNull();
    }
  });
});

describe('files', () => {
  it('come back with their names and bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const file = { name: 'né-世.bin', bytes: content };
        expect(extractFile(archiveFile(file))).toEqual(file);
      }),
    );
  });

  it('repeat byte for byte', () => {
    const file = { name: 'a', bytes: new Uint8Array([1, 2, 3]) };
    expect(archiveFile(file)).toBe(archiveFile(file));
  });

  it('are not found in anything else', () => {
    for (const text of ['', '%', 'AAAA']) expect(extractFile(text)).toBeNull();
  });
});
