import { describe, expect, it } from 'vitest';
import { json, text } from '../../mocks/engine/http.js';
import { createMockCore } from '../../mocks/engine/mock.js';
import { call } from '../support/request.js';
import { probe } from './probe.js';

const origin = 'https://app.test';
const route = { 'GET /probe': { handler: () => json(200, null, { 'X-Quota': '1' }) } };
const open = createMockCore({ systems: [probe(route)] });
const own = createMockCore({ systems: [probe(route, { ownCors: true })] });

describe('a system that leaves CORS to the engine', () => {
  it('is open to any origin, shows its headers, and never takes credentials', async () => {
    const { headers } = await call(open, { path: '/probe', headers: { origin } });
    expect(headers['Access-Control-Allow-Origin']).toBe('*');
    expect(headers['Access-Control-Expose-Headers']).toBe('Content-Type, X-Quota');
    expect(headers['Access-Control-Allow-Credentials']).toBeUndefined();
  });

  it('says nothing of CORS to a client that is no browser', async () => {
    const { headers } = await call(open, { path: '/probe' });
    expect(Object.keys(headers).filter((name) => /access-control/i.test(name))).toEqual([]);
  });

  it('answers a preflight of a known path', async () => {
    const answer = await call(open, {
      method: 'OPTIONS',
      path: '/probe',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization, x-b',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.body).toBeNull();
    expect(answer.headers['Access-Control-Allow-Headers']).toBe('authorization, x-b');
    expect(answer.headers['Access-Control-Allow-Methods']).toContain('PUT');
  });

  it('refuses an OPTIONS that is no preflight, and a preflight of an unknown path', async () => {
    const plain = await call(open, { method: 'OPTIONS', path: '/probe', headers: { origin } });
    expect(plain.status).toBe(405);
    const preflight = { origin, 'access-control-request-method': 'GET' };
    const lost = await call(open, { method: 'OPTIONS', path: '/probe/x', headers: preflight });
    expect(lost.status).toBe(404);
  });

  it('lets a browser read refusals too', async () => {
    const answer = await call(open, { path: '/probe/x', headers: { origin } });
    expect(answer.headers['Access-Control-Allow-Origin']).toBe('*');
  });

  it('lets a handler of OPTIONS answer the preflight itself', async () => {
    const system = probe({ 'OPTIONS /probe': { handler: () => text(200, 'mine') } });
    const answer = await call(createMockCore({ systems: [system] }), {
      method: 'OPTIONS',
      path: '/probe',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    expect(answer.text).toBe('mine');
  });
});

describe('a system with CORS of its own', () => {
  it('gets nothing added, and no preflight answered for it', async () => {
    const { headers } = await call(own, { path: '/probe', headers: { origin } });
    expect(headers['Access-Control-Allow-Origin']).toBeUndefined();
    const preflight = { origin, 'access-control-request-method': 'GET' };
    const answer = await call(own, { method: 'OPTIONS', path: '/probe', headers: preflight });
    expect(answer.status).toBe(405);
  });
});
