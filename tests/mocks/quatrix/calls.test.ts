import { describe, expect, it } from 'vitest';
import { nobody } from '../../../mocks/engine/http.js';
import { call } from '../../support/request.js';
import {
  callAs,
  callHeaders,
  codeOf,
  createQuatrix,
  logIn,
  loginHeaders,
  second,
  startTime,
  tokenOf,
  user,
} from './client.js';

const path = '/profile/get';

describe('a signed call', () => {
  it('answers the profile of its user', async () => {
    const core = createQuatrix();
    const profile = (await callAs(core, await tokenOf(core), path)).json();
    expect(profile).toMatchObject({ email: user.login, super_admin: 'N' });
    const { channel, channel_id } = profile as Record<string, unknown>;
    expect(channel).toBe(channel_id);
  });

  it('leaves out channel in dialect observed', async () => {
    const core = createQuatrix({}, 'observed');
    const token = await tokenOf(core, user, '/api/0.1/session/login');
    const profile = (await callAs(core, token, path, { prefix: '/api/0.1' })).json();
    expect(profile).toHaveProperty('channel_id');
    expect(profile).not.toHaveProperty('channel');
  });

  it('may be repeated, carry a query, and stand under the prefix', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    for (let at = 0; at < 3; at += 1) {
      expect((await callAs(core, token, path)).status).toBe(200);
    }
    expect((await callAs(core, token, path, { query: '?_=17' })).status).toBe(200);
    expect((await callAs(core, token, path, { prefix: '/api/0.1' })).status).toBe(200);
  });

  it('may have its values in the query, in any mixture', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    const headers = callHeaders(token, path);
    const names = Object.keys(headers);
    for (let mask = 0; mask < 8; mask += 1) {
      const inQuery = names.filter((_, index) => (mask & (1 << index)) !== 0);
      const query = inQuery.map((name) => `${name}=${headers[name] ?? ''}`).join('&');
      const rest = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !inQuery.includes(name)),
      );
      const answer = await call(core, { path: `${path}?${query}&_=5`, headers: rest });
      expect(answer.status, query).toBe(200);
    }
  });
});

describe('a refused call', () => {
  it.each([
    ['no token', { 'x-auth-token': '' }, 11],
    ['no timestamp', { 'x-auth-timestamp': '' }, 11],
    ['no signature', { authorization: '' }, 11],
    ['a timestamp that is no number', { 'x-auth-timestamp': 'now' }, 10],
    ['an unknown token', { 'x-auth-token': '0a2d6f5e-4aea-4416-9d32-891afa62eabd' }, 14],
    ['another timestamp', { 'x-auth-timestamp': '1767225602' }, 14],
    ['a shortened signature', { authorization: 'abc' }, 14],
    ['the signature of the login', { authorization: loginHeaders(user).authorization ?? '' }, 14],
  ])('has %s', async (_what, headers, code) => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    const answer = await call(core, { path, headers: { ...callHeaders(token, path), ...headers } });
    expect([answer.status, codeOf(answer)]).toEqual([401, code]);
    expect((await callAs(core, token, path)).status).toBe(200);
  });

  it('is signed by somebody else', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    expect(codeOf(await callAs(core, token, path, { who: second }))).toBe(14);
  });

  it('does not prolong the session', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    core.world.clock.advance(600_000);
    expect((await callAs(core, token, path, { who: second })).status).toBe(401);
    core.world.clock.advance(300_000);
    expect((await callAs(core, token, path)).status).toBe(401);
  });
});

describe('a session', () => {
  it('ends 15 minutes after its last call', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    core.world.clock.advance(899_000);
    expect((await callAs(core, token, '/session/keepalive')).text).toBe('{}');
    core.world.clock.advance(899_000);
    expect((await callAs(core, token, path)).status).toBe(200);
    core.world.clock.advance(901_000);
    expect((await callAs(core, token, path)).status).toBe(401);
    expect(core.world.clock.now()).toBeGreaterThan(startTime);
  });

  it('ends with logout, others living on', async () => {
    const core = createQuatrix();
    const first = await tokenOf(core);
    const other = await tokenOf(core);
    expect((await call(core, { path: '/session/logout' })).status).toBe(401);
    expect((await callAs(core, first, '/session/logout')).status).toBe(200);
    expect((await callAs(core, first, path)).status).toBe(401);
    expect((await callAs(core, other, path)).status).toBe(200);
  });
});

describe('routes', () => {
  it.each([
    ['/nowhere', 'GET', 404, 20],
    ['/profile/get/', 'GET', 404, 20],
    ['/api/0.1', 'GET', 404, 20],
    ['/api/0.1/api/0.1/profile/get', 'GET', 404, 20],
    ['/file/metadata/%zz', 'GET', 404, 20],
    ['/session/login', 'POST', 405, 21],
    ['/mq/req', 'DELETE', 405, 21],
    ['/file/delete', 'GET', 405, 21],
    ['/session/login', 'HEAD', 405, 21],
    ['/file/makedir', 'HEAD', 405, 21],
  ])('%s by %s', async (target, method, status, code) => {
    const answer = await call(createQuatrix(), { method, path: target });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    if (status === 405) {
      expect(answer.headers.Allow).toBe(target.startsWith('/file') ? 'POST' : 'GET');
    }
    expect(answer.headers['Access-Control-Allow-Origin']).toBe('*');
  });

  it('answers OPTIONS with 204 where there is a route', async () => {
    const core = createQuatrix();
    expect((await call(core, { method: 'OPTIONS', path: '/profile/get' })).status).toBe(204);
    expect((await call(core, { method: 'OPTIONS', path: '/nowhere' })).status).toBe(404);
  });

  it.each([
    ['/session/login', 404],
    ['/api/0.1/mq/req', 404],
    ['/api/0.1/session/login', 200],
  ])('in dialect observed: %s answers %i', async (target, status) => {
    const core = createQuatrix({}, 'observed');
    expect((await logIn(core, user, { path: target })).status).toBe(status);
  });

  it('has an anonymous language', async () => {
    const answer = await call(createQuatrix(), {
      path: '/languages/default',
      headers: { authorization: 'wrong' },
    });
    expect(answer.json()).toEqual({ localization: 'en_GB' });
  });

  it('has an account with limits', async () => {
    const core = createQuatrix();
    const info = (await callAs(core, await tokenOf(core), '/account/info')).json();
    expect(info).toMatchObject({ retention: '-1', storage_used: 38, user_used: 4 });
  });

  it('refuses a body over the limit', () => {
    const core = createQuatrix();
    const request = {
      method: 'POST',
      path: '/file/delete',
      query: '',
      headers: {},
      body: new Uint8Array(0),
      secure: false,
      upgrade: false,
      peer: nobody,
    };
    const answer = core.dispatch('POST', '/file/delete').tooLarge(request);
    expect(answer.status).toBe(413);
  });
});
