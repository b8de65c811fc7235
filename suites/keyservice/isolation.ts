import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readList, textsOf } from './reading.js';
import { expectRefused } from './requests.js';

export const isolationChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.isolation.messages-per-key',
    title: 'of two keys with one passphrase only the one addressed has the message',
    run: async (t, driver) => {
      const first = await driver.onlineKey();
      const second = await driver.onlineKey(first.passphrase);
      const { passphrase } = first;
      await driver.sent(second.token, 'for the second');
      const other = await driver.request('GET', { token: first.token, passphrase });
      const read = await driver.request('GET', { token: second.token, passphrase });
      t.expect.status(read, 200, { what: 'the key addressed' });
      t.expect.equal(textsOf(readList(read)), ['for the second'], 'the texts of the key addressed');
      t.expect.status(other, 304, { what: 'the other key' });
    },
  },
  {
    requirement: 'keyservice.isolation.passphrase-per-key',
    title: 'the passphrase of one key does not open another',
    run: async (t, driver) => {
      const first = await driver.onlineKey();
      const second = await driver.onlineKey();
      await driver.sent(first.token, 'hidden text');
      await driver.sent(second.token, 'other text');
      await driver.messages(second.token, { passphrase: second.passphrase });
      const answer = await driver.request('GET', {
        token: first.token,
        passphrase: second.passphrase,
      });
      await driver.messages(first.token, { passphrase: first.passphrase });
      expectRefused(t, answer, {
        what: 'the passphrase of another key',
        hides: ['hidden text', 'other text'],
      });
    },
  },
  {
    requirement: 'keyservice.isolation.hash-per-key',
    title: 'the hash of one key does not open another',
    run: async (t, driver) => {
      const first = await driver.uploadedKey();
      const second = await driver.uploadedKey();
      const sealed = await driver.sentEncrypted(first);
      await driver.sentEncrypted(second);
      await driver.messages(second.token, { privatekeyhash: second.hash });
      const answer = await driver.request('GET', {
        token: first.token,
        privatekeyhash: second.hash,
      });
      await driver.messages(first.token, { privatekeyhash: first.hash });
      expectRefused(t, answer, {
        what: 'the hash of another key',
        hides: [sealed.encryptedmessage],
      });
    },
  },
  {
    requirement: 'keyservice.isolation.delete-one-key-only',
    title: 'deleting one of two keys with one passphrase leaves the other alone',
    run: async (t, driver) => {
      const first = await driver.onlineKey();
      const { passphrase } = first;
      const second = await driver.onlineKey(passphrase);
      await driver.sent(first.token, 'goes');
      await driver.sent(second.token, 'stays');
      await t.given('deleting a key', async () => {
        t.expect.status(await driver.request('DELETE', { token: first.token, passphrase }), 200);
      });
      const read = await driver.request('GET', { token: second.token, passphrase });
      t.expect.status(read, 200, { what: 'the other key' });
      t.expect.equal(textsOf(readList(read)), ['stays'], 'the texts of the other key');
    },
  },
  {
    requirement: 'keyservice.isolation.encrypted-messages-per-key',
    title: 'of two keys with one hash only the one addressed has the message',
    run: async (t, driver) => {
      const first = await driver.uploadedKey();
      const second = await driver.uploadedKey(first.hash);
      const privatekeyhash = first.hash;
      const sealed = await driver.sentEncrypted(second);
      const other = await driver.request('GET', { token: first.token, privatekeyhash });
      const read = await driver.request('GET', { token: second.token, privatekeyhash });
      t.expect.status(read, 200, { what: 'the key addressed' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'its ciphertexts');
      t.expect.status(other, 304, { what: 'the other key', tolerate: 200 });
      if (other.status === 200) {
        t.expect.equal(
          readList(other).entries.length,
          0,
          'the number of messages of the other key',
        );
      }
    },
  },
  {
    requirement: 'keyservice.isolation.hash-delete-one-key-only',
    title: 'deleting one of two keys with one hash leaves the other alone',
    run: async (t, driver) => {
      const first = await driver.uploadedKey();
      const second = await driver.uploadedKey(first.hash);
      const privatekeyhash = first.hash;
      await driver.sentEncrypted(first);
      const sealed = await driver.sentEncrypted(second);
      const deleted = await driver.request('DELETE', { token: first.token, privatekeyhash });
      const right = t.expect.status(deleted, 200, { tolerate: 400, what: 'by hash' });
      const read = await driver.request('GET', { token: second.token, privatekeyhash });
      t.expect.status(read, 200, { what: 'the other key' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'its ciphertexts');
      if (!right) await driver.messages(first.token, { privatekeyhash });
    },
  },
]);
