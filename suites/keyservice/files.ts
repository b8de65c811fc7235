import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { extractOnly, openFileData, unwrapPassphrase } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readFlag, readList, type Entry } from './reading.js';
import { encodeForm, expectRefused, type FilePart } from './requests.js';

/** A small file of every byte value, so that a text conversion on the way shows. */
function sampleFile(t: TestContext): FilePart {
  const bytes = Uint8Array.from({ length: 512 }, (_, at) => (at * 7) % 256);
  return { name: `notes-${t.random.text(6, 'abcdefgh')}.bin`, bytes };
}

/** A new online key with the file and a text sent in one request. */
async function keyWithFile(
  t: TestContext,
  driver: Driver,
): Promise<{ token: string; passphrase: string; file: FilePart; entries: readonly Entry[] }> {
  const { token, passphrase } = await driver.onlineKey();
  const file = sampleFile(t);
  await t.given('sending a file', async () => {
    t.expect.status(await driver.putFiles({ token, message: 'see file' }, [file]), 200);
  });
  const { entries } = await driver.messages(token, { passphrase });
  return { token, passphrase, file, entries };
}

function download(t: TestContext, fileId: string): Promise<Exchange> {
  return t.send({ method: 'GET', path: `/Home/GetFile?${encodeForm({ fileId })}` });
}

/** The id under which the target offers the file of a list. */
function downloadIdOf(t: TestContext, entries: readonly Entry[]): string {
  const entry = entries.find((candidate) => readFlag(candidate.isFile) === true);
  return t.secret(t.expect.text(entry?.downloadId, 'TemporaryDownloadId of the file'));
}

export const filesChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.files.multipart-accepted',
    title: 'a file is sent as form data',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.putFiles({ token, message: 'see file' }, [sampleFile(t)]);
      t.expect.status(answer, 200, { what: 'multipart/form-data with one file' });
      await driver.messages(token, { passphrase });
    },
  },
  {
    requirement: 'keyservice.files.listed-as-file',
    title: 'a sent file is listed as a file',
    run: async (t, driver) => {
      const { entries } = await keyWithFile(t, driver);
      const flags = entries.map((entry) => entry.isFile);
      const at = flags.findIndex((flag) => readFlag(flag) === true);
      t.expect.ok(at !== -1, 'no entry is a file', {
        expected: 'an entry with IsFile true',
        actual: JSON.stringify(flags),
      });
      if (flags[at] !== true) t.deviate(`IsFile of a file is ${JSON.stringify(flags[at])}`);
    },
  },
  {
    requirement: 'keyservice.files.with-message',
    title: 'a text that is sent together with a file is not lost',
    run: async (t, driver) => {
      const { entries } = await keyWithFile(t, driver);
      const entry = entries.find((candidate) => candidate.text?.value === 'see file');
      t.expect.ok(entry !== undefined, 'no entry has the text that was sent with the file', {
        expected: 'an entry with the text "see file"',
        actual: JSON.stringify(entries.map((candidate) => candidate.text?.value)),
      });
      // A target may also keep both as one entry; then that entry is the file.
      if (entries.length > 1) t.expect.equal(readFlag(entry?.isFile), false, 'IsFile of the text');
    },
  },
  {
    requirement: 'keyservice.files.alone',
    title: 'a file may be sent without a text',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.putFiles({ token }, [sampleFile(t)]);
      const read = await driver.request('GET', { token, passphrase });
      await keyWithFile(t, driver);
      const right = t.expect.status(answer, 200, { tolerate: 400, what: 'a file alone' });
      if (!right) {
        t.expect.status(read, 304, { what: 'after the refused PUT' });
        return;
      }
      t.expect.status(read, 200, { what: 'after a file alone' });
      const flags = readList(read).entries.map((entry) => readFlag(entry.isFile));
      t.expect.equal(flags, [true], 'the file flags of the list');
    },
  },
  {
    requirement: 'keyservice.files.name-returned',
    title: 'the online list names the file',
    run: async (t, driver) => {
      const { entries, file } = await keyWithFile(t, driver);
      const entry = entries.find((candidate) => readFlag(candidate.isFile) === true);
      t.expect.equal(entry?.text?.value, file.name, 'MessageData of the file');
    },
  },
  {
    requirement: 'keyservice.files.download',
    title: 'the file is fetched by its download id',
    run: async (t, driver) => {
      const { entries, file } = await keyWithFile(t, driver);
      const answer = await download(t, downloadIdOf(t, entries));
      t.expect.status(answer, 200, { what: 'the download id of the list' });
      const archive = extractOnly(answer.body);
      if ('problem' in archive) {
        t.expect.bytes(answer.body, file.bytes, 'the file');
        return;
      }
      t.expect.bytes(archive.bytes, file.bytes, 'the file in the archive');
      t.deviate('the download is a zip archive with the file');
    },
  },
  {
    requirement: 'keyservice.files.download-unknown-id',
    title: 'a download id that was never handed out gives no file',
    run: async (t, driver) => {
      const { entries, file } = await keyWithFile(t, driver);
      const right = downloadIdOf(t, entries);
      const madeUp = Buffer.from(t.random.bytes(64)).toString('base64');
      const answer = await download(t, madeUp);
      await t.given('fetching the file by its own id', async () => {
        t.expect.status(await download(t, right), 200);
      });
      expectRefused(t, answer, { what: 'an unknown download id' });
      const shown = Buffer.from(answer.body).includes(Buffer.from(file.bytes));
      t.expect.ok(!shown, 'the refusal carries the bytes of the file');
    },
  },
  {
    requirement: 'keyservice.files.encrypted-form',
    title: 'a file is stored as a zip archive in base64, encrypted like a message',
    run: async (t, driver) => {
      const { token, hash, pair } = await driver.uploadedKey();
      const file = sampleFile(t);
      await t.given('sending a file', async () => {
        t.expect.status(await driver.putFiles({ token, message: 'see file' }, [file]), 200);
      });
      const { entries } = await driver.messages(token, { privatekeyhash: hash });
      const entry = entries.find((candidate) => readFlag(candidate.isFile) === true);
      const wrapped = t.expect.text(entry?.encryptionKey, 'EncryptionKey of the file');
      const passphrase = unwrapPassphrase(pair.privateKey, wrapped);
      if ('problem' in passphrase) {
        return t.expect.fail(`EncryptionKey cannot be decrypted: ${passphrase.problem}`);
      }
      const data = t.expect.text(entry?.text?.value, 'MessageData of the file');
      const stored = openFileData(passphrase.text, data);
      if ('problem' in stored) {
        return t.expect.fail(`MessageData of the file cannot be opened: ${stored.problem}`);
      }
      t.expect.bytes(stored.bytes, file.bytes, 'the file in the archive');
    },
  },
]);
