import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { sealMessage } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readList, textsOf, xmlOf } from './reading.js';
import { expectInvalid, expectRefused, type Values } from './requests.js';

/** Deletes a key as a step of a check that is about what follows. */
async function deleted(t: TestContext, driver: Driver, values: Values): Promise<void> {
  await t.given('deleting the key', async () => {
    t.expect.status(await driver.request('DELETE', values), 200);
  });
}

export const deleteChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.delete.answers-200',
    title: 'token and passphrase delete a key, with or without unread messages',
    run: async (t, driver) => {
      const empty = await driver.onlineKey();
      const full = await driver.onlineKey();
      await driver.sent(full.token, 'unread');
      for (const { token, passphrase } of [empty, full]) {
        t.expect.status(await driver.request('DELETE', { token, passphrase }), 200);
      }
    },
  },
  {
    requirement: 'keyservice.delete.body-text',
    title: 'a successful delete answers the string Deleted with a full stop',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await t.given('deleting the key', async () => {
        const sent = await driver.request('DELETE', { token, passphrase });
        t.expect.status(sent, 200);
        return sent;
      });
      const isXml = answer.text.trim().startsWith('<');
      const value = isXml ? xmlOf(answer).text.trim() : answer.text === '' ? null : answer.json();
      if (value !== 'Deleted.')
        t.deviate('a successful delete answers another body than "Deleted."');
    },
  },
  {
    requirement: 'keyservice.delete.key-gone-get',
    title: 'a deleted key is not read with its passphrase',
    run: async (t, driver) => {
      const empty = await driver.onlineKey();
      const full = await driver.onlineKey();
      await driver.sent(full.token, 'hidden text');
      await driver.messages(full.token, { passphrase: full.passphrase });
      for (const { token, passphrase } of [empty, full]) {
        await deleted(t, driver, { token, passphrase });
        const answer = await driver.request('GET', { token, passphrase });
        expectRefused(t, answer, { what: 'a deleted key', hides: ['hidden text'] });
      }
    },
  },
  {
    requirement: 'keyservice.delete.key-gone-getenc',
    title: 'a deleted key is not read with its hash',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const { token, passphrase, hash } = key;
      const sealed = await driver.sentEncrypted(key);
      await driver.messages(token, { privatekeyhash: hash });
      const first = await driver.request('DELETE', { token, passphrase });
      if (first.status !== 200) await deleted(t, driver, { token, privatekeyhash: hash });
      const answer = await driver.request('GET', { token, privatekeyhash: hash });
      expectRefused(t, answer, { what: 'a deleted key', hides: [sealed.encryptedmessage] });
    },
  },
  {
    requirement: 'keyservice.delete.key-gone-send',
    title: 'a deleted key takes no messages',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      const sealed = sealMessage((await driver.keyPair()).publicKey, 'a text');
      await deleted(t, driver, { token, passphrase });
      const plain = await driver.request('PUT', { token, message: 'late' });
      const encrypted = await driver.request('PUT', { token, ...sealed });
      expectRefused(t, plain, { what: 'a deleted key, with message' });
      expectRefused(t, encrypted, { what: 'a deleted key, with encryptedmessage' });
    },
  },
  {
    requirement: 'keyservice.delete.key-gone-delete',
    title: 'what is not there, or not any more, cannot be deleted',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const unknown = driver.unknownToken(token);
      const absent = await driver.request('DELETE', { token: unknown, passphrase });
      await deleted(t, driver, { token, passphrase });
      const again = await driver.request('DELETE', { token, passphrase });
      expectRefused(t, absent, { what: 'an unknown token' });
      expectRefused(t, again, { what: 'a key that is deleted already' });
    },
  },
  {
    requirement: 'keyservice.delete.missing-token-refused',
    title: 'a secret without a token deletes nothing',
    run: async (t, driver) => {
      const { token, passphrase, hash } = await driver.uploadedKey();
      const first = await driver.request('DELETE', { passphrase });
      const second = await driver.request('DELETE', { privatekeyhash: hash });
      await deleted(t, driver, { token, passphrase });
      expectInvalid(t, first, { what: 'a passphrase without token' });
      expectInvalid(t, second, { what: 'a hash without token' });
    },
  },
  {
    requirement: 'keyservice.delete.missing-secret-refused',
    title: 'a token without a secret deletes nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'hidden text');
      const answer = await driver.request('DELETE', { token });
      const read = await driver.request('GET', { token, passphrase });
      expectInvalid(t, answer, { what: 'no secret', hides: ['hidden text'] });
      t.expect.status(read, 200, { what: 'the key after the refused DELETE' });
      t.expect.equal(textsOf(readList(read)), ['hidden text'], 'the texts of the key');
      await deleted(t, driver, { token, passphrase });
    },
  },
  {
    requirement: 'keyservice.delete.wrong-passphrase-refused',
    title: 'a wrong passphrase deletes nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'hidden text');
      const wrong = { token, passphrase: driver.passphrase() };
      const answer = await driver.request('DELETE', wrong);
      const read = await driver.request('GET', { token, passphrase });
      expectRefused(t, answer, { what: 'a wrong passphrase', hides: ['hidden text'] });
      t.expect.status(read, 200, { what: 'the key after the refused DELETE' });
      t.expect.equal(textsOf(readList(read)), ['hidden text'], 'the texts of the key');
      await deleted(t, driver, { token, passphrase });
    },
  },
  {
    requirement: 'keyservice.delete.no-private-key-refused',
    title: 'where no private key is, no passphrase deletes',
    run: async (t, driver) => {
      const key = await driver.publicOnlyKey();
      if (key === null) return;
      const { token, passphrase, hash } = key;
      const sealed = await driver.sentEncrypted(key);
      const answer = await driver.request('DELETE', { token, passphrase });
      const read = await driver.request('GET', { token, privatekeyhash: hash });
      const control = await driver.onlineKey();
      await deleted(t, driver, { token: control.token, passphrase: control.passphrase });
      expectRefused(t, answer, { what: 'a passphrase where no private key is' });
      t.expect.status(read, 200, { what: 'the key after the refused DELETE' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  },
]);

export const deletehashChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.deletehash.deletes',
    title: 'token and hash delete a key',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const values = { token: key.token, privatekeyhash: key.hash };
      const sealed = await driver.sentEncrypted(key);
      await driver.messages(key.token, { privatekeyhash: key.hash });
      const answer = await driver.request('DELETE', values);
      const right = t.expect.status(answer, 200, { tolerate: 400, what: 'by hash' });
      const read = await driver.request('GET', values);
      if (right) {
        t.expect.status(read, [400, 404, 500], { what: 'the key after DELETE' });
        return;
      }
      t.expect.status(read, 200, { what: 'the key after the refused DELETE' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  },
  {
    requirement: 'keyservice.deletehash.wrong-hash-refused',
    title: 'a wrong hash deletes nothing',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const sealed = await driver.sentEncrypted(key);
      const wrong = t.secret(Buffer.from(t.random.bytes(32)).toString('hex'));
      const answer = await driver.request('DELETE', { token: key.token, privatekeyhash: wrong });
      const read = await driver.request('GET', { token: key.token, privatekeyhash: key.hash });
      const control = await driver.onlineKey();
      await deleted(t, driver, { token: control.token, passphrase: control.passphrase });
      expectRefused(t, answer, { what: 'a wrong hash' });
      t.expect.status(read, 200, { what: 'the key after the refused DELETE' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  },
]);
