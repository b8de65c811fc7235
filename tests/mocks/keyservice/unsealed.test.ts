import * as fflate from 'fflate';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { setState, viewState } from '../../../mocks/engine/state-tree.js';
import { defineAlteration } from '../../../mocks/engine/system.js';
import type { Behaviour } from '../../../mocks/systems/keyservice/behaviour.js';
import { archiveFile } from '../../../mocks/systems/keyservice/crypto/file-archive.js';
import { hashText } from '../../../mocks/systems/keyservice/crypto/message-sealing.js';
import * as cipher from '../../../mocks/systems/keyservice/crypto/passphrase-cipher.js';
import * as packing from '../../../mocks/systems/keyservice/crypto/packed-content.js';
import { type State, type StoredMessage } from '../../../mocks/systems/keyservice/state.js';
import { sealedUpTo, type Unsealed } from '../../../mocks/systems/keyservice/unsealed.js';
import { call } from '../../support/request.js';
import {
  makeKey,
  multipart,
  newCore,
  read,
  send,
  type Answer,
  type Key,
  type Message,
} from './client.js';
import { bytesOf } from './large-bytes.js';

vi.mock('fflate', { spy: true });
vi.mock('../../../mocks/systems/keyservice/crypto/passphrase-cipher.js', { spy: true });
vi.mock('../../../mocks/systems/keyservice/crypto/packed-content.js', { spy: true });

/** What packs, encrypts or hashes a message; each of them makes a copy of it, or looks at all of it. */
const work = {
  zip: vi.mocked(fflate.zipSync),
  unzip: vi.mocked(fflate.unzipSync),
  gzip: vi.mocked(fflate.gzipSync),
  encrypt: vi.mocked(cipher.encryptText),
  seal: vi.mocked(packing.writeSealed),
  hash: vi.mocked(packing.hashPacked),
};

beforeEach(() => {
  vi.clearAllMocks();
});

function workDone(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(work).map(([name, { mock }]) => [name, mock.calls.length]),
  );
}

const idle = { zip: 0, unzip: 0, gzip: 0, encrypt: 0, seal: 0, hash: 0 };

const largeFile = { name: 'né.bin', bytes: bytesOf(sealedUpTo + 12_345) };
const largeText = String.fromCharCode(...bytesOf(4096)).repeat(sealedUpTo / 4096) + '/Date(1)/"\\';

/** Packs as ever, but by functions of its own: such a server seals everything as it comes. */
const atOnce = defineAlteration<State, Behaviour>({
  system: 'keyservice',
  behaviour: (base) => ({
    archive: (file) => base.archive(file),
    compress: (text) => base.compress(text),
  }),
});

/** The same requests to a mock of the same seed: a file, a text, and a small text after them. */
async function sent(options: Parameters<typeof newCore>[0] = {}): Promise<{
  readonly core: MockCore;
  readonly key: Key;
  readonly body: Uint8Array;
}> {
  const core = newCore({ seed: 11, startTime: 0, ...options });
  const key = await makeKey(core, { passphrase: 'p' });
  vi.clearAllMocks();
  const token = key.KeyToken;
  const { body, headers } = multipart({ token }, [largeFile]);
  const put = { method: 'PUT', path: '/Service' };
  expect((await call(core, { ...put, body, headers })).text).toBe('true');
  expect((await call(core, { ...put, body: { token, message: largeText } })).text).toBe('true');
  return { core, key, body };
}

function readOffline(core: MockCore, key: Key, more = ''): Promise<Answer> {
  const hash = key.PrivateKeyHash ?? '';
  return call(core, {
    path: `/Service?token=${key.KeyToken}&privatekeyhash=${hash}${more}`,
  });
}

function messagesOf(core: MockCore, { KeyToken }: Key): readonly StoredMessage[] {
  return (core.world.state('keyservice') as State).keys.get(KeyToken)?.messages ?? [];
}

function unsealedOf(message: StoredMessage | undefined): Unsealed {
  if (message === undefined || typeof message.data === 'string') throw new Error('it is sealed');
  return message.data;
}

