import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMockCore } from '../../mocks/engine/mock.js';
import { createWorlds } from '../../mocks/engine/worlds.js';
import { serveNode, type NodeServer, type NodeServerOptions } from '../../mocks/transports/node.js';
import { probe } from './probe.js';
import { exchangeRaw } from './raw-http.js';

const system = probe(
  { 'GET /probe': {}, 'GET /_countersign/files/{id}': {} },
  { roots: ['probe', '_countersign/files'] },
);
let server: NodeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<NodeServerOptions> = {}): Promise<string> {
  const worlds = createWorlds({ systems: [system] });
  server = await serveNode(worlds, { host: '127.0.0.1', port: 0, ...options });
  return server.url;
}

/** The status and the body of an answer; only a raw request can carry any Host. */
async function ask(
  url: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<[status: number, body: string]> {
  const lines = Object.entries({ Connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const raw = await exchangeRaw(url, `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return [Number(raw.slice(9, 12)), raw.slice(raw.indexOf('\r\n\r\n') + 4)];
}

const clock = '/_countersign/clock';

describe('the name that the control plane is asked under', () => {
  let url: string;
  beforeEach(async () => {
    url = await start({ allowedHosts: ['mock.internal'] });
  });

  it.each([
    '127.0.0.1:4010',
    '[::1]:4010',
    'localhost',
    'localhost:4010',
    'LOCALHOST.:4010',
    'alice.localhost:4010',
    '192.168.1.20:4010',
    'mock.internal:4010',
  ])('may be %s', async (host) => {
    expect((await ask(url, clock, { Host: host }))[0]).toBe(200);
  });

  it.each([
    'evil.example',
    'localhost.evil.example:4010',
    '127.0.0.1.evil.example',
    'mock.internal.x',
  ])('may not be %s, which its owner can point to this machine', async (host) => {
    const [status, body] = await ask(url, clock, { Host: host });
    expect([status, body]).toEqual([403, expect.stringContaining('--allow-host')]);
    expect((await ask(url, '/probe', { Host: host }))[0]).toBe(200);
    expect((await ask(url, '/_countersign/files/1', { Host: host }))[0]).toBe(200);
  });

  it('is looked at before the page is served too', async () => {
    const headers = { Host: 'evil.example', Accept: 'text/html' };
    expect((await ask(url, '/_countersign/', headers))[0]).toBe(403);
  });
});

describe('a page of another origin', () => {
  const host = 'localhost:4010';
  let url: string;
  beforeEach(async () => {
    url = await start();
  });

  it.each(['https://evil.example', 'http://localhost:5173', 'http://alice.localhost:4010', 'null'])(
    'from %s is refused',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const [status] = await ask(url, clock, { Host: host, Origin: origin }, method);
        expect(status).toBe(403);
      }
    },
  );

  it('is refused a script or an image as well, which name no origin', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const headers = { Host: host, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' };
      expect((await ask(url, clock, headers))[0]).toBe(403);
    }
  });

  it('may link to the control plane', async () => {
    const headers = {
      Host: host,
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    };
    expect((await ask(url, clock, headers))[0]).toBe(200);
    const framed = { ...headers, 'Sec-Fetch-Dest': 'iframe' };
    expect((await ask(url, clock, framed))[0]).toBe(403);
  });

  it('of the same origin is answered, also behind a proxy that ends TLS', async () => {
    expect((await ask(url, clock, { Host: host, Origin: `http://${host}` }))[0]).toBe(200);
    expect((await ask(url, clock, { Host: host, Origin: `https://${host}` }))[0]).toBe(200);
  });

  it('never gets an answer that CORS opens', async () => {
    const answer = await fetch(url + clock, { headers: { origin: new URL(url).origin } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const system = await fetch(`${url}/probe`, { headers: { origin: 'https://evil.example' } });
    expect(system.headers.get('access-control-allow-origin')).not.toBeNull();
  });
});

describe('a token', () => {
  it('is not needed on loopback unless one was set', async () => {
    await start();
    expect(server?.token).toBeNull();
  });

  it('is made where other machines reach the mock, and asked for on the control plane alone', async () => {
    const url = (await start({ host: '0.0.0.0' })).replace('0.0.0.0', '127.0.0.1');
    const token = server?.token ?? '';
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect((await fetch(url + clock)).status).toBe(401);
    expect((await fetch(`${url}${clock}?token=${'0'.repeat(32)}`)).status).toBe(401);
    expect((await fetch(`${url}${clock}?token=${token}`)).status).toBe(200);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(url + clock, { headers })).status).toBe(200);
    expect((await fetch(`${url}/probe`)).status).toBe(200);
    expect((await fetch(`${url}/_countersign/files/1`)).status).toBe(200);
  });

  it('lets a name pass that is not known, and no page of another origin', async () => {
    const url = await start({ token: 'a-token-of-the-test' });
    const headers = { Host: 'mock.internal', Authorization: 'Bearer a-token-of-the-test' };
    expect((await ask(url, clock, headers))[0]).toBe(200);
    expect((await ask(url, clock, { ...headers, Origin: 'https://evil.example' }))[0]).toBe(403);
  });

  it('is asked for before a large body is read', async () => {
    const url = await start({ token: 'a-token-of-the-test' });
    const state = { method: 'PUT', body: 'x'.repeat(100_000) };
    expect((await fetch(`${url}/_countersign/state`, state)).status).toBe(401);
    const headers = { authorization: 'Bearer a-token-of-the-test' };
    expect((await fetch(`${url}/_countersign/state`, { ...state, headers })).status).toBe(400);
  });
});

it('a mock without a guard, as in a page, takes every request', () => {
  const core = createMockCore({ systems: [system] });
  expect(core.claims('/_countersign/files/1')).toBe(true);
  expect(core.claims(clock)).toBe(false);
});
