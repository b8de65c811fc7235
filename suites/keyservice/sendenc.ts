import { defineArea } from '../engine/check.js';
import { sealMessage } from './crypto/envelope.js';
import { readPublicKey } from './crypto/rsa-key.js';
import type { Driver } from './driver.js';
import { readList, textsOf } from './reading.js';
import { expectInvalid } from './requests.js';

export const sendencChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.sendenc.answers-200',
    title: 'an encrypted message is sent with token, encryptedmessage and encryptionkey',
    run: async (t, driver) => {
      const { token, pair, hash } = await driver.uploadedKey();
      const sealed = sealMessage(pair.publicKey, 'a text');
      t.expect.status(await driver.request('PUT', { token, ...sealed }), 200);
      await driver.messages(token, { privatekeyhash: hash });
    },
  },
  {
    requirement: 'keyservice.sendenc.without-text-refused',
    title: 'an encryption key without a message is refused and stores nothing',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const { encryptionkey } = sealMessage(key.pair.publicKey, 'a text');
      const answer = await driver.request('PUT', { token: key.token, encryptionkey });
      const values = { token: key.token, privatekeyhash: key.hash };
      const read = await driver.request('GET', values);
      const stored = read.status === 200 ? readList(read).entries.length : 0;
      await driver.sentEncrypted(key);
      const { entries } = await driver.messages(key.token, { privatekeyhash: key.hash });
      expectInvalid(t, answer, { what: 'encryptionkey without encryptedmessage' });
      t.expect.equal(stored, 0, 'the number of messages after the refused PUT');
      t.expect.equal(entries.length, 1, 'the number of messages after a complete PUT');
    },
  },
  {
    requirement: 'keyservice.sendenc.opaque-values',
    title: 'encrypted values that are no base64 come back unchanged',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      await driver.sentEncrypted(key);
      const odd = {
        encryptedmessage: ' odd <b>&lt;\r\n 100% %41+&=\t',
        encryptionkey: `<key> "${t.random.text(8)}" + %2B\n`,
      };
      const sent = await driver.request('PUT', { token: key.token, ...odd });
      t.expect.status(sent, 200, { what: 'values that are no base64' });
      const { entries } = await driver.messages(key.token, { privatekeyhash: key.hash });
      t.expect.equal(entries[1]?.text?.value, odd.encryptedmessage, 'MessageData');
      t.expect.equal(entries[1]?.encryptionKey, odd.encryptionkey, 'EncryptionKey');
    },
  },
  {
    requirement: 'keyservice.sendenc.read-online',
    title: 'a message that the sender encrypted for a key made online is decrypted for its owner',
    run: async (t, driver) => {
      const { token, passphrase, answer } = await driver.onlineKey();
      const text = answer.object().PublicKey;
      const key = typeof text === 'string' ? readPublicKey(text) : null;
      if (key === null) {
        return t.expect.fail('PublicKey of the new key cannot be used to encrypt', {
          expected: 'an RSAKeyValue text with Modulus and Exponent',
          actual: JSON.stringify(text ?? null),
        });
      }
      const message = `from home ${t.random.text(8)}`;
      const sent = await driver.request('PUT', { token, ...sealMessage(key, message) });
      t.expect.status(sent, 200);
      const read = await driver.request('GET', { token, passphrase });
      t.expect.status(read, 200, { what: 'a message encrypted by its sender' });
      t.expect.equal(textsOf(readList(read)), [message], 'the texts');
    },
  },
]);
