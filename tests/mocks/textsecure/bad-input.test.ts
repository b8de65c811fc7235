import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call } from '../../support/request.js';
import {
  as,
  basic,
  codeFor,
  identityKey,
  key,
  newCore,
  publicKey,
  register,
  send,
  signalingKey,
} from './world.js';

const message = { type: 1, destination: '+15550000001', body: 'aGVsbG8h' };

/** The operations with a JSON body: method, path, a good body, and its required members. */
const operations = [
  ['PUT', '/v1/accounts/gcm/', { gcmRegistrationId: 'x' }, ['gcmRegistrationId']],
  ['PUT', '/v1/accounts/apn/', { apnRegistrationId: 'x' }, ['apnRegistrationId']],
  ['PUT', '/v1/keys/', { lastResortKey: key(16777215), keys: [] }, ['lastResortKey', 'keys']],
  ['PUT', '/v1/directory/tokens', { contacts: [] }, ['contacts']],
  ['POST', '/v1/messages/', { messages: [message] }, ['messages']],
] as const;

const broken = ['{"a": "x', '', '[]', '5', '"text"', 'null', '{} {}'];

describe.each(operations)('%s %s', (method, path, good, members) => {
  test('documented: 415 for bad bodies and types, 401 without credentials', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const status = async (body: object | string, headers = {}): Promise<number> =>
      (await as(core, a, { method, path, body, headers })).status;
    for (const body of broken) expect([body, await status(body)]).toEqual([body, 415]);
    for (const member of members) {
      expect(await status({ ...good, [member]: undefined })).toBe(415);
      expect(await status({ ...good, [member]: null })).toBe(415);
      expect(await status({ ...good, [member]: 5 })).toBe(415);
    }
    expect(await status(good, { 'content-type': 'text/plain' })).toBe(415);
    expect(await status(good, { 'content-type': 'application/json; charset=utf-8' })).toBe(200);
    expect(await status(JSON.stringify({ ...good, unknown: 'member' }))).toBe(200);
    const stranger = await call(core, { method, path, body: good });
    expect(stranger.status).toBe(401);
    expect(stranger.headers['WWW-Authenticate']).toBe('Basic realm="WhisperServer"');
    const order = await call(core, { method, path, body: '{' });
    expect(order.status).toBe(401);
  });

  test.skipIf(method === 'POST')(
    'observed: 400 for what does not bind, 422 for missing members, 204 on success',
    async () => {
      const core = newCore('observed');
      const a = await register(core, 1);
      const status = async (body: object | string, headers = {}): Promise<number> =>
        (await as(core, a, { method, path, body, headers })).status;
      for (const body of broken) expect([body, await status(body)]).toEqual([body, 400]);
      for (const member of members) {
        expect(await status({ ...good, [member]: null })).toBe(422);
        expect(await status({ ...good, [member]: 5 })).toBe(400);
      }
      expect(await status(good)).toBe(path === '/v1/directory/tokens' ? 200 : 204);
      const type = { 'content-type': 'text/plain' };
      expect((await call(core, { method, path, body: good, headers: type })).status).toBe(415);
    },
  );
});

describe('the confirmation', () => {
  test.each([
    ['documented', [415, 415, 415, 415, 401, 401, 401]],
    ['observed', [400, 422, 204, 400, 401, 401, 500]],
  ] as const)('%s', async (dialect, expected) => {
    const core = newCore(dialect);
    const number = '+15550000009';
    const code = await codeFor(core, number);
    const path = `/v1/accounts/code/${code}`;
    const good = { signalingKey, supportsSms: false };
    const authorization = basic(number, 'x');
    const tries = [
      { body: '{"signalingKey": "', headers: { authorization } },
      { body: {}, headers: { authorization } },
      { body: { signalingKey: publicKey }, headers: { authorization } },
      { body: { ...good, supportsSms: 'yes' }, headers: { authorization } },
      { body: good, headers: {} },
      { body: good, headers: { authorization: 'Bearer abcdefgh' } },
      { body: good, headers: { authorization: 'Basic abc' } },
    ];
    const statuses = [];
    for (const entry of tries)
      statuses.push((await call(core, { method: 'PUT', path, ...entry })).status);
    expect(statuses).toEqual(expected);
  });

  test('observed: its 401 and its 413 say nothing', async () => {
    const core = newCore('observed');
    const body = { signalingKey };
    const path = '/v1/accounts/code/1';
    const bare = await call(core, { method: 'PUT', path, body });
    expect([bare.status, bare.headers, bare.body]).toEqual([401, {}, null]);
    const headers = { authorization: basic('+15550000009', 'x') };
    const statuses = [];
    for (let at = 0; at < 3; at += 1) {
      const answer = await call(core, { method: 'PUT', path, body, headers });
      statuses.push([answer.status, answer.body === null]);
    }
    expect(statuses).toEqual([
      [403, false],
      [403, false],
      [413, true],
    ]);
  });
});

test('messages: nothing is delivered when one is bad', async () => {
  const core = newCore();
  const a = await register(core, 1);
  for (const bad of [
    {},
    { ...message, body: '' },
    { ...message, body: 'a-b_' },
    { ...message, destination: '' },
  ]) {
    expect((await send(core, a, message, bad)).status).toBe(415);
  }
  expect(core.world.inbox.list({ channel: 'gcm' })).toEqual([]);
});

test('unknown paths and methods', async () => {
  const core = newCore();
  expect((await call(core, { path: '/v1/nothing' })).status).toBe(404);
  const answer = await call(core, { method: 'PATCH', path: '/v1/keys/' });
  expect([answer.status, answer.headers.Allow]).toEqual([405, 'PUT']);
  expect((await call(core, { method: 'PUT', path: '/v1/directory/x', body: {} })).status).toBe(405);
});

test('junk never meets a 5xx, and what is refused changes nothing', async () => {
  const member = fc.constantFrom(
    'signalingKey',
    'supportsSms',
    'gcmRegistrationId',
    'apnRegistrationId',
    'lastResortKey',
    'keys',
    'keyId',
    'publicKey',
    'identityKey',
    'contacts',
    'messages',
    'type',
    'destination',
    'body',
    'relay',
    '__proto__',
    'constructor',
  );
  const leaf = fc.oneof(
    fc.constantFrom(
      signalingKey,
      publicKey,
      identityKey,
      '+15550000001',
      'peer1',
      1,
      0,
      null,
      true,
    ),
    fc.string(),
    fc.double(),
  );
  const { junk } = fc.letrec((tie) => ({
    junk: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('junk')),
      fc.dictionary(member, tie('junk')),
    ),
  }));
  const target = fc.constantFrom(...operations.map(([method, path]) => [method, path] as const), [
    'PUT',
    '/v1/accounts/code/123456',
  ] as const);
  await fc.assert(
    fc.asyncProperty(target, junk, async ([method, path], body) => {
      const core = newCore();
      const a = await register(core, 1);
      const before = core.world.inbox.cursor();
      const answer = await as(core, a, { method, path, body: JSON.stringify(body) });
      expect(answer.status).toBeLessThan(500);
      if (answer.status !== 200) {
        expect(core.world.inbox.cursor()).toBe(before);
        expect((await send(core, a, message)).json()).toEqual({ success: [a.number], failure: [] });
        expect(core.world.inbox.list({ channel: 'gcm', recipient: a.gcmId })).toHaveLength(1);
      }
    }),
    { numRuns: 300 },
  );
});