async function download(core: MockCore, fileId: string | null | undefined): Promise<Answer> {
  return send(core, 'GET', { fileId: fileId ?? '' }, { path: '/Home/GetFile' });
}

/** Whether an answer is the large file; a matcher of the framework takes seconds for a megabyte. */
function isFile({ body }: Answer): boolean {
  return body instanceof Uint8Array && Buffer.compare(body, largeFile.bytes) === 0;
}

/** The text of an answer; the clock goes on, also from a fixed start. */
function withoutDates(answer: Answer | undefined): string | undefined {
  return answer?.text.replaceAll(/Date\(\d+\)|1970-01-01T[\d:.]+Z/g, 'then');
}

function stateIn(snapshot: string): string {
  return JSON.stringify((JSON.parse(snapshot) as { systems: unknown }).systems);
}

describe('a large message', () => {
  it('is held once: nothing is packed, encrypted or copied as it comes', async () => {
    const { core, key, body } = await sent();
    expect(workDone()).toEqual(idle);
    const [file, text] = messagesOf(core, key).map(unsealedOf);
    expect(file?.bytes.buffer === body.buffer).toBe(true);
    expect(file?.bytes).toHaveLength(largeFile.bytes.length);
    // One byte for each character of Latin-1.
    expect(text?.bytes).toHaveLength(largeText.length);
  });

  it('gives its owner the file without ever being sealed', async () => {
    const { core, key, body } = await sent();
    const list = await read(core, { token: key.KeyToken, passphrase: 'p' });
    const answer = await download(core, list[0]?.TemporaryDownloadId);
    expect(list.map((entry) => entry.MessageData)).toEqual([largeFile.name, largeText]);
    expect(isFile(answer)).toBe(true);
    expect((answer.body as Uint8Array).buffer === body.buffer).toBe(true);
    expect(answer.headers['Content-Disposition']).toContain("filename*=UTF-8''n%C3%A9.bin");
    // Its hash is that of the archive, which is made for it once; the same for the text.
    expect(workDone()).toEqual({ ...idle, zip: 1, gzip: 1, hash: 2 });
    await read(core, { token: key.KeyToken, passphrase: 'p' });
    expect(work.hash).toHaveBeenCalledTimes(2);
  });

  it('is the same, with the same chance used, as one that was sealed as it came', async () => {
    const [later, now] = [await sent(), await sent({ alterations: [atOnce] })];
    expect(messagesOf(now.core, now.key).map(({ data }) => typeof data)).toEqual([
      'string',
      'string',
    ]);
    for (const { core, key } of [later, now]) {
      await send(core, 'PUT', { token: key.KeyToken, message: 'a small one' });
    }
    const lists = await Promise.all([later, now].map(({ core, key }) => readOffline(core, key)));
    expect(lists[0]?.body).toBeInstanceOf(Uint8Array);
    expect(withoutDates(lists[0]) === withoutDates(lists[1])).toBe(true);
    const again = await readOffline(later.core, later.key);
    expect(again.text === lists[0]?.text).toBe(true);
  });

  it('is in XML what it is in JSON', async () => {
    const [later, now] = [await sent(), await sent({ alterations: [atOnce] })];
    const shouting = defineAlteration<State, Behaviour>({
      system: 'keyservice',
      behaviour: () => ({ escapeXml: (text) => `<![CDATA[${text}]]>` }),
    });
    const other = await sent({ alterations: [shouting] });
    const [first, second, third] = await Promise.all(
      [later, now, other].map(({ core, key }) => readOffline(core, key, '&format=xml')),
    );
    expect(first?.body).toBeInstanceOf(Uint8Array);
    expect(second?.body).toBeTypeOf('string');
    expect(withoutDates(first) === withoutDates(second)).toBe(true);
    const data = /<MessageData>(?:<!\[CDATA\[)?([^<\]]*)/;
    expect(third?.text).toContain('<MessageData><![CDATA[');
    expect(data.exec(third?.text ?? '')?.[1] === data.exec(first?.text ?? '')?.[1]).toBe(true);
  });

  it('goes with the state into a snapshot, and out of it into the same ciphertext', async () => {
    const { core, key } = await sent();
    const [before] = await read(core, { token: key.KeyToken, passphrase: 'p' });
    const text = core.snapshot();
    // Base64 of it once, and not of the body that it came in.
    expect(text.length).toBeLessThan((largeFile.bytes.length + largeText.length) * 1.4);
    const other = newCore({ seed: 1 });
    other.restore(text);
    expect(stateIn(other.snapshot()) === stateIn(text)).toBe(true);
    expect((await readOffline(other, key)).text === (await readOffline(core, key)).text).toBe(true);
    const old = await download(other, before?.TemporaryDownloadId);
    expect(isFile(old)).toBe(true);
    const list = await read(other, { token: key.KeyToken, passphrase: 'p' });
    expect(list.map((entry) => entry.MessageData)).toEqual([largeFile.name, largeText]);
  });

  it('is renamed with its state, and then has another hash and another ciphertext', async () => {
    const { core, key } = await sent();
    const [before] = await read(core, { token: key.KeyToken, passphrase: 'p' });
    const path = ['keys', key.KeyToken, 'messages', 0, 'data'];
    core.edit('keyservice', (saved) => {
      expect(viewState(saved, path).entries.map(({ step, kind }) => [step, kind])).toEqual([
        ['name', 'text'],
        ['bytes', 'bytes'],
        ['passphrase', 'text'],
      ]);
      setState(saved, [...path, 'name'], 'other.bin');
    });
    const [after] = await read(core, { token: key.KeyToken, passphrase: 'p' });
    const archive = archiveFile({ ...largeFile, name: 'other.bin' });
    expect(after?.MessageData).toBe('other.bin');
    expect(after?.MessageHash).toBe(hashText(archive));
    expect(after?.MessageHash).not.toBe(before?.MessageHash);
  });

  it('is not opened where its passphrase is another one than its key tells', async () => {
    const { core, key } = await sent();
    core.edit('keyservice', (saved) => {
      setState(saved, ['keys', key.KeyToken, 'messages', 0, 'data', 'passphrase'], 'other');
    });
    const answer = await send(core, 'GET', { token: key.KeyToken, passphrase: 'p' });
    expect(answer.status).toBe(500);
  });
});

describe('what packs in another way', () => {
  it('gets to see large messages too', async () => {
    const shorter = defineAlteration<State, Behaviour>({
      system: 'keyservice',
      behaviour: (base) => ({
        extract: (archive) => {
          const file = base.extract(archive);
          return file === null ? null : { ...file, bytes: file.bytes.subarray(0, -1) };
        },
        decompress: (compressed, utf8) => base.decompress(compressed, utf8)?.slice(1) ?? null,
      }),
    });
    const { core, key } = await sent({ alterations: [shorter] });
    const list = await read(core, { token: key.KeyToken, passphrase: 'p' });
    expect(list[1]?.MessageData).toBe(largeText.slice(1));
    const { body } = await download(core, list[0]?.TemporaryDownloadId);
    expect(body).toHaveLength(largeFile.bytes.length - 1);
  });
});

describe('a large list', () => {
  it('is written as bytes, each character as ever', async () => {
    const core = newCore();
    const key = await makeKey(core, { passphrase: 'p' });
    const token = key.KeyToken;
    const put = { method: 'PUT', path: '/Service' };
    // Pairs of surrogates at odd places and at even ones, beside halves of them.
    const text = `x${'😀'.repeat(300_000)}\ud83d"\\\n${'é😀'.repeat(200_000)}\udc00`;
    const message = { token, encryptedmessage: text, encryptionkey: '/Date(5)/' };
    await call(core, { ...put, body: message });
    const answer = await readOffline(core, key);
    const [entry] = answer.json() as Message[];
    expect(answer.body).toBeInstanceOf(Uint8Array);
    expect(entry?.MessageData === text).toBe(true);
    expect(entry?.EncryptionKey).toBe('/Date(5)/');
    expect(answer.text.slice(-120)).toMatch(/"Created":"\\\/Date\(\d+\)\\\/"/);
  });
});
