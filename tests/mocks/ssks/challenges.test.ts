import { beforeEach, describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
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

const send = '/tmr/back/challenge_send/';
const validate = '/tmr/front/challenge_validate/';

describe('sending a challenge', () => {
  let core: MockCore;
  beforeEach(() => {
    core = startSsks();
  });
  const inboxOf = (recipient: string) => core.world.inbox.list({ system: 'ssks', recipient });

  it('refuses an unknown user and creates nothing, unless create_user is true', async () => {
    const body = { user_id: 'u', auth_factor: address };
    for (const members of [{}, { create_user: false }, { create_user: null }]) {
      const reply = await asBackEnd(core, send, { ...body, ...members });
      expect(reply).toMatchObject({ status: 404, text: '{"model":"TMRUser"}' });
    }
    const created = await asBackEnd(core, send, { ...body, create_user: true });
    expect(created.status).toBe(200);
    const again = await asBackEnd(core, send, body);
    expect(again.status).toBe(200);
    expect(again.body.session_id).not.toBe(created.body.session_id);
  });

  it('needs a challenge for a factor in use by any user, and for a forced session only', async () => {
    const of = async (members: object) => {
      const body = { create_user: true, user_id: 'u', auth_factor: address, ...members };
      return (await asBackEnd(core, send, body)).body.must_authenticate;
    };
    expect(await of({})).toBe(false);
    expect(await of({ force_auth: true })).toBe(true);
    expect(await of({})).toBe(false);
    await store(core);
    expect(await of({})).toBe(true);
    expect(await of({ force_auth: false })).toBe(true);
    expect(await of({ user_id: 'v' })).toBe(true);
    expect(await of({ auth_factor: number })).toBe(false);
    expect(await of({ auth_factor: { type: 'EM', value: ' ADA@countersign.test' } })).toBe(true);
  });

  it('sends one e-mail with the filled template, and an SMS of its own', async () => {
    const subject = 'Code <b>';
    const template = '<p>$$CHALLENGE$$ & $$CHALLENGE$$ $& $1</p>';
    await openSession(core, { force_auth: true, template, subject });
    const [mail, ...more] = inboxOf('ADA@countersign.test');
    expect(more).toEqual([]);
    const code = mail?.code ?? '';
    expect(code).toMatch(/^[a-hjkmnp-z2-9]{8}$/);
    expect(mail).toMatchObject({ channel: 'email', subject, payload: null });
    expect(mail?.body).toBe(`<p>${code} & ${code} $& $1</p>`);

    await openSession(core, { force_auth: true, auth_factor: number, subject, template });
    const [sms] = inboxOf(number.value);
    expect(sms).toMatchObject({ channel: 'sms', subject: null });
    expect(sms?.body).toBe(`Your verification code is ${sms?.code ?? ''}`);
  });

  it('uses the default subject, and sends a template without placeholder as it is', async () => {
    await openSession(core, { force_auth: true, template: '<p>hello</p>' });
    expect(inboxOf(address.value)[0]).toMatchObject({
      subject: 'End-to-end encryption challenge',
      body: '<p>hello</p>',
      code: null,
    });
  });

  it('sends nothing without need, nor with fake_otp', async () => {
    await openSession(core);
    await openSession(core, { force_auth: true, fake_otp: true });
    await asBackEnd(core, '/tmr/back/must_authenticate/', address);
    expect(inboxOf(address.value)).toEqual([]);
  });

  it('refuses fake_otp for a production application and creates nothing', async () => {
    const { appId, apiKey } = profile.productionApp;
    const headers = { 'x-seald-appid': appId, 'x-seald-apikey': apiKey };
    const body = { create_user: true, user_id: 'u', auth_factor: address };
    const refused = await asBackEnd(core, send, { ...body, fake_otp: true }, headers);
    expect(refused).toMatchObject({ status: 406, body: { detail: 'FakeOTPForbidden' } });
    const known = await asBackEnd(core, send, { ...body, create_user: false }, headers);
    expect(known.status).toBe(404);
    expect((await asBackEnd(core, send, body, headers)).status).toBe(200);
  });

  it('refuses SMS beyond the quota, and neither e-mail nor sessions without a challenge', async () => {
    const { appId, apiKey } = profile.secondApp;
    const headers = { 'x-seald-appid': appId, 'x-seald-apikey': apiKey };
    const of = (members: object) =>
      asBackEnd(
        core,
        send,
        { create_user: true, user_id: 'q', auth_factor: number, ...members },
        headers,
      );
    await of({ fake_otp: true, force_auth: true });
    await of({});
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await of({ force_auth: true })).status).toBe(200);
    }
    expect(await of({ force_auth: true, user_id: 'new' })).toMatchObject({
      status: 406,
      body: { detail: 'SMSQuotaFailed' },
    });
    expect((await of({ user_id: 'new', create_user: false })).status).toBe(404);
    expect((await of({})).status).toBe(200);
    expect((await of({ force_auth: true, auth_factor: address })).status).toBe(200);
  });

  it('takes the deprecated email in the place of a factor, which wins over it', async () => {
    await store(core);
    const reply = await asBackEnd(core, send, { user_id: 'u', email: 'Ada@countersign.test' });
    expect(reply).toMatchObject({ status: 200, body: { must_authenticate: true } });
    const both = { user_id: 'u', email: 5, auth_factor: address };
    expect((await asBackEnd(core, send, both)).status).toBe(200);
    const nulled = { user_id: 'u', email: address.value, auth_factor: null };
    expect((await asBackEnd(core, send, nulled)).status).toBe(200);
  });
});

