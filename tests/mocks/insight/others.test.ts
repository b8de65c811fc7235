import { describe, expect, it } from 'vitest';
import { call } from '../../support/request.js';
import { makeKey, newCore as newKeyService, send } from '../keyservice/client.js';
import { alice, bob, contactBody, cookies, csrf } from '../misakey/world.js';
import { createMockCore } from '../../../mocks/engine/mock.js';
import { profile as misakeyProfile } from '../../../mocks/systems/misakey/profile.js';
import { misakey } from '../../../mocks/systems/misakey/system.js';
import {
  address,
  asBackEnd,
  asDevice,
  number,
  openSession,
  profile,
  startSsks,
} from '../ssks/target.js';
import { lastFaults, lastFaultTexts } from './last-faults.js';

describe('Seald SSKS tells', () => {
  const validate = '/tmr/front/challenge_validate/';

  it('which credential is missing, unknown or wrong', async () => {
    const core = startSsks();
    const path = '/tmr/back/challenge_send/';
    await asBackEnd(core, path, {}, {});
    expect((await lastFaultTexts(core))[0]).toBe('header X-SEALD-APPID: it is missing');
    await asBackEnd(core, path, {}, { 'x-seald-appid': 'nobody' });
    expect((await lastFaultTexts(core))[0]).toContain('no application is "nobody"');
    await asBackEnd(core, path, {}, { 'x-seald-appid': profile.appId, 'x-seald-apikey': 'x' });
    expect((await lastFaults(core))[0]).toMatchObject({
      name: 'X-SEALD-APIKEY',
      remedy: `it is ${profile.apiKey}`,
    });
  });

  it('that a session is unknown', async () => {
    const core = startSsks();
    await asDevice(core, validate, { challenge: 'x', auth_factor: address }, 'nobody');
    expect((await lastFaultTexts(core))[0]).toContain('no session is "nobody"');
  });

  it('how a challenge differs, has expired, or went elsewhere', async () => {
    const core = startSsks();
    const session = await openSession(core, { force_auth: true });
    const sent = core.world.inbox.list({})[0]?.code ?? '';
    const answer = (challenge: string, factor: object = address) =>
      asDevice(core, validate, { challenge, auth_factor: factor }, session);
    await answer(sent.toUpperCase());
    expect((await lastFaultTexts(core))[0]).toContain('letter case or white space');
    await answer('zzzzzzzz');
    expect((await lastFaults(core))[0]?.remedy).toBe(`it is ${sent}`);
    await answer(sent, number);
    expect((await lastFaultTexts(core))[0]).toContain('went to another factor');
    core.world.clock.advance(6 * 3_600_000);
    await answer(sent);
    expect((await lastFaultTexts(core))[0]).toContain('has expired');
  });
});

describe('Key Service tells', () => {
  it('which of token and secret was wrong, which its answers do not', async () => {
    const core = newKeyService();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'right' });
    const answers = [
      await send(core, 'GET', { token: 'nobody', passphrase: 'right' }),
      await send(core, 'GET', { token, passphrase: 'wrong' }),
    ];
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect((await lastFaultTexts(core))[0]).toContain('credentials passphrase: it does not open');
    await send(core, 'GET', { token: 'nobody', passphrase: 'right' });
    expect((await lastFaultTexts(core))[0]).toContain('no key has the token "nobody"');
    await send(core, 'GET', { token, privatekeyhash: 'x' });
    expect((await lastFaults(core))[0]).toMatchObject({
      name: 'privatekeyhash',
      remedy: expect.stringContaining('it is ') as string,
    });
  });
});

describe('Misakey tells', () => {
  const contact = (headers: Record<string, string>, id = alice.id) => {
    const core = createMockCore({ systems: [misakey], seed: 1 });
    const path = `/box-users/${id}/contact`;
    return call(core, { method: 'POST', path, headers, body: contactBody() }).then(() =>
      lastFaultTexts(core),
    );
  };
  const good = { cookie: cookies(alice.token), 'x-csrf-token': csrf };

  it.each([
    ['a missing pair', { cookie: 'accesstoken=x' }, 'cookie _csrf: it is missing'],
    ['a lone cookie', { cookie: cookies(alice.token) }, 'header X-CSRF-Token: it is missing'],
    ['a pair that differs', { ...good, 'x-csrf-token': 'x' }, 'it differs from the cookie _csrf'],
    ['a bearer header', { ...good, authorization: 'Bearer x' }, 'tokens of people come in cookies'],
    ['a missing token', { ...good, cookie: `_csrf=${csrf}` }, 'cookie accesstoken: it is missing'],
    ['an unknown token', { ...good, cookie: cookies('x') }, 'has given out no such token'],
    [
      'an expired token',
      { ...good, cookie: cookies(misakeyProfile.tokens.expired) },
      'it expired at',
    ],
    [
      'a low ACR',
      { ...good, cookie: cookies(misakeyProfile.tokens.acr0) },
      'its ACR is 0; 1 is needed',
    ],
  ])('of %s', async (_what, headers, words) => {
    expect((await contact(headers as Record<string, string>))[0]).toContain(words);
  });

  it('whose token it is', async () => {
    expect((await contact(good, bob.id))[0]).toContain('it stands for another identity');
  });
});
