import { createHash } from 'node:crypto';
import { defineArea } from '../engine/check.js';
import { sealMessage } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readDate, readFlag, readList, textsOf } from './reading.js';
import { expectRefused } from './requests.js';

const dayMs = 24 * 60 * 60 * 1000;

export const getencChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.getenc.verbatim',
    title: 'ciphertexts come back exactly as sent',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const long = sealMessage(
        key.pair.publicKey,
        Buffer.from(t.random.bytes(9000)).toString('hex'),
      );
      const short = sealMessage(key.pair.publicKey, 'short');
      for (const sealed of [short, long]) await driver.sentEncrypted(key, sealed);
      const answer = await driver.request('GET', { token: key.token, privatekeyhash: key.hash });
      t.expect.status(answer, 200);
      const { entries } = readList(answer);
      [short, long].forEach((sealed, at) => {
        t.expect.equal(entries[at]?.text?.value, sealed.encryptedmessage, 'MessageData');
        t.expect.equal(entries[at]?.encryptionKey, sealed.encryptionkey, 'EncryptionKey');
      });
    },
  },
  {
    requirement: 'keyservice.getenc.all-messages',
    title: 'the hash lists all messages, sent encrypted or not',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const sealed: string[] = [];
      await driver.sent(key.token, 'in clear');
      for (let sent = 0; sent < 10; sent += 1) {
        sealed.push((await driver.sentEncrypted(key)).encryptedmessage);
      }
      await driver.sent(key.token, 'in clear too');
      const list = await driver.messages(key.token, { privatekeyhash: key.hash });
      t.expect.equal(list.entries.length, 12, 'the number of messages');
      const ids = new Set(list.entries.map((entry) => String(entry.id)));
      t.expect.equal(ids.size, 12, 'the number of different MessageId');
      const missing = sealed.filter((text) => !textsOf(list).includes(text));
      t.expect.equal(missing.length, 0, 'the number of ciphertexts that are not listed');
    },
  },
  {
    requirement: 'keyservice.getenc.metadata',
    title: 'encrypted messages carry id, date and file flag',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      await driver.sentEncrypted(key);
      const list = await driver.messages(key.token, { privatekeyhash: key.hash });
      const { entries, answeredAt } = list;
      const [entry] = entries;
      t.expect.ok(entry?.id !== undefined && entry.id !== null, 'the entry has no MessageId');
      const time = readDate(entry?.date?.value);
      t.expect.ok(time !== null && Math.abs(time - answeredAt) < dayMs, 'Created is not of now', {
        expected: `a date within 24 hours of ${new Date().toISOString()}`,
        actual: JSON.stringify(entry?.date ?? null),
      });
      t.expect.equal(readFlag(entry?.isFile), false, 'IsFile');
      if (entry?.date !== null && entry?.date !== undefined && entry.date.name !== 'Created') {
        t.deviate(`the date stands in ${entry.date.name}`);
      }
    },
  },
  {
    requirement: 'keyservice.getenc.wrong-hash-refused',
    title: 'a wrong hash reads nothing',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const sealed = await driver.sentEncrypted(key);
      const wrong = t.secret(Buffer.from(t.random.bytes(32)).toString('hex'));
      const answer = await driver.request('GET', { token: key.token, privatekeyhash: wrong });
      await driver.messages(key.token, { privatekeyhash: key.hash });
      expectRefused(t, answer, { what: 'a wrong hash', hides: [sealed.encryptedmessage] });
    },
  },
  {
    requirement: 'keyservice.getenc.wrong-hash-reveals-nothing',
    title: 'a wrong hash does not tell whether messages wait',
    run: async (t, driver) => {
      const empty = await driver.uploadedKey();
      const full = await driver.uploadedKey(empty.hash);
      await driver.sentEncrypted(full);
      await driver.sentEncrypted(full);
      const wrong = t.secret(Buffer.from(t.random.bytes(32)).toString('hex'));
      const ask = async (token: string): Promise<{ status: number; words: string[] }> => {
        const answer = await driver.request('GET', { token, privatekeyhash: wrong });
        expectRefused(t, answer, { what: 'a wrong hash' });
        return { status: answer.status, words: answer.text.replaceAll(token, '').split(/\b/) };
      };
      const first = await ask(empty.token);
      const again = await ask(empty.token);
      const other = await ask(full.token);
      await driver.messages(full.token, { privatekeyhash: full.hash });
      t.expect.equal(
        other.status,
        first.status,
        'the status for a key with messages, against that for one without',
      );
      // What also changes between two equal requests, such as a time, says nothing of messages.
      const steady = (words: string[]): string[] =>
        words.filter((_, at) => first.words[at] === again.words[at]);
      t.expect.equal(
        steady(other.words).join(''),
        steady(first.words).join(''),
        'the refusal for a key with messages, against that for one without',
      );
    },
  },
  {
    requirement: 'keyservice.getenc.hash-exact',
    title: 'the hash must match as a whole',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const { token, hash } = key;
      const { encryptedmessage } = await driver.sentEncrypted(key);
      const near: readonly (readonly [string, string])[] = [
        ['without its last character', hash.slice(0, -1)],
        ['cut to its first character', hash.slice(0, 1)],
        ['with one character more', `${hash}0`],
      ];
      for (const [how, privatekeyhash] of near) {
        const answer = await driver.request('GET', { token, privatekeyhash });
        await driver.messages(token, { privatekeyhash: hash });
        expectRefused(t, answer, { what: `the hash ${how}`, hides: [encryptedmessage] });
      }
    },
  },
  {
    requirement: 'keyservice.getenc.hash-case-matters',
    title: 'the hash in another letter case does not match',
    run: async (t, driver) => {
      const hash = `MixedCase-${t.random.text(12)}`;
      const key = await driver.uploadedKey(hash);
      const { encryptedmessage } = await driver.sentEncrypted(key);
      const lower = t.secret(hash.toLowerCase());
      const answer = await driver.request('GET', { token: key.token, privatekeyhash: lower });
      await driver.messages(key.token, { privatekeyhash: hash });
      expectRefused(t, answer, { what: 'the hash in lower case', hides: [encryptedmessage] });
    },
  },
  {
    requirement: 'keyservice.getenc.no-messages-304',
    title: 'a key without messages answers 304 in the encrypted flavour too',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const answer = await driver.request('GET', { token: key.token, privatekeyhash: key.hash });
      await driver.sentEncrypted(key);
      await driver.messages(key.token, { privatekeyhash: key.hash });
      const right = t.expect.status(answer, 304, { what: 'a new key', tolerate: 200 });
      if (right) t.expect.equal(answer.body.length, 0, 'the length of the body');
      else t.expect.equal(readList(answer).entries.length, 0, 'the number of messages');
    },
  },
  {
    requirement: 'keyservice.getenc.online-key-needs-key-hash',
    title: 'a key made online is opened by no string of free choice',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'hidden text');
      const digest = (encoding: BufferEncoding): string =>
        createHash('sha256').update(Buffer.from(passphrase, encoding)).digest('hex');
      const tries: readonly (readonly [string, string])[] = [
        ['a string of free choice', `free ${t.random.text(12)}`],
        ['the passphrase as hash', passphrase],
        ['SHA-256 of the passphrase in UTF-8', digest('utf8')],
        ['SHA-256 of the passphrase in UTF-16LE', digest('utf16le')],
      ];
      for (const [what, privatekeyhash] of tries) {
        const answer = await driver.request('GET', {
          token,
          privatekeyhash: t.secret(privatekeyhash),
        });
        await driver.messages(token, { passphrase });
        expectRefused(t, answer, { what, hides: ['hidden text'] });
      }
    },
  },
  {
    requirement: 'keyservice.getenc.online-key-hash-works',
    title: 'a key made online is opened by the hash in its key object',
    run: async (t, driver) => {
      const { token, answer } = await driver.onlineKey();
      await driver.sent(token, 'a text in clear');
      const hash = t.expect.text(answer.object().PrivateKeyHash, 'PrivateKeyHash of the new key');
      const read = await driver.request('GET', { token, privatekeyhash: t.secret(hash) });
      t.expect.status(read, 200, { what: 'PrivateKeyHash of the key' });
      const [text = ''] = textsOf(readList(read));
      t.expect.ok(text !== '' && text !== 'a text in clear', 'the message is not encrypted');
    },
  },
  {
    requirement: 'keyservice.getenc.online-message-stays-encrypted',
    title: 'the encrypted flavour never shows a text in clear',
    run: async (t, driver) => {
      const { token, hash } = await driver.uploadedKey();
      const message = `plain text ${t.random.text(30)}`;
      await driver.sent(token, message);
      const answer = await driver.request('GET', { token, privatekeyhash: hash });
      t.expect.status(answer, 200);
      const [entry] = readList(answer).entries;
      // The end of the base64 form depends on what follows, so its last group is left out.
      const coded = Buffer.from(message)
        .toString('base64')
        .replace(/.{0,4}$/, '');
      const shown = [message, coded].some((form) => answer.text.includes(form));
      t.expect.ok(!shown, 'the answer shows the text, as it is or in base64');
      t.expect.ok(Boolean(entry?.text?.value), 'MessageData is empty');
      t.expect.ok(Boolean(entry?.encryptionKey), 'EncryptionKey is empty');
    },
  },
]);
