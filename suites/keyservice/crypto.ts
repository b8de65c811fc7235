import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { blockCount, blockWidth, openMessageData, unwrapPassphrase } from './crypto/envelope.js';
import { decryptWithPassphrase, hashOfText, utf8HashOfText } from './crypto/passphrase-cipher.js';
import { modulusLength, readPrivateKey, readPublicKey } from './crypto/rsa-key.js';
import type { Driver, OnlineKey } from './driver.js';

/** Characters of the passphrase of a message: base64 of 128 bytes. */
const passphraseLength = 172;

/** The private key text of a key made online, decrypted with its passphrase. */
function privateTextOf(t: TestContext, key: OnlineKey): string {
  const stored = t.expect.text(key.answer.object().PrivateKey, 'PrivateKey of the new key');
  const decrypted = decryptWithPassphrase(key.passphrase, stored);
  if ('text' in decrypted) return t.secret(decrypted.text);
  return t.expect.fail(`PrivateKey cannot be decrypted with the passphrase: ${decrypted.problem}`);
}

/** Sends a text to an uploaded key and reads it as stored. */
async function storedMessage(
  t: TestContext,
  driver: Driver,
  message: string,
): Promise<{ key: Awaited<ReturnType<Driver['uploadedKey']>>; data: string; wrapped: string }> {
  const key = await driver.uploadedKey();
  await driver.sent(key.token, message);
  const { entries } = await driver.messages(key.token, { privatekeyhash: key.hash });
  return {
    key,
    data: t.expect.text(entries[0]?.text?.value, 'MessageData'),
    wrapped: t.expect.text(entries[0]?.encryptionKey, 'EncryptionKey'),
  };
}

export const cryptoChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.crypto.public-key-form',
    title: 'public keys are RSA keys of 1024 bits in XML, and no two are the same',
    run: async (t, driver) => {
      const texts: string[] = [];
      for (let made = 0; made < 2; made += 1) {
        const { answer } = await driver.onlineKey();
        const text = t.expect.text(answer.object().PublicKey, 'PublicKey of the new key');
        const key = readPublicKey(text);
        if (key === null) {
          return t.expect.fail('PublicKey is no usable RSA key', {
            expected: '<RSAKeyValue> with <Modulus> and <Exponent> in base64',
            actual: text.slice(0, 200),
          });
        }
        const bits = modulusLength(key) * 8;
        t.expect.ok(bits >= 1024, 'the modulus of PublicKey is too short', {
          expected: '1024 bits',
          actual: `${String(bits)} bits`,
        });
        if (bits > 1024) t.deviate(`the modulus has ${String(bits)} bits, not 1024`);
        texts.push(text);
      }
      t.expect.notEqual(texts[0], texts[1], 'the public key of the second key');
    },
  },
  {
    requirement: 'keyservice.crypto.private-key-encrypted',
    title: 'PrivateKey of a new key is its private key, encrypted under the passphrase',
    run: async (t, driver) => {
      const key = await driver.onlineKey();
      const pair = readPrivateKey(privateTextOf(t, key));
      if (pair === null) {
        return t.expect.fail('PrivateKey decrypts to no RSAKeyValue text with private members');
      }
      const text = t.expect.text(key.answer.object().PublicKey, 'PublicKey of the new key');
      const open = readPublicKey(text)?.export({ format: 'jwk' }).n;
      t.expect.equal(pair.publicKey.export({ format: 'jwk' }).n, open, 'the modulus of PrivateKey');
    },
  },
  {
    requirement: 'keyservice.crypto.private-key-hash',
    title: 'PrivateKeyHash of a new key is SHA-256 of its private key text in UTF-16LE',
    run: async (t, driver) => {
      const key = await driver.onlineKey();
      const text = privateTextOf(t, key);
      const hash = t.expect.text(
        key.answer.object().PrivateKeyHash,
        'PrivateKeyHash of the new key',
      );
      const expected = hashOfText(text);
      if (hash === expected) return;
      const hint =
        hash === utf8HashOfText(text)
          ? ': it is the hash over UTF-8'
          : hash.toLowerCase() === expected
            ? ': it is not in lower case'
            : '';
      t.expect.fail(`PrivateKeyHash is another value${hint}`, { expected, actual: hash });
    },
  },
  {
    requirement: 'keyservice.crypto.message-decrypts',
    title: 'a message sent in clear can be fetched encrypted and decrypted at home',
    run: async (t, driver) => {
      const message = `for later ${t.random.text(20)}`;
      const { key, data, wrapped } = await storedMessage(t, driver, message);
      const passphrase = unwrapPassphrase(key.pair.privateKey, wrapped);
      if ('problem' in passphrase) {
        return t.expect.fail(`EncryptionKey cannot be decrypted: ${passphrase.problem}`);
      }
      const opened = openMessageData(passphrase.text, data);
      if ('problem' in opened) {
        return t.expect.fail(`MessageData cannot be decrypted: ${opened.problem}`);
      }
      t.expect.equal(opened.text, message, 'the decrypted text');
    },
  },
  {
    requirement: 'keyservice.crypto.encryption-key-blocks',
    title: 'EncryptionKey is a row of base64 blocks with an empty one at an exact multiple',
    run: async (t, driver) => {
      const { key, wrapped } = await storedMessage(t, driver, 'a text');
      const blocks = blockCount(key.pair.publicKey, passphraseLength);
      const length = blocks * blockWidth(key.pair.publicKey);
      t.expect.equal(
        wrapped.length,
        length,
        `the length of EncryptionKey (${String(blocks)} blocks)`,
      );
    },
  },
  {
    requirement: 'keyservice.crypto.fresh-passphrase-per-message',
    title: 'the same text sent twice is stored as two different ciphertexts',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      await driver.sent(key.token, 'the same');
      await driver.sent(key.token, 'the same');
      const { entries } = await driver.messages(key.token, { privatekeyhash: key.hash });
      t.expect.equal(entries.length, 2, 'the number of messages');
      const [first, second] = entries;
      t.expect.notEqual(first?.text?.value, second?.text?.value, 'MessageData of the second');
      t.expect.notEqual(first?.encryptionKey, second?.encryptionKey, 'EncryptionKey of the second');
    },
  },
]);
