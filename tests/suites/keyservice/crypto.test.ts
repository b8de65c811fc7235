import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/keyservice.json' with { type: 'json' };
import {
  openMessageData,
  sealMessage,
  unwrapPassphrase,
} from '../../../suites/keyservice/crypto/envelope.js';
import {
  decryptWithPassphrase,
  encryptWithPassphrase,
  hashOfText,
} from '../../../suites/keyservice/crypto/passphrase-cipher.js';
import { readPrivateKey, readPublicKey } from '../../../suites/keyservice/crypto/rsa-key.js';
import { readDate, readFlag } from '../../../suites/keyservice/reading.js';
import { readXml } from '../../../suites/keyservice/xml.js';

const pair = readPrivateKey(vectors.key.privateXml);
if (pair === null) throw new Error('the vector key cannot be read');

describe("the suite's own cryptography", () => {
  it.each(vectors.sha256)('hashes $text as observed', ({ text, hex }) => {
    expect(hashOfText(text)).toBe(hex);
  });

  it.each(vectors.aes)('encrypts and decrypts $text under $passphrase as observed', (vector) => {
    expect(encryptWithPassphrase(vector.passphrase, vector.text)).toBe(vector.base64);
    expect(decryptWithPassphrase(vector.passphrase, vector.base64)).toEqual({ text: vector.text });
  });

  it.each(vectors.decryptFails)('refuses $passphrase and says what gives it away', (vector) => {
    const decrypted = decryptWithPassphrase(vector.passphrase, vector.base64);
    expect(decrypted).toHaveProperty('problem');
    expect(JSON.stringify(decrypted)).toContain(vector.fails);
  });

  it('opens the observed message', () => {
    const { messagePassphrase, encryptionKey, messageData, text } = vectors.message;
    expect(unwrapPassphrase(pair.privateKey, encryptionKey)).toEqual({ text: messagePassphrase });
    expect(openMessageData(messagePassphrase, messageData)).toEqual({ text });
  });

  it('writes key texts as observed', () => {
    expect([pair.publicText, pair.privateText]).toEqual([
      vectors.key.publicXml,
      vectors.key.privateXml,
    ]);
    expect(readPublicKey('<RSAKeyValue/>')).toBeNull();
  });

  it('opens what it sealed, and not with one bit changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.nat(1547), (text, at) => {
        const sealed = sealMessage(pair.publicKey, text);
        const passphrase = unwrapPassphrase(pair.privateKey, sealed.encryptionkey);
        if ('problem' in passphrase) throw new Error(passphrase.problem);
        expect(openMessageData(passphrase.text, sealed.encryptedmessage)).toEqual({ text });
        const key = sealed.encryptionkey;
        const other = key[at] === 'A' ? 'B' : 'A';
        const changed = key.slice(0, at) + other + key.slice(at + 1);
        // The last letter before the padding has bits that base64 does not use.
        if (Buffer.from(changed, 'base64').equals(Buffer.from(key, 'base64'))) return;
        expect(unwrapPassphrase(pair.privateKey, changed)).not.toEqual(passphrase);
      }),
      { numRuns: 25 },
    );
  });

  it('names the bytes that were not reversed', () => {
    const key = sealMessage(pair.publicKey, 'x').encryptionkey;
    const plain = (key.match(/.{172}/g) ?? []).map((block) =>
      Buffer.from(block, 'base64').reverse().toString('base64'),
    );
    expect(unwrapPassphrase(pair.privateKey, plain.join(''))).toEqual({
      problem: 'its bytes are not reversed within each block',
    });
  });
});

describe('the readers', () => {
  it('read dates in both forms and nothing else', () => {
    expect(readDate('/Date(1767225600000)/')).toBe(Date.UTC(2026, 0, 1));
    expect(readDate('/Date(1767225600000+0100)/')).toBe(Date.UTC(2026, 0, 1));
    expect(readDate('2026-01-01T00:00:00.0000000')).toBe(Date.UTC(2026, 0, 1));
    for (const value of ['', 'yesterday', 5, null]) expect(readDate(value)).toBeNull();
  });

  it('read flags in all forms that are understood', () => {
    expect([true, 1, 'True', '1'].map(readFlag)).toEqual([true, true, true, true]);
    expect([false, 0, 'FALSE', ' 0 '].map(readFlag)).toEqual([false, false, false, false]);
    expect(['no', null, 2].map(readFlag)).toEqual([null, null, null]);
  });

  it('read XML strictly, with prefixes, CDATA, references and comments', () => {
    const text = '<r:a xmlns:r="u"><!-- c --><b>1 &lt; <![CDATA[<2>]]>&#xD;</b></r:a>';
    expect(readXml(text)).toEqual({
      name: 'a',
      text: '',
      children: [{ name: 'b', text: '1 < <2>\r', children: [] }],
    });
    for (const wrong of ['', '<a>', '<a>&</a>', '<p:a/>', '<a/><b/>']) {
      expect(readXml(wrong)).toHaveProperty('problem');
    }
  });
});
