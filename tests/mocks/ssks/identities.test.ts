import { beforeEach, describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import vectors from '../../../fixtures/vectors/ssks.json' with { type: 'json' };
import {
  address,
  asBackEnd,
  asDevice,
  authenticate,
  number,
  openSession,
  profile,
  startSsks,
  store,
} from './target.js';

let core: MockCore;
beforeEach(() => {
  core = startSsks();
});

const push = (session: string, body: object) => asDevice(core, '/tmr/front/push/', body, session);
const search = (session: string) => asDevice(core, '/tmr/front/search/', undefined, session);
const count = async (body: object) =>
  (await asBackEnd(core, '/tmr/back/identity_check/', body)).body.identities_count;
const remove = (body: object) => asBackEnd(core, '/tmr/back/delete_user/', body);

describe('identities under the 2-man rule', () => {
  it('are stored without a challenge where none is needed, and say so', async () => {
    const session = await openSession(core);
    expect((await push(session, { data_b64: 'one' })).status).toBe(200);
    expect((await search(session)).body).toEqual({ data_b64: 'one', authenticated: false });
  });

  it('are neither stored nor read before the challenge', async () => {
    await store(core, {}, 'old');
    const session = await openSession(core, { fake_otp: true });
    const refused = {
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
    };
    expect(await push(session, { data_b64: 'new' })).toMatchObject(refused);
    expect(await search(session)).toMatchObject(refused);
    expect((await search(await authenticate(core))).body.data_b64).toBe('old');
  });

  it('keep their id and take the flag of the session that stored them last', async () => {
    const first = await store(core, {}, 'one');
    const session = await authenticate(core);
    const second = await push(session, { data_b64: 'two', auth_factor: address });
    expect(second.body.id).toBe(first.body.id);
    expect((await search(session)).body).toEqual({ data_b64: 'two', authenticated: true });
    expect(await count({ user_id: 'u' })).toBe(1);
    expect((await push(session, { data_b64: 'x', auth_factor: number })).status).toBe(403);
  });

  it('are kept character for character', async () => {
    const session = await authenticate(core);
    const texts = ['dummy data', ' \ud83d\udd11\n', 'A'.repeat(1_048_576)];
    for (const vector of vectors.vectors) {
      if ('dataB64' in vector && typeof vector.dataB64 === 'string') texts.push(vector.dataB64);
    }
    expect(texts.length).toBeGreaterThan(5);
    for (const data of texts) {
      expect((await push(session, { data_b64: data })).status).toBe(200);
      expect((await search(session)).body.data_b64).toBe(data);
    }
    expect((await push(session, { data_b64: 'A'.repeat(1_048_577) })).status).toBe(400);
  });

  it('are counted by factor or in sum, for their own user', async () => {
    await store(core);
    await store(core, { auth_factor: number });
    await openSession(core, { user_id: 'blank' });
    expect(await count({ user_id: 'u' })).toBe(2);
    expect(await count({ user_id: 'u', auth_factor: number })).toBe(1);
    expect(await count({ user_id: 'u', auth_factor: null })).toBe(2);
    expect(await count({ user_id: 'blank', auth_factor: address })).toBe(0);
    const unknown = await asBackEnd(core, '/tmr/back/identity_check/', { user_id: 'ünknown' });
    expect(unknown.body).toEqual({
      identities_count: 0,
      user: { user_id: 'ünknown', app_id: profile.appId },
    });
  });

  it('go with their user, with its sessions, and free the factor', async () => {
    const session = await openSession(core);
    await push(session, { data_b64: 'x' });
    await store(core, { auth_factor: number });
    await store(core, { user_id: 'other', auth_factor: { type: 'EM', value: 'b@c.test' } });
    expect(
      (await remove({ user_id: 'u', auth_factor: { type: 'SMS', value: '+15559999999' } })).body,
    ).toEqual({ status: 'ok', deleted: 0 });
    expect((await remove({ user_id: 'u', auth_factor: number })).body.deleted).toBe(1);
    expect(await count({ user_id: 'u' })).toBe(1);
    expect((await remove({ user_id: 'u' })).body).toEqual({ status: 'ok', deleted: 1 });
    expect((await search(session)).text).toBe('{"model":"TMRSession"}');
    expect(await count({ user_id: 'other' })).toBe(1);
    const freed = await asBackEnd(core, '/tmr/back/must_authenticate/', address);
    expect(freed.body).toEqual({ must_authenticate: false });
    expect((await remove({ user_id: 'u' })).body.deleted).toBe(0);
  });

  it('leave a factor in use while another user has an identity under it', async () => {
    await store(core);
    const other = await authenticate(core, { user_id: 'v' });
    await push(other, { data_b64: 'x' });
    await remove({ user_id: 'u' });
    const reply = await asBackEnd(core, '/tmr/back/must_authenticate/', address);
    expect(reply.body).toEqual({ must_authenticate: true });
  });
});

describe('blank users', () => {
  it('are made once, known to challenge_send, and count as no identity', async () => {
    const create = (body: object) => asBackEnd(core, '/tmr/back/create_user/', body);
    expect((await create({ user_id: 'u', email: address.value })).body).toEqual({ status: 'ok' });
    await store(core);
    expect((await create({ user_id: 'u', auth_factor: address })).body).toEqual({ status: 'ok' });
    expect(await count({ user_id: 'u' })).toBe(1);
    await create({ user_id: 'blank', auth_factor: number });
    expect((await remove({ user_id: 'blank' })).body.deleted).toBe(0);
    const send = { user_id: 'blank', auth_factor: number };
    expect((await asBackEnd(core, '/tmr/back/challenge_send/', send)).status).toBe(404);
  });
});
