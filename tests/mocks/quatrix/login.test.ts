import { describe, expect, it } from 'vitest';
import { deriveKey, sign } from '../../../mocks/systems/quatrix/key.js';
import { call } from '../../support/request.js';
import { callAs, codeOf, createQuatrix, logIn, loginHeaders, tokenOf, user } from './client.js';

const everybody = [
  ['user@example.com', 'password'],
  ['second@example.com', 'correct horse battery staple'],
  ['umlaut@example.com', 'pässwörd'],
  ['empty@example.com', ''],
] as const;

describe('a right login', () => {
  it.each(everybody)('of %s answers 200, a token and the account', async (login, password) => {
    const answer = await logIn(createQuatrix(), { login, password });
    expect(answer.status).toBe(200);
    expect(answer.headers['X-Auth-Token']).toMatch(/^[0-9a-f-]{36}$/);
    expect((answer.json() as { account_id: string }).account_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('hands out a new token each time', async () => {
    const core = createQuatrix();
    expect(await tokenOf(core)).not.toBe(await tokenOf(core));
  });

  it('is served under the prefix too, which is not signed', async () => {
    expect((await logIn(createQuatrix(), user, { path: '/api/0.1/session/login' })).status).toBe(
      200,
    );
  });

  it('ignores a cache parameter and takes milliseconds and any age', async () => {
    const core = createQuatrix();
    expect((await logIn(core, user, { path: '/session/login?_=1' })).status).toBe(200);
    expect((await logIn(core, user, { timestamp: '1767225600000' })).status).toBe(200);
    expect((await logIn(core, user, { timestamp: '0' })).status).toBe(200);
    expect((await logIn(core, user, { timestamp: '9'.repeat(20) })).status).toBe(200);
  });

  it('takes its values from the query, a header winning', async () => {
    const core = createQuatrix();
    const headers = loginHeaders(user);
    const query = new URLSearchParams({
      'x-AUTH-login': user.login,
      'X-Auth-Timestamp': headers['x-auth-timestamp'] ?? '',
      authorization: headers.authorization ?? '',
    });
    const path = `/session/login?${query.toString()}`;
    expect((await call(core, { path })).status).toBe(200);
    const empty = await call(core, { path, headers: { authorization: '' } });
    expect([empty.status, codeOf(empty)]).toEqual([401, 11]);
  });

  it('reads a login header as UTF-8', async () => {
    const core = createQuatrix();
    const latin1 = Buffer.from('jörg@example.com', 'utf8').toString('latin1');
    const answer = await call(core, {
      path: '/session/login',
      headers: { ...loginHeaders(user), 'x-auth-login': latin1 },
    });
    expect([answer.status, codeOf(answer)]).toEqual([401, 14]);
  });
});

describe('a refused login', () => {
  it.each([
    ['no login', { 'x-auth-login': '' }, 11],
    ['no timestamp', { 'x-auth-timestamp': '' }, 11],
    ['no signature', { authorization: '' }, 11],
    ['a timestamp that is no number', { 'x-auth-timestamp': '1e9' }, 10],
    ['a timestamp of 21 digits', { 'x-auth-timestamp': '1'.repeat(21) }, 10],
    ['a foreign account', { referer: 'https://elsewhere.invalid/' }, 12],
    ['a Referer that is no URL', { referer: 'example.quatrix.test' }, 12],
    ['an unknown user', { 'x-auth-login': 'nobody@example.com' }, 14],
    ['another letter case of the login', { 'x-auth-login': 'USER@example.com' }, 14],
    ['a scheme word', { authorization: `HMAC ${loginHeaders(user).authorization ?? ''}` }, 14],
    ['another timestamp', { 'x-auth-timestamp': '1767225601' }, 14],
  ])('with %s', async (_what, headers, code) => {
    const answer = await logIn(createQuatrix(), user, { headers });
    expect([answer.status, codeOf(answer)]).toEqual([401, code]);
    expect(answer.headers['X-Auth-Token']).toBeUndefined();
    expect(answer.headers['WWW-Authenticate']).toBeUndefined();
  });

  it('answers 400 for a missing value in dialect observed', async () => {
    const core = createQuatrix({}, 'observed');
    const answer = await call(core, { path: '/api/0.1/session/login' });
    expect([answer.status, codeOf(answer)]).toEqual([400, 11]);
  });
});

describe('the account', () => {
  const other = { login: 'user@example.com', password: 'another password' };

  it.each([
    ['https://EXAMPLE.quatrix.test:8443/a?b', user, 200],
    ['https://other.quatrix.test/', other, 200],
    ['https://other.quatrix.test/', user, 401],
    ['https://example.quatrix.test/', other, 401],
    ['http://mock.test/', user, 200],
    ['http://127.0.0.1:4010/', user, 200],
    ['http://localhost/', user, 200],
    ['http://[::1]/', user, 200],
  ])('of Referer %s', async (referer, who, status) => {
    expect((await logIn(createQuatrix(), who, { headers: { referer } })).status).toBe(status);
  });

  it('is needed with requireReferer', async () => {
    const core = createQuatrix({ requireReferer: true });
    expect(codeOf(await logIn(core))).toBe(12);
  });
});

describe('settings', () => {
  it('timestampSkewSeconds refuses what is too far off, in seconds and milliseconds', async () => {
    const core = createQuatrix({ timestampSkewSeconds: 60 });
    expect((await logIn(core, user, { timestamp: '1767225630' })).status).toBe(200);
    expect((await logIn(core, user, { timestamp: '1767225570000' })).status).toBe(200);
    expect(codeOf(await logIn(core, user, { timestamp: '1767225000' }))).toBe(60);
  });

  it.each([
    ['all', user.login, 429],
    ['unknown', user.login, 401],
    ['unknown', 'nobody@example.com', 429],
    ['off', 'nobody@example.com', 401],
  ])('loginLimit %s for %s', async (loginLimit, login, status) => {
    const core = createQuatrix({ loginLimit });
    const wrong = { login, password: 'correct horse battery staple' };
    for (let at = 0; at < 15; at += 1) expect((await logIn(core, wrong)).status).toBe(401);
    const answer = await logIn(core, wrong);
    expect(answer.status).toBe(status);
    if (status === 429) expect(codeOf(answer)).toBe(50);
    core.world.clock.advance(900_000);
    expect((await logIn(core, wrong)).status).toBe(401);
  });

  it('loginLimit begins anew after a success', async () => {
    const core = createQuatrix({ loginLimit: 'all' });
    const wrong = { login: user.login, password: 'correct horse battery staple' };
    for (let at = 0; at < 14; at += 1) await logIn(core, wrong);
    expect((await logIn(core)).status).toBe(200);
    for (let at = 0; at < 15; at += 1) expect((await logIn(core, wrong)).status).toBe(401);
  });

  it('rotateTokens gives a newer token, the old one living on for a minute', async () => {
    const core = createQuatrix({ rotateTokens: true });
    const old = await tokenOf(core);
    const newer = String((await callAs(core, old, '/profile/get')).headers['X-Auth-Token']);
    expect(newer).not.toBe(old);
    expect((await callAs(core, newer, '/profile/get')).status).toBe(200);
    core.world.clock.advance(59_999);
    expect((await callAs(core, old, '/profile/get')).status).toBe(200);
    core.world.clock.advance(1);
    expect((await callAs(core, old, '/profile/get')).status).toBe(401);
  });
});

it('signs with the hexadecimal text', () => {
  expect(sign(deriveKey('password'), 'GET /')).toHaveLength(40);
});
