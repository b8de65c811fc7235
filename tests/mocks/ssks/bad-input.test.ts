import { beforeEach, describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { call, plainRequest } from '../../support/request.js';
import { address, asBackEnd, asDevice, profile, startSsks } from './target.js';

let core: MockCore;
beforeEach(() => {
  core = startSsks();
});

const key = { 'x-seald-appid': profile.appId, 'x-seald-apikey': profile.apiKey };
const check = '/tmr/back/identity_check/';
const backEnd = [
  '/tmr/back/challenge_send/',
  '/tmr/back/must_authenticate/',
  '/tmr/back/create_user/',
  '/tmr/back/delete_user/',
  check,
  '/strict/back/identity_check/',
  '/strict/back/identity_delete/',
];
const frontEnd = [
  '/tmr/front/challenge_validate/',
  '/tmr/front/push/',
  '/tmr/front/search/',
  '/tmr/front/get_factor_token/',
  '/push/',
  '/search/',
];

describe('paths and methods', () => {
  it('are matched exactly, the slash at the end included', async () => {
    for (const path of [...backEnd, ...frontEnd]) {
      const bare = await call(core, { method: 'POST', path: path.slice(0, -1), headers: key });
      expect(bare).toMatchObject({ status: 404, text: '{"detail":"Not found."}' });
      const got = await call(core, { method: 'GET', path, headers: key });
      expect(got).toMatchObject({
        status: 405,
        text: '{"detail":"Method \\"GET\\" not allowed."}',
      });
      expect(got.headers.Allow).toBe('POST, OPTIONS');
    }
    const queried = await asBackEnd(core, `${check}?a=b`, { user_id: 'u' });
    expect(queried.status).toBe(200);
  });

  it('answer preflights without credentials, and open every reply to any origin', async () => {
    for (const path of frontEnd) {
      const reply = await call(core, { method: 'OPTIONS', path });
      expect(reply.status).toBe(204);
      expect(reply.headers['Access-Control-Allow-Headers']).toContain('x-seald-session');
      const refused = await call(core, { method: 'POST', path });
      expect(refused.status).toBe(403);
      expect(refused.headers['Access-Control-Allow-Origin']).toBe('*');
    }
  });
});

describe('credentials', () => {
  const missing = {
    status: 403,
    body: { detail: 'Authentication credentials were not provided.' },
  };
  const wrong = { status: 403, body: { detail: 'Incorrect authentication credentials.' } };

  it('are needed by every back-end operation, before anything else is looked at', async () => {
    const other = profile.secondApp.apiKey;
    for (const path of backEnd) {
      const of = (headers: Record<string, string>) => asBackEnd(core, path, '{', headers);
      expect(await of({})).toMatchObject(missing);
      expect(await of({ ...key, 'x-seald-apikey': '' })).toMatchObject(missing);
      expect(await of({ 'x-seald-apikey': profile.apiKey })).toMatchObject(missing);
      expect(await of({ ...key, 'x-seald-apikey': other })).toMatchObject(wrong);
      expect(await of({ ...key, 'x-seald-apikey': `${profile.apiKey}x` })).toMatchObject(wrong);
      expect(await of({ ...key, 'x-seald-appid': 'nobody' })).toMatchObject(wrong);
      expect((await of({ ...key, 'x-seald-appid': profile.appId.toUpperCase() })).status).toBe(400);
    }
  });

  it('come before the size of the body', () => {
    const dispatch = core.dispatch('POST', check);
    const refusedWith = (headers: Record<string, string>) =>
      dispatch.tooLarge(plainRequest({ method: 'POST', path: check, headers })).status;
    expect(refusedWith({})).toBe(403);
    expect(refusedWith(key)).toBe(413);
    const large = dispatch.tooLarge(plainRequest({ method: 'POST', path: check, headers: key }));
    expect(large.headers['Access-Control-Allow-Origin']).toBe('*');
    expect(core.dispatch('POST', '/push/').bodyLimit).toBe(2 * 1024 * 1024);
  });
});

describe('bodies', () => {
  it('are JSON objects, an empty one counts as {}', async () => {
    const syntax = await asBackEnd(core, check, '{"user_id"');
    expect(syntax.status).toBe(400);
    expect(syntax.body.detail).toMatch(/^JSON parse error - /);
    const bytes = await call(core, {
      method: 'POST',
      path: check,
      headers: key,
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(bytes.status).toBe(400);
    for (const [body, kind] of [
      ['[]', 'list'],
      ['"x"', 'str'],
      ['null', 'NoneType'],
      ['1', 'int'],
      ['1.5', 'float'],
      ['true', 'bool'],
    ] as const) {
      expect((await asBackEnd(core, check, body)).body).toEqual({
        non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`],
      });
    }
    const empty = { user_id: ['This field is required.'] };
    expect((await asBackEnd(core, check, undefined)).body).toEqual(empty);
    const typed = { ...key, 'content-type': 'text/plain' };
    expect((await asBackEnd(core, check, undefined, typed)).body).toEqual(empty);
  });

  it('have the media type application/json, or none', async () => {
    const of = (type: string) =>
      asBackEnd(core, check, '{"user_id":"u"}', { ...key, 'content-type': type });
    expect((await asBackEnd(core, check, '{"user_id":"u"}')).status).toBe(200);
    expect((await of('Application/JSON; charset=utf-8')).status).toBe(200);
    expect(await of('text/plain; charset=utf-8')).toMatchObject({
      status: 415,
      body: { detail: 'Unsupported media type "text/plain" in request.' },
    });
  });

  it('are refused with all that is wrong in them', async () => {
    const of = async (members: object) => {
      const reply = await asBackEnd(core, '/tmr/back/challenge_send/', members);
      expect(reply.status).toBe(400);
      return reply.body;
    };
    const factor = (auth_factor: unknown) => of({ user_id: 'u', auth_factor });
    expect(await of({})).toEqual({
      user_id: ['This field is required.'],
      auth_factor: ['This field is required.'],
    });
    expect(
      await of({
        user_id: null,
        auth_factor: { type: 'XX' },
        create_user: 1,
        template: '',
        subject: 5,
        fake_otp: 'true',
        force_auth: [],
      }),
    ).toEqual({
      user_id: ['This field may not be null.'],
      auth_factor: { type: ['"XX" is not a valid choice.'], value: ['This field is required.'] },
      create_user: ['Must be a valid boolean.'],
      template: ['This field may not be blank.'],
      subject: ['Not a valid string.'],
      fake_otp: ['Must be a valid boolean.'],
      force_auth: ['Must be a valid boolean.'],
    });
    expect(await of({ user_id: '', auth_factor: address })).toEqual({
      user_id: ['This field may not be blank.'],
    });
    expect(await of({ user_id: 'x'.repeat(256), auth_factor: address })).toEqual({
      user_id: ['Ensure this field has no more than 255 characters.'],
    });
    expect(await factor('ada')).toEqual({
      auth_factor: {
        non_field_errors: ['Invalid data. Expected a dictionary, but got str.'],
      },
    });
    expect(await factor({})).toEqual({
      auth_factor: { type: ['This field is required.'], value: ['This field is required.'] },
    });
    expect(await factor({ type: 'em', value: 'a@b.c' })).toHaveProperty('auth_factor.type');
    for (const value of ['+1 206-555-0100', '+1 2065550100', '2065550100', '+0123456789']) {
      expect(await factor({ type: 'SMS', value })).toEqual({
        auth_factor: { value: ['Enter a valid phone number.'] },
      });
    }
    for (const value of ['ada', 'ada@', '@b.c', 'a@b', 'a@b@c.d', 'a@.b', 'a@b.', ' ']) {
      expect(await factor({ type: 'EM', value })).toEqual({
        auth_factor: { value: ['Enter a valid email address.'] },
      });
    }
    expect(await of({ user_id: 'u', email: 'ada' })).toEqual({
      email: ['Enter a valid email address.'],
    });
    expect(await of({ user_id: 'u', email: '' })).toEqual({
      email: ['This field may not be blank.'],
    });
  });

  it('name flat members at the top', async () => {
    const of = async (body: object) =>
      (await asBackEnd(core, '/tmr/back/must_authenticate/', body)).body;
    expect(await of({})).toEqual({
      type: ['This field is required.'],
      value: ['This field is required.'],
    });
    expect(await of({ auth_factor: address })).toHaveProperty('type');
    expect(await of({ type: 'EM', value: 'ada' })).toEqual({
      value: ['Enter a valid email address.'],
    });
  });

  it('of a deletion know no email, and want both members of a factor', async () => {
    const remove = (body: object) => asBackEnd(core, '/tmr/back/delete_user/', body);
    expect((await remove({ user_id: 'u', email: 5 })).status).toBe(200);
    expect((await remove({ user_id: 'u', auth_factor: { type: 'EM' } })).body).toEqual({
      auth_factor: { value: ['This field is required.'] },
    });
    expect((await asDevice(core, '/tmr/front/push/', {}, 'none')).body).toEqual({
      data_b64: ['This field is required.'],
    });
  });
});
