import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/keyservice.json' with { type: 'json' };
import { call } from '../../support/request.js';
import { makeKey, multipart, newCore, read, send, snapshot } from './client.js';

const upload = {
  publickey: vectors.key.publicXml,
  privatekey: vectors.key.privateKeyEncrypted.base64,
  privatekeyhash: vectors.key.privateKeyHash,
};
const encrypted = {
  encryptedmessage: vectors.message.messageData,
  encryptionkey: vectors.message.encryptionKey,
};

describe('a key made online', () => {
  it('takes messages from anybody and shows them to its owner', async () => {
    const core = newCore();
    const { KeyToken: token, KeyId } = await makeKey(core, { passphrase: 'a+b %41&c=d' });
    expect(token).toMatch(/^[0-9a-f]{16}$/);
    expect(KeyId).toBe(1);
    expect((await send(core, 'PUT', { token, message: 'one' })).text).toBe('true');
    await send(core, 'PUT', { token, message: 'zwei 世 😀' });
    const list = await read(core, { token, passphrase: 'a+b %41&c=d' });
    expect(list.map((entry) => entry.MessageData)).toEqual(['one', 'zwei 世 😀']);
    expect(list.map((entry) => entry.MessageId)).toEqual([1, 2]);
    expect(await read(core, { token, passphrase: 'a+b %41&c=d' })).toEqual(list);
  });

  it('is read encrypted with the hash of its private key', async () => {
    const core = newCore();
    const key = await makeKey(core, { passphrase: 'p' });
    await send(core, 'PUT', { token: key.KeyToken, message: 'clear text' });
    const answer = await send(core, 'GET', {
      token: key.KeyToken,
      privatekeyhash: key.PrivateKeyHash ?? '',
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('clear text');
    expect(answer.json()).toMatchObject([{ IsFile: false, TemporaryDownloadId: null }]);
  });

  it('decrypts what a sender encrypted for it', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, upload);
    await send(core, 'PUT', { token, ...encrypted });
    const [message] = await read(core, { token, passphrase: 'password' });
    expect(message).toMatchObject({ MessageData: 'secret message', MessageHash: null });
    expect(message?.EncryptionKey).toBe(vectors.message.messagePassphrase);
  });

  it('answers 304 without body or type while nothing is there', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const answer = await send(core, 'GET', { token, passphrase: 'p' });
    expect(answer).toMatchObject({ status: 304, body: null });
    expect(answer.headers).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });

  it('meets rubbish of a sender with 500', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    await send(core, 'PUT', { token, encryptedmessage: 'rubbish', encryptionkey: 'rubbish' });
    expect((await send(core, 'GET', { token, passphrase: 'p' })).status).toBe(500);
  });
});

describe('an uploaded key', () => {
  it('keeps its three values', async () => {
    const core = newCore();
    expect(await makeKey(core, upload)).toMatchObject({
      PublicKey: upload.publickey,
      PrivateKey: upload.privatekey,
      PrivateKeyHash: upload.privatekeyhash,
      IsPrivateKeyEncrypted: true,
      IsPublicKeyOnly: false,
    });
  });

  it('returns ciphertext exactly as sent', async () => {
    const core = newCore();
    const odd = { encryptedmessage: ' <b>&lt; 100% \r\n', encryptionkey: '\t"+/=' };
    const { KeyToken: token } = await makeKey(core, { ...upload, privatekeyhash: 'h H=1+1' });
    await send(core, 'PUT', { token, ...odd });
    expect(await read(core, { token, privatekeyhash: 'h H=1+1' })).toMatchObject([
      { MessageData: odd.encryptedmessage, EncryptionKey: odd.encryptionkey, MessageHash: null },
    ]);
  });

  it('has no passphrase where no private key was uploaded', async () => {
    const core = newCore();
    const { publickey, privatekeyhash } = upload;
    const publicOnly = { publickey, privatekeyhash };
    const { KeyToken: token } = await makeKey(core, publicOnly);
    await send(core, 'PUT', { token, message: 'text' });
    const before = snapshot(core);
    expect((await send(core, 'GET', { token, passphrase: 'password' })).status).toBe(400);
    expect((await send(core, 'DELETE', { token, passphrase: 'password' })).status).toBe(400);
    expect(snapshot(core)).toBe(before);
  });

  it('has no hash where none was uploaded', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { publickey: upload.publickey });
    for (const hash of ['null', 'undefined', upload.privatekeyhash]) {
      const answer = await send(core, 'GET', { token, privatekeyhash: hash });
      expect(answer.status).toBe(400);
    }
  });

  it('may hold a text that is no key, until something must be encrypted', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { publickey: 'no key', privatekeyhash: 'h' });
    expect((await send(core, 'PUT', { token, message: 'text' })).status).toBe(400);
    expect((await send(core, 'PUT', { token, ...encrypted })).status).toBe(200);
  });

  it('is used when its texts are HTML-coded, and stored as sent', async () => {
    const core = newCore();
    const coded = upload.publickey.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const key = await makeKey(core, { ...upload, publickey: coded });
    expect(key.PublicKey).toBe(coded);
    const token = key.KeyToken;
    expect((await send(core, 'PUT', { token, message: 'text' })).status).toBe(200);
    expect(await read(core, { token, passphrase: 'password' })).toMatchObject([
      { MessageData: 'text' },
    ]);
  });
});

