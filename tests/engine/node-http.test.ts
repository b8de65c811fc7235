import { afterEach, describe, expect, it, vi } from 'vitest';
import { empty, json, text } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import type { ErasedSystem } from '../../mocks/engine/system.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { probe, type ProbeState } from './probe.js';
import { exchangeRaw, rawConnection } from './raw-http.js';

const servers: NodeServer[] = [];

async function start(
  system: ErasedSystem,
  onBug?: (error: unknown) => void,
): Promise<{ url: string; core: MockCore; server: NodeServer }> {
  const core = createMockCore({ systems: [system], onBug });
  const server = await serveNode(core, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return { url: server.url, core, server };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const counting = probe({
  'GET /probe': { handler: () => json(200, { hello: 'é' }) },
  'DELETE /probe': { handler: () => empty(204) },
  'POST /probe': {
    object: { 'x-countersign-body-limit': 1_000 },
    handler: (context) => {
      context.state.changes += 1;
      return text(200, `${String(context.request.body.length)} bytes`);
    },
  },
  'GET /probe/{name}': {},
});

function changes(core: MockCore): number {
  return (core.world.state('probe') as ProbeState).changes;
}

function post(url: string, body: string | ReadableStream): Promise<Response> {
  return fetch(`${url}/probe`, {
    method: 'POST',
    body,
    ...(typeof body === 'string' ? {} : { duplex: 'half' }),
  });
}

function chunked(...parts: number[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const size of parts) controller.enqueue(new Uint8Array(size));
      controller.close();
    },
  });
}

