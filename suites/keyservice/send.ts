import { defineArea } from '../engine/check.js';
import { sealMessage } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readList, xmlOf } from './reading.js';
import { expectInvalid, expectRefused } from './requests.js';

export const sendChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.send.message-answers-200',
    title: 'a text is sent with the token alone',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      t.expect.status(await driver.request('PUT', { token, message: 'a text' }), 200);
      await driver.messages(token, { passphrase });
    },
  },
  {
    requirement: 'keyservice.send.body-true',
    title: 'a successful send answers the bare value true',
    run: async (t, driver) => {
      const { token } = await driver.onlineKey();
      const sent = await t.given('sending a message', async () => {
        const answer = await driver.request('PUT', { token, message: 'a text' });
        t.expect.status(answer, 200);
        return answer;
      });
      if (sent.text.trim() === 'true') return;
      // Any other body must still be valid in the format of the answer.
      if (sent.text.trim().startsWith('<')) xmlOf(sent);
      else if (sent.text !== '') sent.json();
      t.deviate('a successful send answers another body than true');
    },
  },
  {
    requirement: 'keyservice.send.without-content-refused',
    title: 'a PUT with a token and nothing else is refused and stores nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.request('PUT', { token });
      const read = await driver.request('GET', { token, passphrase });
      await driver.sent(token, 'a text');
      expectInvalid(t, answer, { what: 'neither message nor encryptedmessage nor file' });
      t.expect.status(read, 304, { what: 'after the refused PUT' });
    },
  },
  {
    requirement: 'keyservice.send.unknown-token-refused',
    title: 'nothing can be sent to a token that no key has',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const token = driver.unknownToken(key.token);
      const sealed = sealMessage(key.pair.publicKey, 'a text');
      const plain = await driver.request('PUT', { token, message: 'a text' });
      const encrypted = await driver.request('PUT', { token, ...sealed });
      await driver.sent(key.token, 'a text');
      await driver.sentEncrypted(key, sealed);
      expectRefused(t, plain, { what: 'an unknown token, with message' });
      expectRefused(t, encrypted, { what: 'an unknown token, with encryptedmessage' });
    },
  },
  {
    requirement: 'keyservice.send.missing-token-refused',
    title: 'nothing can be sent without a token',
    run: async (t, driver) => {
      const { token } = await driver.onlineKey();
      const answer = await driver.request('PUT', { message: 'a text' });
      await driver.sent(token, 'a text');
      expectRefused(t, answer, { what: 'no token' });
    },
  },
  {
    requirement: 'keyservice.send.to-uploaded-key',
    title: 'a text in clear can be sent to an uploaded key',
    run: async (t, driver) => {
      const { token, hash } = await driver.uploadedKey();
      const sent = await driver.request('PUT', { token, message: 'a text' });
      t.expect.status(sent, 200, { what: 'to an uploaded key' });
      const read = await driver.request('GET', { token, privatekeyhash: hash });
      t.expect.status(read, 200, { what: 'the hash, after a text was sent' });
      t.expect.equal(readList(read).entries.length, 1, 'the number of messages');
    },
  },
]);
