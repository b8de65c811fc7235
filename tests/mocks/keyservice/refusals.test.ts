import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/keyservice.json' with { type: 'json' };
import type { MockCore } from '../../../mocks/engine/mock.js';
import { call } from '../../support/request.js';
import { makeKey, newCore, read, send, snapshot } from './client.js';

const publickey = vectors.key.publicXml;

/** A world with one key that holds a message. */
async function world(): Promise<{ core: MockCore; token: string }> {
  const core = newCore();
  const { KeyToken: token } = await makeKey(core, { passphrase: 'right' });
  await send(core, 'PUT', { token, message: 'hidden text' });
  return { core, token };
}

describe('bad input', () => {
  it.each<[string, string, Record<string, string>]>([
    ['nothing to create', 'POST', {}],
    ['no public key', 'POST', { privatekey: 'k', privatekeyhash: 'h' }],
    ['a blank passphrase', 'POST', { passphrase: '   ' }],
    ['blank values', 'POST', { passphrase: '', publickey: ' ' }],
    ['nothing to send', 'PUT', { token: 'T' }],
    ['an empty message', 'PUT', { token: 'T', message: '' }],
    ['an encryption key alone', 'PUT', { token: 'T', encryptionkey: 'k' }],
    ['no encryption key', 'PUT', { token: 'T', encryptedmessage: 'm' }],
    ['no encryption key beside a text', 'PUT', { token: 'T', encryptedmessage: 'm', message: 'x' }],
    ['no token to send to', 'PUT', { message: 'x' }],
    ['an unknown token to send to', 'PUT', { token: '0', message: 'x' }],
    ['no token to read', 'GET', { passphrase: 'right' }],
    ['no secret to read', 'GET', { token: 'T' }],
    ['blank secrets to read', 'GET', { token: 'T', passphrase: ' ', privatekeyhash: '' }],
    ['an unknown token to read', 'GET', { token: '0', passphrase: 'right' }],
    ['a wrong passphrase to read', 'GET', { token: 'T', passphrase: 'Right' }],
    ['a wrong hash to read', 'GET', { token: 'T', privatekeyhash: 'h' }],
    ['no token to delete', 'DELETE', { passphrase: 'right' }],
    ['no secret to delete', 'DELETE', { token: 'T' }],
    ['an unknown token to delete', 'DELETE', { token: '0', passphrase: 'right' }],
    ['a wrong passphrase to delete', 'DELETE', { token: 'T', passphrase: 'wrong' }],
    ['a wrong passphrase beside a hash', 'DELETE', { token: 'T', passphrase: 'w', hash: 'h' }],
    ['a wrong hash to delete', 'DELETE', { token: 'T', privatekeyhash: 'h' }],
  ])('%s is refused and changes nothing', async (_, method, values) => {
    const { core, token } = await world();
    const filled = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === 'T' ? token : value]),
    );
    const before = snapshot(core);
    const answer = await send(core, method, filled);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatch(/\S/);
    expect(answer.text).not.toContain('hidden text');
    expect(snapshot(core)).toBe(before);
    expect(await read(core, { token, passphrase: 'right' })).toHaveLength(1);
  });

  it.each([
    ['application/json', '{'],
    ['application/json', '[]'],
    ['application/json', '{"passphrase": 5}'],
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=b', '--b\r\nno end'],
    ['text/plain', 'passphrase=p'],
  ])('a body of type %s that reads %s is refused', async (type, body) => {
    const core = newCore();
    const answer = await call(core, {
      method: 'POST',
      path: '/Service',
      headers: { 'content-type': type },
      body,
    });
    expect(answer.status).toBe(400);
    expect(snapshot(core)).toBe('[]');
  });

  it('of a wrong secret is answered alike with and without messages', async () => {
    const core = newCore();
    const empty = await makeKey(core, { publickey, privatekeyhash: 'h' });
    const full = await makeKey(core, { publickey, privatekeyhash: 'h' });
    await send(core, 'PUT', { token: full.KeyToken, message: 'x' });
    for (const secret of [{ privatekeyhash: 'H' }, { passphrase: 'h' }]) {
      const first = await send(core, 'GET', { token: empty.KeyToken, ...secret });
      const second = await send(core, 'GET', { token: full.KeyToken, ...secret });
      expect([first.status, first.text]).toEqual([second.status, second.text]);
    }
  });
});

describe('junk', () => {
  const names = [
    'token',
    'passphrase',
    'message',
    'encryptedmessage',
    'encryptionkey',
    'publickey',
    'privatekey',
    'privatekeyhash',
    'format',
    'v',
  ];
  const types = [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=b',
    'text/plain',
  ];

  it('never makes the server fail, and a refusal never changes anything', async () => {
    const { core, token } = await world();
    const value = fc.oneof(fc.string(), fc.constantFrom(token, 'right', publickey));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
        fc.dictionary(fc.constantFrom(...names), value, { noNullPrototype: true }),
        fc.oneof(fc.constant(null), fc.tuple(fc.constantFrom(...types), fc.string())),
        async (method, values, raw) => {
          const before = snapshot(core);
          const query = new URLSearchParams(values).toString();
          const answer =
            raw === null
              ? await send(core, method, values)
              : await call(core, {
                  method,
                  path: `/Service?${query}`,
                  headers: { 'content-type': raw[0] },
                  body: raw[1],
                });
          // Junk that was stored as a ciphertext is met by a later read with the right passphrase:
          // the one 500 that errata.md (E22) gives. A bug of the mock would be thrown.
          if (answer.status >= 500) {
            expect([method, String(answer.body)]).toEqual([
              'GET',
              expect.stringContaining('A message of this key cannot be decrypted.'),
            ]);
          }
          if (answer.status >= 400) expect(snapshot(core)).toBe(before);
        },
      ),
      { numRuns: 400 },
    );
  });
});
