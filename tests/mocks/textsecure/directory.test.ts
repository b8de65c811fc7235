import { describe, expect, test } from 'vitest';
import { directoryToken } from '../../../mocks/systems/textsecure/crypto/token.js';
import { call } from '../../support/request.js';
import {
  as,
  codeFor,
  confirm,
  newCore,
  register,
  signalingKey,
  type TestAccount,
} from './world.js';

type Core = ReturnType<typeof newCore>;

const query = (core: Core, caller: TestAccount, contacts: unknown[]) =>
  as(core, caller, { method: 'PUT', path: '/v1/directory/tokens', body: { contacts } });

const peerToken = directoryToken('+12025550142');

describe('the directory', () => {
  test('lists reachable accounts in the order asked for, tokens unpadded', async () => {
    const core = newCore();
    const [a, b] = [await register(core, 1), await register(core, 2)];
    await confirm(core, '+15550000003', 'x', { signalingKey, supportsSms: true });
    await codeFor(core, '+15550000004');
    const tokens = ['+15550000004', b.number, '+15550000003', a.number].map(directoryToken);
    const answer = await query(core, a, [...tokens, `${tokens[1] ?? ''}==`, peerToken]);
    expect(answer.json()).toEqual({
      contacts: [
        { token: tokens[1] },
        { token: tokens[3] },
        { token: tokens[1] },
        { token: peerToken, relay: 'peer1' },
      ],
    });
  });

  test('shows supportsSms only where it is true', async () => {
    const core = newCore();
    const a = await register(core, 1);
    await confirm(core, a.number, a.password, { signalingKey, supportsSms: true });
    await as(core, a, {
      method: 'PUT',
      path: '/v1/accounts/apn/',
      body: { apnRegistrationId: 'x' },
    });
    const token = directoryToken(a.number);
    expect((await query(core, a, [token])).json()).toEqual({
      contacts: [{ token, supportsSms: true }],
    });
  });

  test('prefers a local account over the federated one of the same number', async () => {
    const core = newCore();
    const a = await register(core, 1);
    await confirm(core, '+12025550142', 'x');
    expect((await query(core, a, [peerToken])).json()).toMatchObject({
      contacts: [{ relay: 'peer1' }],
    });
    await call(core, {
      method: 'PUT',
      path: '/v1/accounts/gcm/',
      headers: { authorization: `Basic ${Buffer.from('+12025550142:x').toString('base64')}` },
      body: { gcmRegistrationId: 'local' },
    });
    expect((await query(core, a, [peerToken])).json()).toEqual({
      contacts: [{ token: peerToken }],
    });
  });

  test.each([['!QVVHxMt5zAFXA'], ['BQVVHxMt5zAF'], ['BQVVHxMt5zAFX_'], ['']])(
    'refuses the whole list for %j',
    async (bad) => {
      const core = newCore();
      const a = await register(core, 1);
      const good = directoryToken(a.number);
      expect((await query(core, a, [good, bad, good])).status).toBe(400);
      expect((await query(core, a, [good, good, bad])).status).toBe(400);
    },
  );

  test('observed: does not look at the length of a token', async () => {
    const core = newCore('observed');
    const a = await register(core, 1);
    expect((await query(core, a, ['BQVVHxMt5zAF'])).json()).toEqual({ contacts: [] });
    expect((await query(core, a, ['A'])).status).toBe(500);
    expect((await query(core, a, ['!QVVHxMt5zAFXA'])).status).toBe(400);
  });

  test('is limited by tokens, 50,000 at once', async () => {
    const core = newCore();
    const a = await register(core, 1);
    expect((await query(core, a, Array<string>(50_001).fill(peerToken))).status).toBe(413);
    expect((await query(core, a, Array<string>(50_000).fill(peerToken))).status).toBe(200);
    expect((await query(core, a, [])).json()).toEqual({ contacts: [] });
  });

  test('looks a single token up, slashes in either spelling', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const get = (token: string) => as(core, a, { path: `/v1/directory/${token}` });
    expect((await get(directoryToken(a.number))).json()).toEqual({
      token: directoryToken(a.number),
    });
    expect((await get(peerToken)).json()).toEqual({ token: peerToken, relay: 'peer1' });
    expect((await get(encodeURIComponent(peerToken))).status).toBe(200);
    for (const token of ['tokens', 'BQVVHxMt5zAFXA', 'x', '%21', `${peerToken}/`]) {
      expect([token, (await get(token)).status]).toEqual([token, 404]);
    }
    expect((await call(core, { path: '/v1/directory/tokens' })).status).toBe(401);
  });
});
