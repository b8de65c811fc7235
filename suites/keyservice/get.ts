import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readDate, readFlag, readList, textsOf, xmlOf } from './reading.js';
import { childOf } from './xml.js';
import { expectInvalid, expectRefused } from './requests.js';

const dayMs = 24 * 60 * 60 * 1000;

export const getChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.get.returns-plaintext',
    title: 'token and passphrase give the text that was sent',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const message = `plain text ${t.random.text(8)}`;
      await driver.sent(token, message);
      const answer = await driver.request('GET', { token, passphrase });
      t.expect.status(answer, 200);
      t.expect.ok(textsOf(readList(answer)).includes(message), 'no entry has the text sent', {
        expected: message,
        actual: JSON.stringify(textsOf(readList(answer))),
      });
    },
  },
  {
    requirement: 'keyservice.get.bare-array',
    title: 'the list is a bare JSON array',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      // A list of one and a list of several are the two that get another form by mistake.
      for (const count of [1, 7]) {
        for (let sent = count === 1 ? 0 : 1; sent < count; sent += 1) {
          await driver.sent(token, `number ${String(sent)}`);
        }
        const answer = await t.given('reading the messages', async () => {
          const read = await driver.request('GET', { token, passphrase });
          t.expect.status(read, 200);
          return read;
        });
        const list = readList(answer);
        t.expect.equal(list.entries.length, count, 'the number of entries');
        if (list.wrapped) t.deviate('the list stands in a member of an object');
      }
    },
  },
  {
    requirement: 'keyservice.get.message-id-present',
    title: 'every message has an id of its own',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      for (const message of ['one', 'two', 'three']) await driver.sent(token, message);
      const { entries } = await driver.messages(token, { passphrase });
      const ids = entries.map((entry) => entry.id ?? null);
      t.expect.ok(!ids.includes(null), 'an entry has no MessageId');
      t.expect.equal(new Set(ids.map(String)).size, 3, 'the number of different MessageId');
    },
  },
  {
    requirement: 'keyservice.get.text-member',
    title: 'the text stands in MessageData',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      // A text that looks like a number is a text all the same.
      for (const message of ['a text to find', '4711']) {
        await driver.sent(token, message);
        const { entries } = await driver.messages(token, { passphrase });
        const found = entries.find((entry) => entry.text?.value === message);
        t.expect.ok(found !== undefined, 'no entry has the text that was sent', {
          expected: `an entry with MessageData ${JSON.stringify(message)}`,
          actual: JSON.stringify(entries.map((entry) => entry.text)),
        });
        const name = found?.text?.name;
        if (name !== 'MessageData') t.deviate(`the text stands in ${String(name)}`);
      }
    },
  },
  {
    requirement: 'keyservice.get.sent-date',
    title: 'the date of sending stands in Created',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      const { entries, answeredAt } = await driver.messages(token, { passphrase });
      const date = entries[0]?.date ?? null;
      const time = readDate(date?.value);
      const near = time !== null && Math.abs(time - answeredAt) < dayMs;
      t.expect.ok(near, 'the entry has no date of the sending', {
        expected: `Created within 24 hours of ${new Date().toISOString()}`,
        actual: JSON.stringify(date),
      });
      if (date !== null && date.name !== 'Created') t.deviate(`the date stands in ${date.name}`);
    },
  },
  {
    requirement: 'keyservice.get.is-file-flag',
    title: 'IsFile of a text says false, in JSON and in XML',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      const { entries } = await driver.messages(token, { passphrase });
      const flag = entries[0]?.isFile;
      t.expect.equal(readFlag(flag), false, `IsFile in JSON (${JSON.stringify(flag ?? null)})`);
      if (flag !== false) t.deviate(`IsFile in JSON is ${JSON.stringify(flag)}, not false`);
      const answer = await driver.request(
        'GET',
        { token, passphrase },
        { query: { format: 'xml' } },
      );
      t.expect.status(answer, 200);
      const [message] = xmlOf(answer).children;
      const text = message === undefined ? undefined : childOf(message, 'IsFile')?.text.trim();
      t.expect.equal(readFlag(text), false, `IsFile in XML (${text ?? 'absent'})`);
      if (text !== 'false') t.deviate(`IsFile in XML is ${String(text)}, not false`);
    },
  },
  {
    requirement: 'keyservice.get.is-file-boolean',
    title: 'IsFile is a boolean in JSON',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      const { entries } = await driver.messages(token, { passphrase });
      t.expect.equal(entries[0]?.isFile, false, 'IsFile');
    },
  },
  {
    requirement: 'keyservice.get.all-messages',
    title: 'twelve messages are listed as twelve',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const texts = Array.from({ length: 12 }, (_, at) => `number ${String(at)}`);
      for (const text of texts) await driver.sent(token, text);
      const list = await driver.messages(token, { passphrase });
      t.expect.equal([...textsOf(list)].sort(), [...texts].sort(), 'the texts, in any order');
    },
  },
  {
    requirement: 'keyservice.get.insertion-order',
    title: 'messages come oldest first with growing numbers, in both flavours',
    run: async (t, driver) => {
      const online = await driver.onlineKey();
      for (const text of ['one', 'two', 'three']) await driver.sent(online.token, text);
      const list = await driver.messages(online.token, { passphrase: online.passphrase });
      t.expect.equal(textsOf(list), ['one', 'two', 'three'], 'the order of the texts');

      const uploaded = await driver.uploadedKey();
      const sealed: string[] = [];
      for (let sent = 0; sent < 3; sent += 1) {
        sealed.push((await driver.sentEncrypted(uploaded)).encryptedmessage);
      }
      const stored = await driver.messages(uploaded.token, { privatekeyhash: uploaded.hash });
      t.expect.equal(textsOf(stored), sealed, 'the order of the ciphertexts');

      const grows = [list, stored].every(({ entries }) =>
        entries.every((entry, at) => {
          const before = entries[at - 1]?.id;
          return Number.isInteger(entry.id) && (at === 0 || Number(before) < Number(entry.id));
        }),
      );
      if (!grows) t.deviate('MessageId is no integer that grows with every message');
    },
  },
  {
    requirement: 'keyservice.get.repeatable',
    title: 'reading removes nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      for (const text of ['one', 'two']) await driver.sent(token, text);
      const first = await driver.messages(token, { passphrase });
      const again = await driver.request('GET', { token, passphrase });
      t.expect.status(again, 200, { what: 'the same GET again' });
      const second = readList(again);
      const shown = (list: typeof first): unknown =>
        list.entries.map((entry) => [entry.id, entry.text?.value]);
      t.expect.equal(shown(second), shown(first), 'ids and texts of the second GET');
    },
  },
  {
    requirement: 'keyservice.get.no-messages-304',
    title: 'a key without messages answers 304 without a body',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.request('GET', { token, passphrase });
      await driver.sent(token, 'a text');
      await driver.messages(token, { passphrase });
      t.expect.status(answer, 304, { what: 'a new key' });
      t.expect.equal(answer.body.length, 0, 'the length of the body');
    },
  },
  {
    requirement: 'keyservice.get.missing-secret-refused',
    title: 'a token without a secret reads nothing',
    run: async (t, driver) => {
      const empty = await driver.onlineKey();
      const full = await driver.onlineKey();
      await driver.sent(full.token, 'hidden text');
      const first = await driver.request('GET', { token: empty.token });
      const second = await driver.request('GET', { token: full.token });
      await driver.messages(full.token, { passphrase: full.passphrase });
      expectInvalid(t, first, { what: 'no secret, a key without messages' });
      expectInvalid(t, second, { what: 'no secret, a key with one', hides: ['hidden text'] });
    },
  },
  {
    requirement: 'keyservice.get.wrong-passphrase-refused',
    title: 'a wrong passphrase reads nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'hidden text');
      const answer = await driver.request('GET', { token, passphrase: driver.passphrase() });
      await driver.messages(token, { passphrase });
      expectRefused(t, answer, { what: 'a wrong passphrase', hides: ['hidden text'] });
    },
  },
  {
    requirement: 'keyservice.get.wrong-passphrase-empty-key',
    title: 'a wrong passphrase is refused on a key without messages too',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.request('GET', { token, passphrase: driver.passphrase() });
      await driver.sent(token, 'a text');
      await driver.messages(token, { passphrase });
      t.expect.status(answer, 400, { what: 'a wrong passphrase', tolerate: [404, 500, 304] });
    },
  },
  {
    requirement: 'keyservice.get.passphrase-exact',
    title: 'the passphrase counts with every character and its case',
    run: async (t, driver) => {
      const right = `${driver.passphrase(78)}aZ`;
      const { token } = await driver.onlineKey(right);
      await driver.sent(token, 'hidden text');
      const near: readonly (readonly [string, string])[] = [
        ['in lower case', right.toLowerCase()],
        ['in upper case', right.toUpperCase()],
        ['with another last character', `${right.slice(0, -1)}Y`],
        ['without its last character', right.slice(0, -1)],
        ['with one character more', `${right}a`],
      ];
      for (const [how, passphrase] of near) {
        const answer = await driver.request('GET', { token, passphrase: t.secret(passphrase) });
        await driver.messages(token, { passphrase: right });
        expectRefused(t, answer, { what: `the passphrase ${how}`, hides: ['hidden text'] });
      }
    },
  },
  {
    requirement: 'keyservice.get.unknown-token-refused',
    title: 'a token that no key has reads nothing, in either flavour',
    run: async (t, driver) => {
      const { token, passphrase, hash } = await driver.uploadedKey();
      await driver.sent(token, 'hidden text');
      const unknown = driver.unknownToken(token);
      const online = await driver.request('GET', { token: unknown, passphrase });
      const encrypted = await driver.request('GET', { token: unknown, privatekeyhash: hash });
      await driver.messages(token, { privatekeyhash: hash });
      expectRefused(t, online, { what: 'an unknown token with a passphrase' });
      expectRefused(t, encrypted, { what: 'an unknown token with a hash' });
    },
  },
]);