describe('an answer', () => {
  it('carries its length in bytes', async () => {
    const answer = await fetch(`${(await start(counting)).url}/probe`);
    expect(answer.headers.get('content-length')).toBe('14');
    expect(await answer.json()).toEqual({ hello: 'é' });
  });

  it('to HEAD has the headers of GET and no body', async () => {
    const { url } = await start(counting);
    const raw = await exchangeRaw(
      url,
      'HEAD /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(raw).toMatch(/^HTTP\/1\.1 200 /);
    expect(raw).toMatch(/\r\ncontent-length: 14\r\n/i);
    expect(raw).toMatch(/\r\n\r\n$/);
  });

  it('of 204 has neither body nor length', async () => {
    const answer = await fetch(`${(await start(counting)).url}/probe`, { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('content-length')).toBeNull();
  });

  it('keeps the connection for the next request', async () => {
    const { url } = await start(counting);
    const connection = await rawConnection(url);
    for (let count = 1; count <= 3; count += 1) {
      connection.write('GET /probe HTTP/1.1\r\nHost: x\r\n\r\n');
      await connection.until((raw) => raw.split('HTTP/1.1 200').length === count + 1);
    }
    connection.socket.destroy();
  });

  it('to requests sent all at once comes in their order', async () => {
    const { url } = await start(counting);
    const request = (path: string, rest = ''): string =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;
    const raw = await exchangeRaw(
      url,
      request('/probe/a') + request('/probe/b') + request('/probe/c', 'Connection: close\r\n'),
    );
    expect([...raw.matchAll(/"name":"(.)"/g)].map((match) => match[1])).toEqual(['a', 'b', 'c']);
  });
});

describe('a request body', () => {
  it('arrives whole, declared or chunked', async () => {
    const { url } = await start(counting);
    expect(await (await post(url, 'x'.repeat(1_000))).text()).toBe('1000 bytes');
    expect(await (await post(url, chunked(400, 1, 599))).text()).toBe('1000 bytes');
    expect(await (await post(url, '')).text()).toBe('0 bytes');
    expect(await (await post(url, chunked())).text()).toBe('0 bytes');
  });

  it('of several packets arrives byte for byte', async () => {
    const system = probe({
      'PUT /probe': {
        handler: (context) => ({ status: 200, headers: {}, body: context.request.body }),
      },
    });
    const { url } = await start(system);
    const bytes = new Uint8Array(1_000_000).map((_, at) => (at * 7919) % 251);
    const answer = await fetch(`${url}/probe`, { method: 'PUT', body: bytes });
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
  });

  it.each([
    ['declared', 'Content-Length: 1001\r\n\r\n'],
    ['chunked', `Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1_001)}\r\n`],
  ])('over the limit, %s, is refused before it is complete', async (_how, rest) => {
    const { url, core } = await start(counting);
    const raw = await exchangeRaw(url, `POST /probe HTTP/1.1\r\nHost: x\r\n${rest}`);
    expect(raw).toMatch(/^HTTP\/1\.1 413 /);
    expect(raw).toMatch(/\r\nconnection: close\r\n/i);
    expect(raw).toContain('larger than 1000 bytes');
    expect(changes(core)).toBe(0);
  });

  it('over the limit does not cost the client its answer while it is still sending', async () => {
    const { url } = await start(counting);
    const answer = await post(url, 'x'.repeat(3_000_000));
    expect(answer.status).toBe(413);
  });

  it('that breaks off changes nothing', async () => {
    const { url, core } = await start(counting);
    const connection = await rawConnection(url);
    connection.write('POST /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    await new Promise((resolve) => setTimeout(resolve, 30));
    connection.socket.destroy();
    // A later request is answered, and by then the first one is over.
    expect((await fetch(`${url}/probe`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(changes(core)).toBe(0);
  });

  it('that comes byte by byte is waited for', async () => {
    const { url } = await start(counting);
    const connection = await rawConnection(url);
    connection.write(
      'POST /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n',
    );
    for (const letter of 'hello') {
      connection.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await connection.ended()).toContain('5 bytes');
  });

  it('is announced by Expect: 100-continue and asked for', async () => {
    const { url } = await start(counting);
    const connection = await rawConnection(url);
    connection.write(
      'POST /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n',
    );
    await connection.until((raw) => raw.includes('100 Continue'));
    connection.write('ok');
    expect(await connection.ended()).toContain('2 bytes');
  });
});

describe('a request target', () => {
  it('with broken percent-encoding is refused by name', async () => {
    const answer = await fetch(`${(await start(counting)).url}/probe/%zz`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ kind: 'parameter', name: 'name' });
  });

  it('may be a whole URL, as proxies send it', async () => {
    const { url } = await start(counting);
    const rest = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await exchangeRaw(url, `GET http://x:1/probe/a?b=c ${rest}`)).toContain('"name":"a"');
    expect(await exchangeRaw(url, `GET http://x:1 ${rest}`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('of OPTIONS * is nowhere', async () => {
    const { url } = await start(counting);
    const raw = await exchangeRaw(
      url,
      'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(raw).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('that is very long is refused in words', async () => {
    const { url } = await start(counting);
    const raw = await exchangeRaw(url, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 431 /);
    expect(raw).toContain('16 KiB');
  });

  it('of several thousand characters is served', async () => {
    const answer = await fetch(`${(await start(counting)).url}/probe/${'a'.repeat(8_000)}`);
    expect(answer.status).toBe(200);
  });
});

describe('what is no HTTP', () => {
  it.each([
    'nonsense\r\n\r\n',
    'GET /probe HTTP/9.9\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ])('%j gets a short answer', async (junk) => {
    const { url } = await start(counting);
    const raw = await exchangeRaw(url, junk);
    expect(raw).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(raw).toMatch(/the request is not valid HTTP\/1\.1$/);
    expect((await fetch(`${url}/probe`)).status).toBe(200);
  });
});

describe('an offer to upgrade to something else', () => {
  const offer =
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';

  it('is ignored, and the body arrives', async () => {
    const { url } = await start(counting);
    const connection = await rawConnection(url);
    connection.write(`POST /probe HTTP/1.1\r\nHost: x\r\n${offer}Content-Length: 5\r\n\r\nhel`);
    connection.write('lo');
    await connection.until((raw) => raw.includes('5 bytes'));
    connection.write('POST /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsecond');
    await connection.until((raw) => raw.includes('6 bytes'));
    connection.socket.destroy();
  });

  it('is ignored with a chunked body and on the control plane', async () => {
    const { url } = await start(counting);
    const request = `Host: x\r\n${offer}Transfer-Encoding: chunked\r\n\r\n`;
    const connection = await rawConnection(url);
    connection.write(`POST /probe HTTP/1.1\r\n${request}3\r\nabc\r\n0\r\n\r\n`);
    await connection.until((raw) => raw.includes('3 bytes'));
    connection.socket.destroy();
    expect(
      await exchangeRaw(url, `GET /_countersign HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n`),
    ).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('does not change an answer without a body', async () => {
    const { url } = await start(counting);
    const raw = await exchangeRaw(url, `GET /probe HTTP/1.1\r\nHost: x\r\n${offer}\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a bug of the mock', () => {
  const bugs = probe(
    {
      'GET /probe/header': { handler: () => empty(200, { 'X-Bad': 'a\nb' }) },
      'GET /probe/upgrade': {
        handler: () => ({ kind: 'upgrade', maxPayload: 1, attach: () => ({}) }),
      },
      'GET /probe/fine': {},
    },
    {
      trigger: () => {
        throw new Error('kaboom');
      },
      rewritePath: (path) => {
        if (path.endsWith('rewrite')) throw new Error('kaboom');
        return path;
      },
    },
  );

  it.each(['header', 'upgrade', 'rewrite'])(
    'in %s costs that answer, not the server',
    async (name) => {
      const onBug = vi.fn();
      const { url } = await start(bugs, onBug);
      const answer = await fetch(`${url}/probe/${name}`);
      expect(answer.status).toBe(500);
      expect(await answer.text()).not.toMatch(/kaboom|node:|\.ts/);
      expect(onBug).toHaveBeenCalledOnce();
      expect((await fetch(`${url}/probe/fine`)).status).toBe(200);
    },
  );

  it('in a trigger costs that answer, not the server', async () => {
    const onBug = vi.fn();
    const { url } = await start(bugs, onBug);
    const body = JSON.stringify({ system: 'probe', event: 'e' });
    const answer = await fetch(`${url}/_countersign/trigger`, { method: 'POST', body });
    expect(answer.status).toBe(500);
    expect(onBug).toHaveBeenCalledOnce();
  });
});

describe('close', () => {
  const holding = probe({
    'GET /probe': { handler: () => new Promise(() => undefined) },
    'POST /probe': {
      handler: (context) => {
        context.request.peer.onAbort(() => {
          context.state.changes += 1;
        });
        return new Promise((resolve) => {
          context.world.clock.after(10_000, () => {
            resolve(json(200, 'late'));
          });
        });
      },
    },
  });

  it('ends while requests are held, uploads are open and connections idle', async () => {
    const { url, server } = await start(holding);
    const held = fetch(`${url}/probe`).catch(() => 'gone');
    const upload = await rawConnection(url);
    upload.write('POST /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    const idle = await rawConnection(url);
    const upgrading = await rawConnection(url);
    upgrading.write(
      'GET /probe HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await held).toBe('gone');
    await Promise.all([idle.ended(), upload.ended(), upgrading.ended()]);
    await expect(fetch(`${url}/probe`)).rejects.toThrow();
  });

  it('may be called again', async () => {
    const { server } = await start(holding);
    await server.close();
    await server.close();
  });

  it('tells a handler that its client went away, once, and not when it was answered', async () => {
    const { url, core } = await start(holding);
    const abort = new AbortController();
    const given = fetch(`${url}/probe`, { method: 'POST', signal: abort.signal }).catch(
      () => 'gone',
    );
    await vi.waitFor(() => {
      expect(core.world.journal.list(0, 1)).toHaveLength(0);
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    abort.abort();
    expect(await given).toBe('gone');
    await vi.waitFor(() => {
      expect(changes(core)).toBe(1);
    });
    const answered = fetch(`${url}/probe`, { method: 'POST' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    core.world.clock.advance(20_000);
    expect(await (await answered).json()).toBe('late');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(changes(core)).toBe(1);
  });
});

describe('a port that is taken', () => {
  it('is an error with its code', async () => {
    const { url } = await start(counting);
    const core = createMockCore({ systems: [counting] });
    const again = serveNode(core, { host: '127.0.0.1', port: Number(new URL(url).port) });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
