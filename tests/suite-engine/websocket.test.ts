import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { CheckResult } from '../../specs/results.js';
import type { TestContext } from '../../suites/engine/context.js';
import type { SuiteSocket } from '../../suites/engine/websocket.js';
import { runCheck } from './bench.js';
import { closedPort, serve, type TestServer } from './server.js';

function socketServer(accept: (socket: WebSocket) => void): Promise<TestServer> {
  return serve((_request, reply) => reply.writeHead(404).end(), accept);
}

/** Runs a check with an open socket in its hands. */
async function withSocket(
  accept: (socket: WebSocket) => void,
  run: (socket: SuiteSocket, t: TestContext) => Promise<void>,
): Promise<CheckResult> {
  const { url } = await socketServer(accept);
  return runCheck(
    async (t) => {
      const outcome = await t.openSocket('/live', { headers: { 'X-A': '1' } });
      if (!('socket' in outcome)) throw new Error('refused');
      await run(outcome.socket, t);
    },
    { profile: { target: url }, patienceMs: 150 },
  );
}

const isKind =
  (kind: string) =>
  (frame: unknown): boolean =>
    (frame as { kind?: string } | null)?.kind === kind;

function send(socket: WebSocket, ...frames: unknown[]): void {
  for (const frame of frames) socket.send(JSON.stringify(frame));
}

