import { beforeEach, describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { asBackEnd, asDevice, profile, startSsks, store } from './target.js';

let core: MockCore;
beforeEach(() => {
  core = startSsks({ startTime: Date.UTC(2026, 0, 1) });
});

const named = (secret: string, userId = 'p') => ({
  app_id: profile.appId.toUpperCase(),
  user_id: userId,
  secret,
});
const push = (secret: string, data: string, userId?: string) =>
  asDevice(core, '/push/', { ...named(secret, userId), data_b64: data });
const search = (secret: string, userId?: string) =>
  asDevice(core, '/search/', named(secret, userId));
const count = async (userId: string) =>
  (await asBackEnd(core, '/strict/back/identity_check/', { user_id: userId })).body
    .identities_count;

describe('password-protected identities', () => {
  it('have an id and data for each secret', async () => {
    const first = await push('one', 'a');
    const second = await push('', 'b');
    const again = await push('one', 'c');
    expect(again.body.id).toBe(first.body.id);
    expect(second.body.id).not.toBe(first.body.id);
    expect((await search('one')).body).toEqual({ data_b64: 'c' });
    expect((await search('')).body).toEqual({ data_b64: 'b' });
    expect(await count('p')).toBe(2);
    await push('one', 'other', 'q');
    expect((await search('one')).body.data_b64).toBe('c');
  });

  it('are reported by model name, in exact bytes, when they are not there', async () => {
    expect(await search('one')).toMatchObject({ status: 404, text: '{"model":"StrictUser"}' });
    await push('one', 'a');
    expect(await search('two')).toMatchObject({ status: 404, text: '{"model":"StrictKey"}' });
  });

  it('are deleted together, and apart from the other store', async () => {
    await push('one', 'a');
    await push('two', 'a');
    await push('one', 'a', 'q');
    await store(core, { user_id: 'p' });
    const remove = () => asBackEnd(core, '/strict/back/identity_delete/', { user_id: 'p' });
    expect((await remove()).body).toEqual({ status: 'ok' });
    expect((await remove()).body).toEqual({ status: 'ok' });
    expect(await count('p')).toBe(0);
    expect(await count('q')).toBe(1);
    const tmr = await asBackEnd(core, '/tmr/back/identity_check/', { user_id: 'p' });
    expect(tmr.body.identities_count).toBe(1);
  });

  it('are throttled after ten failures within a minute, whatever the secret', async () => {
    await push('right', 'a');
    for (let failed = 0; failed < 10; failed += 1) {
      expect((await search('right')).status).toBe(200);
      expect((await search(`wrong-${String(failed)}`)).status).toBe(404);
      core.world.clock.advance(1_000);
    }
    const refused = await search('right');
    expect(refused).toMatchObject({ status: 429, body: { detail: 'Request was throttled.' } });
    expect(refused.headers['Retry-After']).toBe('50');
    expect((await search('right', 'q')).status).toBe(404);
    core.world.clock.advance(50_000);
    expect((await search('right')).status).toBe(200);
    expect((await search('wrong')).status).toBe(404);
    expect((await search('right')).status).toBe(429);
  });

  it('name the application in the body as in the header', async () => {
    const body = { ...named('one'), app_id: profile.secondApp.appId };
    const wrong = { status: 403, body: { detail: 'Incorrect authentication credentials.' } };
    expect(await asDevice(core, '/search/', body)).toMatchObject(wrong);
    expect(await asDevice(core, '/push/', { ...body, data_b64: 'a' })).toMatchObject(wrong);
    expect(await asDevice(core, '/push/', {})).toMatchObject({
      status: 400,
      body: {
        app_id: ['This field is required.'],
        user_id: ['This field is required.'],
        secret: ['This field is required.'],
        data_b64: ['This field is required.'],
      },
    });
  });
});