describe('files', () => {
  it('are listed by name, fetched by an id that expires, and gone with their key', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const bytes = new Uint8Array(Array.from({ length: 300 }, (_, at) => at % 256));
    const put = await call(core, {
      method: 'PUT',
      path: '/Service',
      ...multipart({ token, message: 'see file' }, [
        { name: 'C:\\temp\\né.bin', bytes },
        { name: 'second.bin', bytes },
      ]),
    });
    expect(put.text).toBe('true');
    const list = await read(core, { token, passphrase: 'p' });
    expect(list.map((entry) => [entry.MessageData, entry.IsFile])).toEqual([
      ['né.bin', true],
      ['see file', false],
    ]);
    const fileId = list[0]?.TemporaryDownloadId ?? '';
    const fetched = await send(core, 'GET', { fileId }, { path: '/home/getfile' });
    expect(fetched.body).toEqual(bytes);
    expect(fetched.headers).toMatchObject({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="n_.bin"; filename*=UTF-8''n%C3%A9.bin`,
    });
    const unescaped = await call(core, { path: `/Home/GetFile?fileId=${fileId}` });
    expect(unescaped.status).toBe(200);
    core.world.clock.advance(120_000);
    expect((await send(core, 'GET', { fileId }, { path: '/Home/GetFile' })).status).toBe(400);

    const [again] = await read(core, { token, passphrase: 'p' });
    await send(core, 'DELETE', { token, passphrase: 'p' });
    const gone = { fileId: again?.TemporaryDownloadId ?? '' };
    expect((await send(core, 'GET', gone, { path: '/Home/GetFile' })).status).toBe(400);
  });

  it('are ignored when nothing was chosen, and may be empty', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const put = (name: string): ReturnType<typeof call> =>
      call(core, {
        method: 'PUT',
        path: '/Service',
        ...multipart({ token }, [{ name, bytes: new Uint8Array(0) }]),
      });
    expect((await put('')).status).toBe(400);
    expect((await put('empty.txt')).status).toBe(200);
    expect(await read(core, { token, passphrase: 'p' })).toHaveLength(1);
  });
});

describe('deleting', () => {
  it.each([{ passphrase: 'password' }, { privatekeyhash: upload.privatekeyhash }])(
    'removes the key, its messages and nothing else: %o',
    async (secret) => {
      const core = newCore();
      const { KeyToken: token } = await makeKey(core, upload);
      const { KeyToken: other } = await makeKey(core, upload);
      await send(core, 'PUT', { token: other, message: 'stays' });
      await send(core, 'PUT', { token, message: 'goes' });
      expect((await send(core, 'DELETE', { token, ...secret })).text).toBe('"Deleted."');
      for (const method of ['GET', 'DELETE']) {
        expect((await send(core, method, { token, passphrase: 'password' })).status).toBe(400);
        expect((await send(core, method, { token, ...secret })).status).toBe(400);
      }
      expect((await send(core, 'PUT', { token, message: 'late' })).status).toBe(400);
      expect(await read(core, { token: other, ...secret })).toHaveLength(1);
    },
  );
});

describe('a planted fault', () => {
  it('answers so many requests with 500 and changes nothing', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const plant = (data: readonly unknown[]): string | null =>
      core.trigger({
        system: 'keyservice',
        event: 'server-error',
        affects: [token, 'unknown'],
        data,
      });
    expect(plant([{ count: 2 }])).not.toBeNull();
    const before = snapshot(core);
    const put = (): ReturnType<typeof send> => send(core, 'PUT', { token, message: 'text' });
    const broken = await call(core, {
      method: 'PUT',
      path: `/Service?token=${token}&format=xml`,
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(500);
    expect(broken.text).toContain('<response>');
    const second = await put();
    expect([second.status, typeof second.json()]).toEqual([500, 'string']);
    expect(snapshot(core)).toBe(before);
    expect((await put()).status).toBe(200);
    plant([{ count: -1 }]);
    expect((await put()).status).toBe(500);
    expect((await put()).status).toBe(200);
  });

  it('is the only event', () => {
    const core = newCore();
    expect(core.trigger({ system: 'keyservice', event: 'x', affects: [], data: [] })).toBeNull();
  });
});

describe('a seed', () => {
  it('repeats every answer byte for byte', async () => {
    const run = async (): Promise<string[]> => {
      const core = newCore({ seed: 5, startTime: 0 });
      const key = await makeKey(core, { passphrase: 'p' });
      const token = key.KeyToken;
      await send(core, 'PUT', { token, message: 'text' });
      const list = await read(core, { token, privatekeyhash: key.PrivateKeyHash ?? '' });
      return [key.PublicKey ?? '', token, JSON.stringify(list.map((entry) => entry.MessageData))];
    };
    expect(await run()).toEqual(await run());
  });
});
