import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/keyservice.json' with { type: 'json' };
import { call } from '../../support/request.js';
import { makeKey, newCore, read, send } from './client.js';

const upload = {
  publickey: vectors.key.publicXml,
  privatekey: vectors.key.privateKeyEncrypted.base64,
  privatekeyhash: 'h',
};

describe('dialect observed', () => {
  const observed = (): ReturnType<typeof newCore> => newCore({ dialect: 'observed' });

  it('insists on the private key of an upload', async () => {
    const { publickey, privatekeyhash } = upload;
    const publicOnly = { publickey, privatekeyhash };
    expect((await send(observed(), 'POST', publicOnly)).status).toBe(400);
    expect((await send(observed(), 'POST', upload)).status).toBe(200);
  });

  it('answers refused reads with 404 and an object, in either format', async () => {
    const core = observed();
    const { KeyToken: token } = await makeKey(core, upload);
    for (const values of [
      { token: '0', passphrase: 'p' },
      { token, passphrase: 'p' },
      { token, privatekeyhash: 'x' },
    ]) {
      const answer = await send(core, 'GET', values);
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual({ Message: expect.any(String) as string });
    }
    const xml = await send(core, 'GET', { token, passphrase: 'p', format: 'xml' });
    expect(xml.text).toMatch(/<response><Message>[^<]+<\/Message><\/response>$/);
  });

  it('answers refused sends with a page and 500', async () => {
    const core = observed();
    for (const values of [{ message: 'x' }, { token: '0', message: 'x' }]) {
      const answer = await send(core, 'PUT', values);
      expect(answer.status).toBe(500);
      expect(answer.headers['Content-Type']).toMatch(/^text\/html/);
    }
  });

  it('deletes with the passphrase only', async () => {
    const core = observed();
    const { KeyToken: token } = await makeKey(core, upload);
    const statusOf = async (values: Record<string, string>): Promise<number> =>
      (await send(core, 'DELETE', values)).status;
    expect(await statusOf({ token, privatekeyhash: 'h' })).toBe(400);
    expect(await statusOf({ token: '0', passphrase: 'password' })).toBe(400);
    expect(await statusOf({ token, passphrase: 'wrong' })).toBe(500);
    expect(await statusOf({ token, passphrase: 'password' })).toBe(200);
  });

  it('lists nothing as an empty list in the encrypted flavour', async () => {
    const core = observed();
    const { KeyToken: token } = await makeKey(core, upload);
    expect(await read(core, { token, privatekeyhash: 'h' })).toEqual([]);
    const xml = await send(core, 'GET', { token, privatekeyhash: 'h', format: 'xml' });
    expect(xml.text).toMatch(/<response \/>$/);
    expect((await send(core, 'GET', { token, passphrase: 'password' })).status).toBe(304);
  });

  it('takes an encrypted message without its key for a text', async () => {
    const core = observed();
    const { KeyToken: token } = await makeKey(core, upload);
    expect((await send(core, 'PUT', { token, encryptedmessage: 'text' })).status).toBe(200);
    const [message] = await read(core, { token, passphrase: 'password' });
    expect(message?.MessageData).toBe('text');
  });

  it('knows exact values of Accept and format only', async () => {
    const core = observed();
    const typeOf = async (accept: string, path = '/Service'): Promise<unknown> =>
      (await send(core, 'POST', { passphrase: 'p' }, { path, headers: { accept } })).headers[
        'Content-Type'
      ];
    expect(await typeOf('Application/XML')).toMatch(/^text\/xml/);
    expect(await typeOf('text/xml')).toMatch(/^application\/json/);
    expect(await typeOf('application/xml;q=1')).toMatch(/^application\/json/);
    expect(await typeOf('application/json', '/Service?format=xml')).toMatch(/^text\/xml/);
    expect(await typeOf('application/json', '/Service?format=XML')).toMatch(/^application\/json/);
  });

  it('answers what it does not know with the page', async () => {
    const core = observed();
    for (const answer of [
      await call(core, { method: 'PATCH', path: '/Service' }),
      await call(core, { path: '/Service?passphrase=p' }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['Content-Type']).toMatch(/^text\/html/);
    }
  });

  it('answers a preflight with the allowed origin alone', async () => {
    const answer = await call(observed(), { method: 'OPTIONS', path: '/Service' });
    expect(answer).toMatchObject({ status: 200, body: null });
    expect(answer.headers).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });
});