describe('waiting for a frame', () => {
  it('gives the one that is meant and lets others pass', async () => {
    const result = await withSocket(
      (socket) => {
        send(socket, { kind: 'hello' }, null, 7, { kind: 'news', n: 1 }, { kind: 'news', n: 2 });
      },
      async (socket) => {
        expect(await socket.waitFor('news', isKind('news'))).toEqual({ kind: 'news', n: 1 });
        expect(await socket.waitFor('hello', isKind('hello'))).toEqual({ kind: 'hello' });
      },
    );
    expect(result.status).toBe('passed');
  });

  it('can begin after those already seen', async () => {
    await withSocket(
      (socket) => {
        send(socket, { kind: 'a', n: 1 });
        socket.on('message', () => {
          send(socket, { kind: 'a', n: 2 });
        });
      },
      async (socket) => {
        await socket.waitFor('a', isKind('a'));
        const from = socket.frames.length;
        socket.send('more');
        expect(await socket.waitFor('a', isKind('a'), { from })).toEqual({ kind: 'a', n: 2 });
      },
    );
  });

  it('fails the check when none comes, and shows what came', async () => {
    const result = await withSocket(
      (socket) => {
        send(socket, { kind: 'other' });
      },
      async (socket) => {
        await socket.waitFor('the news', isKind('news'));
      },
    );
    expect(result).toMatchObject({
      status: 'failed',
      message: 'the socket never received the news',
      comparison: { expected: 'the news', actual: '{"kind":"other"}' },
    });
    const silent = await withSocket(
      () => undefined,
      async (socket) => {
        await socket.waitFor('the news', isKind('news'));
      },
    );
    expect(silent.comparison?.actual).toBe('no frame at all');
  });

  it('is null where none may come, at once when the socket has ended', async () => {
    const started = performance.now();
    await withSocket(
      (socket) => {
        socket.close(1000);
      },
      async (socket) => {
        expect(await socket.maybe(isKind('news'), { timeoutMs: 10_000 })).toBeNull();
      },
    );
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('hands over text that is no JSON as it is, binary frames in hex', async () => {
    await withSocket(
      (socket) => {
        socket.send('plain');
        socket.send(Buffer.from([1, 255]));
      },
      async (socket) => {
        expect(await socket.waitFor('plain', (frame) => frame === 'plain')).toBe('plain');
        await socket.waitFor('bytes', (_frame, text) => text === '(binary) 01ff');
        expect(socket.frames).toEqual(['plain', '(binary) 01ff']);
      },
    );
  });

  it('with a condition that throws on a strange frame ends the check, not the process', async () => {
    const result = await withSocket(
      (socket) => {
        setTimeout(() => {
          socket.send('null');
        }, 20);
      },
      async (socket) => {
        await socket.waitFor('x', (frame) => (frame as { a: string }).a === 'b');
      },
    );
    expect([result.status, result.message?.slice(0, 22)]).toEqual([
      'inconclusive',
      'the suite itself erred',
    ]);
  });

  it('works for several at once', async () => {
    await withSocket(
      (socket) => {
        setTimeout(() => {
          send(socket, { kind: 'b' }, { kind: 'a' });
        }, 10);
      },
      async (socket) => {
        const both = [socket.waitFor('a', isKind('a')), socket.waitFor('b', isKind('b'))];
        expect(await Promise.all(both)).toEqual([{ kind: 'a' }, { kind: 'b' }]);
      },
    );
  });
});

describe('pings, pongs and closes', () => {
  it('are seen', async () => {
    const result = await withSocket(
      (socket) => {
        socket.ping();
        socket.on('message', () => {
          socket.close(4002, 'enough');
        });
      },
      async (socket) => {
        socket.ping('p1');
        await socket.waitForPong('p1');
        expect([socket.pongs, socket.pings]).toEqual([['p1'], 1]);
        socket.send('stop');
        expect(await socket.closed()).toEqual({ code: 4002, reason: 'enough' });
      },
    );
    expect(result.status).toBe('passed');
  });

  it('that do not come fail the check in words', async () => {
    const open = await withSocket(
      () => undefined,
      async (socket) => {
        await socket.closed(50);
      },
    );
    expect([open.status, open.message]).toEqual(['failed', 'the socket was not closed']);
  });

  it('by the suite itself are told with the code that came back', async () => {
    await withSocket(
      () => undefined,
      async (socket) => {
        socket.close(3001, 'bye');
        expect((await socket.closed()).code).toBe(3001);
      },
    );
  });
});

describe('a refused upgrade', () => {
  it('is a value with status, headers and body', async () => {
    const { url } = await serve(() => undefined);
    // A server that answers upgrade requests as ordinary ones.
    const refusing = createServer((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 403 Forbidden\r\nX-Why: token\r\nContent-Length: 2\r\n\r\nno');
      });
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as AddressInfo;
    const target = `http://127.0.0.1:${String(port)}`;
    const result = await runCheck(
      async (t) => {
        const outcome = await t.openSocket('/live', { headers: { Authorization: 'Bearer abc' } });
        expect(outcome).toMatchObject({
          refused: { status: 403, body: 'no', headers: { 'x-why': 'token' } },
        });
        t.deviate('to see the record');
      },
      { profile: { target, systems: { bench: { url: target } } } },
    );
    expect(url).toBeTruthy();
    expect(result.status).toBe('deviated');
    const [record] = result.exchanges;
    expect(record?.response).toMatch(/^HTTP\/1\.1 403\nx-why: token\n/);
    expect(record?.request).toContain('Authorization: Bearer ***');
    expect(record?.curl).toContain('"Authorization: $AUTHORIZATION"');
    refusing.close();
  });

  it('by a server that is not there leaves the check undecided, and is no 101 in the record', async () => {
    const target = await closedPort();
    const result = await runCheck(
      async (t) => {
        await t.openSocket('/live', { headers: {} });
      },
      { profile: { target } },
    );
    expect(result.status).toBe('inconclusive');
    expect(result.message).toMatch(/^WebSocket \/live: connect ECONNREFUSED/);
    expect(result.exchanges[0]?.response).not.toContain('101');
  });
});

describe('the record of a socket', () => {
  it('holds what passed, in both directions, secrets masked, text quoted for a shell', async () => {
    const { url } = await socketServer((socket) => {
      socket.on('message', (data: Buffer) => {
        socket.send(`echo ${data.toString()}`);
      });
    });
    const result = await runCheck(
      async (t) => {
        const headers = { Origin: "http://it's.test" };
        const outcome = await t.openSocket("/live?a='$(id)'", { headers });
        if (!('socket' in outcome)) throw new Error('refused');
        outcome.socket.send(`hello ${t.secret('hunter22')}`);
        await outcome.socket.waitFor('the echo', () => true);
        outcome.socket.close();
        await outcome.socket.closed();
        t.deviate('to see the record');
      },
      { profile: { target: url } },
    );
    const [record] = result.exchanges;
    expect(record?.response).toMatch(
      /^HTTP\/1\.1 101\n\n> hello \*\*\*\n< echo hello \*\*\*\n\(closed with 1000 \)$/,
    );
    expect(record?.curl).toContain(`-H 'Origin: http://it'\\''s.test'`);
    expect(record?.curl).toContain(`a='\\''$(id)'\\'''`);
  });
});

describe('a raw upgrade', () => {
  it('sends the headers as given and gives the answer, a 101 included', async () => {
    const { url } = await socketServer(() => undefined);
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const result = await runCheck(
      async (t) => {
        const answer = await t.rawUpgrade('/live', { headers });
        expect(answer).toMatchObject({
          status: 101,
          headers: { 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' },
        });
        const wrong = { ...headers, 'Sec-WebSocket-Version': '7' };
        const refused = await t.rawUpgrade('/live', { headers: wrong });
        expect(refused.status).toBe(400);
        t.deviate('to see the record');
      },
      { profile: { target: url } },
    );
    expect(result.message).toBe('to see the record');
    expect(result.exchanges.map(({ id }) => id)).toEqual(['bench.x.one@1', 'bench.x.one@2']);
  });

  it('to a server that is not there leaves the check undecided', async () => {
    const target = await closedPort();
    const result = await runCheck(
      async (t) => {
        await t.rawUpgrade('/live', { headers: {} });
      },
      { profile: { target } },
    );
    expect(result.status).toBe('inconclusive');
  });
});