describe('answering a challenge', () => {
  let core: MockCore;
  beforeEach(() => {
    core = startSsks();
  });
  const answer = (session: string | undefined, challenge: string, factor: object = address) =>
    asDevice(core, validate, { challenge, auth_factor: factor }, session);
  const codeFor = (recipient: string) =>
    core.world.inbox.list({ recipient }).at(-1)?.code ?? 'none';

  it('opens a new authenticated session with the challenge that was sent', async () => {
    const session = await openSession(core, { force_auth: true });
    const reply = await answer(session, codeFor(address.value));
    expect(reply.status).toBe(200);
    expect(reply.body.new_id).not.toBe(session);
    const search = await asDevice(core, '/tmr/front/search/', undefined, String(reply.body.new_id));
    expect(search).toMatchObject({ status: 404, text: '{"model":"TMRKey"}' });
  });

  it('refuses wrong challenges, those of other sessions, and other factors alike', async () => {
    const session = await openSession(core, { force_auth: true });
    const code = codeFor(address.value);
    await openSession(core, { force_auth: true });
    const later = codeFor(address.value);
    const wrong = { status: 403, body: { detail: 'Incorrect authentication credentials.' } };
    expect(await answer(session, later)).toMatchObject(wrong);
    expect(await answer(session, 'bad-one')).toMatchObject(wrong);
    expect(await answer(session, `${code}a`)).toMatchObject(wrong);
    expect(await answer(session, code.slice(0, -1))).toMatchObject(wrong);
    expect(await answer(session, code, number)).toMatchObject(wrong);
    expect(
      await answer(session, code, { type: 'EM', value: 'eve@countersign.test' }),
    ).toMatchObject(wrong);
    expect((await answer(session, code)).status).toBe(200);
  });

  it('accepts a challenge for six hours', async () => {
    const session = await openSession(core, { force_auth: true, fake_otp: true });
    core.world.clock.advance(359 * 60_000);
    expect((await answer(session, 'aaaaaaaa')).status).toBe(200);
    core.world.clock.advance(2 * 60_000);
    expect((await answer(session, 'aaaaaaaa')).status).toBe(403);
  });

  it('knows the fixed challenge of a session without need only when it was asked for', async () => {
    const faked = await openSession(core, { fake_otp: true });
    expect((await answer(faked, 'aaaaaaaa')).status).toBe(200);
    const plain = await openSession(core);
    expect((await answer(plain, 'aaaaaaaa')).status).toBe(403);
  });

  it('refuses an empty challenge before it looks for the session', async () => {
    expect(await answer('nowhere', '')).toMatchObject({
      status: 400,
      body: { challenge: ['This field may not be blank.'] },
    });
    for (const session of [undefined, '', 'nowhere']) {
      expect(await answer(session, 'aaaaaaaa')).toMatchObject({
        status: 404,
        text: '{"model":"TMRSession"}',
      });
    }
  });

  it('knows no session of another application', async () => {
    const session = await openSession(core, { fake_otp: true, force_auth: true });
    const reply = await asBackEnd(
      core,
      validate,
      { challenge: 'aaaaaaaa', auth_factor: address },
      { 'x-seald-appid': profile.secondApp.appId, 'x-seald-session': session },
    );
    expect(reply.status).toBe(404);
  });

  it('gives a factor token to an authenticated session for its own factor', async () => {
    const path = '/tmr/front/get_factor_token/';
    const body = { auth_factor_type: 'EM', auth_factor_value: address.value };
    const session = await authenticate(core);
    const reply = await asDevice(core, path, body, session);
    expect(reply.body.factor_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const other = { ...body, auth_factor_value: 'eve@countersign.test' };
    expect((await asDevice(core, path, other, session)).status).toBe(403);
    expect((await asDevice(core, path, body, await openSession(core))).status).toBe(403);
    expect(await asDevice(core, path, {}, session)).toMatchObject({
      status: 400,
      body: {
        auth_factor_type: ['This field is required.'],
        auth_factor_value: ['This field is required.'],
      },
    });
  });
});

describe('dialects and settings', () => {
  it('lets earlier sessions live where documented, and ends unauthenticated ones where observed', async () => {
    for (const [dialect, status] of [
      ['documented', 404],
      ['observed', 404],
    ] as const) {
      const core = startSsks({ dialect });
      const first = await openSession(core);
      const kept = await authenticate(core);
      await openSession(core);
      const search = (id: string) => asDevice(core, '/tmr/front/search/', undefined, id);
      expect((await search(first)).text).toBe(
        dialect === 'documented' ? '{"model":"TMRKey"}' : '{"model":"TMRSession"}',
      );
      expect(await search(kept)).toMatchObject({ status, text: '{"model":"TMRKey"}' });
    }
  });

  it('reads booleans written as text where observed only', async () => {
    const body = { create_user: 'True', user_id: 'u', auth_factor: address };
    const documented = await asBackEnd(startSsks(), send, body);
    expect(documented).toMatchObject({
      status: 400,
      body: { create_user: ['Must be a valid boolean.'] },
    });
    expect((await asBackEnd(startSsks({ dialect: 'observed' }), send, body)).status).toBe(200);
    const junk = { ...body, create_user: 'yes' };
    expect((await asBackEnd(startSsks({ dialect: 'observed' }), send, junk)).status).toBe(400);
  });

  it('asks for a template with the placeholder under strictTemplate', async () => {
    const core = startSsks({ settings: { ssks: { strictTemplate: true } } });
    const body = { create_user: true, user_id: 'u', auth_factor: number };
    expect((await asBackEnd(core, send, body)).body).toHaveProperty('template');
    expect((await asBackEnd(core, send, { ...body, template: 'x' })).status).toBe(400);
    expect((await asBackEnd(core, send, { ...body, template: '$$CHALLENGE$$' })).status).toBe(200);
  });
});
