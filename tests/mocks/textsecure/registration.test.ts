import { describe, expect, test } from 'vitest';
import { call } from '../../support/request.js';
import {
  as,
  basic,
  codeFor,
  confirm,
  newCore,
  pushes,
  register,
  send,
  signalingKey,
} from './world.js';

const number = '+15550000009';

describe('a code request', () => {
  test.each(['sms', 'voice'])('by %s sends digits to the number', async (transport) => {
    const core = newCore();
    const answer = await call(core, { path: `/v1/accounts/${transport}/code/${number}` });
    expect([answer.status, answer.body, answer.headers]).toEqual([200, null, {}]);
    const [message, ...others] = core.world.inbox.list({ recipient: number });
    expect(others).toEqual([]);
    expect(message?.channel).toBe(transport);
    expect(message?.code).toMatch(/^[1-9][0-9]{5}$/);
    expect(message?.body?.replaceAll(/\D/g, '')).toBe(message?.code);
  });

  test('takes the plus percent-encoded, and either trailing slash', async () => {
    const core = newCore();
    for (const path of [
      '/v1/accounts/sms/code/%2B15550000009',
      `/v1/accounts/voice/code/${number}/`,
    ]) {
      expect((await call(core, { path })).status).toBe(200);
    }
    expect(core.world.inbox.list({ recipient: number })).toHaveLength(2);
  });

  test.each([
    ['sms', '15550000009', 400],
    ['sms', '+155500000', 400],
    ['sms', '+1555000000', 200],
    ['sms', '+1555abcd567', 400],
    ['sms', '+1555000000%0A', 400],
    ['smsx', number, 415],
    ['voice2', number, 415],
    ['SMS', number, 415],
    ['fax', 'notanumber', 400],
    ['sms', '%FF', 400],
    ['%FF', number, 415],
  ])('%s %s answers %i', async (transport, to, status) => {
    const core = newCore();
    const answer = await call(core, { path: `/v1/accounts/${transport}/code/${to}` });
    expect(answer.status).toBe(status);
    expect(core.world.inbox.list({})).toHaveLength(status === 200 ? 1 : 0);
  });

  test('is limited by number and transport, and refills', async () => {
    const core = newCore();
    const ask = async (transport: string, to = number): Promise<number> =>
      (await call(core, { path: `/v1/accounts/${transport}/code/${to}` })).status;
    expect([await ask('sms'), await ask('sms'), await ask('sms')]).toEqual([200, 200, 413]);
    expect([await ask('voice'), await ask('voice'), await ask('voice')]).toEqual([200, 200, 413]);
    expect(await ask('sms', '+15550000008')).toBe(200);
    core.world.clock.advance(31_000);
    expect([await ask('sms'), await ask('sms'), await ask('voice')]).toEqual([200, 413, 413]);
  });
});

describe('a confirmation', () => {
  test('makes an account that the password opens, and no other', async () => {
    const core = newCore();
    expect(await confirm(core, number, 'secret')).toBe(200);
    for (const [password, status] of [
      ['secret', 200],
      ['secre', 401],
      ['secrets', 401],
      ['', 401],
    ] as const) {
      const answer = await call(core, {
        method: 'DELETE',
        path: '/v1/accounts/gcm/',
        headers: { authorization: basic(number, password) },
      });
      expect([password, answer.status]).toEqual([password, status]);
    }
  });

  test('needs the code of that number', async () => {
    const core = newCore();
    const code = await codeFor(core, number);
    const last = String((Number(code.at(-1)) + 1) % 10);
    const tries = [`${code.slice(0, -1)}${last}`, code.slice(0, -1), `${code}0`];
    for (const [at, wrong] of tries.entries()) {
      if (at === 2) core.world.clock.advance(60_000);
      expect(await put(core, wrong, number)).toBe(403);
    }
    expect(await put(core, code, '+15550000008')).toBe(403);
    core.world.clock.advance(60_000);
    expect(await put(core, code, number)).toBe(200);
  });

  test('takes the newest code only, and is limited with the right code too', async () => {
    const core = newCore();
    const first = await codeFor(core, number);
    const second = await codeFor(core, number, 'voice');
    expect(await put(core, first, number)).toBe(403);
    expect(await put(core, second, number)).toBe(200);
    expect(await put(core, second, number)).toBe(413);
  });

  test('replaces password, push id and key, and keeps prekeys', async () => {
    const core = newCore();
    const account = await register(core, 1);
    const sender = await register(core, 2);
    const upload = { lastResortKey: lastResort, keys: [] };
    await as(core, account, { method: 'PUT', path: '/v1/keys/', body: upload });
    expect(await confirm(core, account.number, 'another')).toBe(200);
    const old = await as(core, account, { method: 'DELETE', path: '/v1/accounts/gcm/' });
    expect(old.status).toBe(401);
    const message = { type: 1, destination: account.number, body: 'aGVsbG8h' };
    const receipt = await send(core, sender, message);
    expect(receipt.json()).toEqual({ success: [], failure: [account.number] });
    expect(pushes(core, account.gcmId)).toEqual([]);
    const preKey = await as(core, sender, { path: `/v1/keys/${account.number}` });
    expect(preKey.json()).toEqual(lastResort);
  });

  test('that fails changes nothing', async () => {
    const core = newCore();
    const account = await register(core, 1);
    await codeFor(core, account.number);
    expect(await put(core, '000000', account.number)).toBe(403);
    const answer = await as(core, account, { method: 'DELETE', path: '/v1/accounts/apn/' });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['documented', 200],
    ['observed', 404],
  ] as const)('at the path as printed, dialect %s: %i', async (dialect, status) => {
    const core = newCore(dialect);
    const code = await codeFor(core, number);
    expect(await put(core, code, number, '/v1/acccounts/code/')).toBe(status);
  });
});

const lastResort = {
  keyId: 16777215,
  publicKey: 'BRhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01Jj',
  identityKey: 'BeQGGoBvU9l9Fu16tSdfrOx0OI3QcOOiGJynieJjCCZ6',
};

async function put(
  core: ReturnType<typeof newCore>,
  code: string,
  to: string,
  path = '/v1/accounts/code/',
): Promise<number> {
  const answer = await call(core, {
    method: 'PUT',
    path: `${path}${code}`,
    headers: { authorization: basic(to, 'secret') },
    body: { signalingKey, supportsSms: true },
  });
  return answer.status;
}
