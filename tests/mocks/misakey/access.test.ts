import { describe, expect, it } from 'vitest';
import { people } from '../../../mocks/systems/misakey/people.js';
import { profile } from '../../../mocks/systems/misakey/profile.js';
import { call } from '../../support/request.js';
import { alice, bob, contactBody, cookies, createWorld, csrf } from './world.js';

const contactPath = `/box-users/${alice.id}/contact`;

describe('the CSRF pair', () => {
  it('comes from GET /csrf, equal in body and cookie, and is kept', async () => {
    const world = createWorld();
    const first = await call(world.core, { path: '/csrf' });
    const { csrf_token: token } = first.json() as { csrf_token: string };
    expect(token).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(first.headers['Set-Cookie']).toContain(`_csrf=${token};`);
    expect(first.headers['Set-Cookie']).not.toContain('Secure');
    const again = await call(world.core, { path: '/csrf', headers: { cookie: `_csrf=${token}` } });
    expect(again.json()).toEqual({ csrf_token: token });
  });

  it.each([
    ['no header', { cookie: cookies(alice.token) }],
    ['another header', { cookie: cookies(alice.token), 'x-csrf-token': `${csrf}x` }],
    ['an empty header', { cookie: cookies(alice.token), 'x-csrf-token': '' }],
    ['no cookie', { cookie: `accesstoken=${alice.token}; tokentype=bearer`, 'x-csrf-token': csrf }],
    ['an empty pair', { cookie: `_csrf=`, 'x-csrf-token': '' }],
    ['nothing at all', {}],
  ])('is missed before anything else: %s', async (_name, headers) => {
    const { core } = createWorld();
    for (const path of [contactPath, '/csrf', '/boxes/nope/nope']) {
      const answer = await call(core, { method: 'POST', path, headers, body: contactBody() });
      expect([answer.status, answer.json()]).toEqual([
        403,
        expect.objectContaining({ origin: 'not_defined', details: { csrf_token: 'invalid' } }),
      ]);
      expect(answer.headers['Set-Cookie']).toBeUndefined();
    }
  });

  it('is set again by answers to requests that had it, refusals included', async () => {
    const answer = await createWorld().send('POST', contactPath, { body: contactBody() });
    expect(answer.status).toBe(401);
    expect(answer.headers['Set-Cookie']).toContain(`_csrf=${csrf};`);
    expect(answer.headers.Vary).toBe('Cookie');
  });

  it('is not asked for beside an Authorization header, which then fails', async () => {
    const { core } = createWorld();
    const headers = { authorization: `Bearer ${alice.token}` };
    const answer = await call(core, { method: 'POST', path: contactPath, headers, body: {} });
    expect(answer.status).toBe(401);
    expect(answer.headers['Set-Cookie']).toBeUndefined();
  });
});

describe('credentials', () => {
  const refresh = people.tokens.find((token) => token.kind === 'refresh')?.value ?? '';
  it.each([
    ['none', '', 'not_defined', {}],
    ['tokentype alone', 'tokentype=bearer', 'not_defined', {}],
    ['accesstoken alone', `accesstoken=${alice.token}`, 'not_defined', {}],
    [
      'another type',
      `accesstoken=${alice.token}; tokentype=mac`,
      'cookies',
      { tokentype: 'invalid' },
    ],
    ['Bearer', `accesstoken=${alice.token}; tokentype=Bearer`, 'cookies', { tokentype: 'invalid' }],
    ['an empty token', 'accesstoken=; tokentype=bearer', 'cookies', { accesstoken: 'invalid' }],
    [
      'an unknown token',
      'accesstoken=x; tokentype=bearer',
      'headers',
      { Authorization: 'invalid' },
    ],
    [
      'a refresh token',
      `accesstoken=${refresh}; tokentype=bearer`,
      'headers',
      { Authorization: 'invalid' },
    ],
    [
      'an expired token',
      `accesstoken=${profile.tokens.expired}; tokentype=bearer`,
      'not_defined',
      {},
    ],
    ['no cookies at all', 'garbage', 'not_defined', {}],
  ])('%s: 401', async (_name, cookie, origin, details) => {
    const answer = await call(createWorld().core, { path: '/boxes/joined', headers: { cookie } });
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'unauthorized', origin, details });
  });

  it('are the first cookies of their name, in any order, unknown ones ignored', async () => {
    const cookie = `x=y; tokentype=bearer; accesstoken=${alice.token}; accesstoken=z`;
    const answer = await call(createWorld().core, { path: '/boxes/joined', headers: { cookie } });
    expect(answer.status).toBe(200);
  });

  it('expire with the clock', async () => {
    const world = createWorld();
    world.core.world.clock.advance(366 * 86_400_000);
    expect((await world.send('GET', '/boxes/joined', { token: alice.token })).status).toBe(401);
  });
});

describe('paths', () => {
  it.each([
    ['GET', contactPath, 405],
    ['PUT', contactPath, 405],
    ['POST', `/box-users/${alice.id}/ws`, 405],
    ['HEAD', `/box-users/${alice.id}/ws`, 405],
    ['POST', `${contactPath}/`, 404],
    ['GET', '/csrf/', 404],
    ['GET', '/boxes/nope', 400],
    ['GET', `/boxes/${alice.id}`, 403],
    ['GET', '/boxes/%ZZ', 400],
    ['GET', `/identities/${bob.id}/notifications`, 403],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await createWorld().send(method, path, { token: alice.token });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.json() as object)).toEqual(['code', 'origin', 'desc', 'details']);
  });

  it('carry the request id of the request, or a fresh one', async () => {
    const world = createWorld();
    const given = await world.send('GET', '/csrf', { headers: { 'x-request-id': 'mine' } });
    expect(given.headers['X-Request-Id']).toBe('mine');
    expect((await world.send('GET', '/nope')).headers['X-Request-Id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
