import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { PlainSocket, SocketListener, Upgrade } from '../../mocks/engine/http.js';
import { text } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { probe, type ProbeHandler } from './probe.js';
import { exchangeRaw, rawConnection } from './raw-http.js';

const running: NodeServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(
  handler: ProbeHandler,
): Promise<{ url: string; server: NodeServer; core: MockCore }> {
  const core = createMockCore({ systems: [probe({ 'GET /probe': { handler } })] });
  const server = await serveNode(core, { host: '127.0.0.1', port: 0 });
  running.push(server);
  return { url: server.url, server, core };
}

/** A handler that opens every socket in this way. */
function opens(
  attach: (socket: PlainSocket) => SocketListener,
  more: Partial<Upgrade> = {},
): ProbeHandler {
  return () => ({ kind: 'upgrade', maxPayload: 100, attach, ...more });
}

function connect(url: string, options: { protocols?: string[] } = {}): WebSocket {
  return new WebSocket(`${url.replace('http', 'ws')}/probe`, options.protocols ?? [], {
    perMessageDeflate: false,
  });
}

function once<T>(socket: WebSocket, event: string): Promise<T> {
  return new Promise((resolve) => {
    socket.once(event, (value: T) => {
      resolve(value);
    });
  });
}

const handshake =
  'GET /probe HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('an accepted upgrade', () => {
  it('is answered as RFC 6455 says, with nothing but the three headers', async () => {
    const { url } = await start(opens(() => ({})));
    const connection = await rawConnection(url);
    connection.write(
      `${handshake}Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
    );
    const raw = await connection.until((seen) => seen.endsWith('\r\n\r\n'));
    expect(
      raw
        .split('\r\n')
        .filter((line) => line !== '')
        .sort(),
    ).toEqual([
      'Connection: Upgrade',
      'HTTP/1.1 101 Switching Protocols',
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
      'Upgrade: websocket',
    ]);
    connection.socket.destroy();
  });

  it('keeps what is sent before the socket is open, in order', async () => {
    const { url } = await start(
      opens((socket) => {
        socket.send('one');
        socket.send('two');
        queueMicrotask(() => {
          socket.send('three');
        });
        return {};
      }),
    );
    const frames: string[] = [];
    const ws = connect(url);
    ws.on('message', (data: Buffer) => frames.push(data.toString()));
    await vi.waitFor(() => {
      expect(frames).toEqual(['one', 'two', 'three']);
    });
    ws.terminate();
  });

  it('frames texts of every length, beyond ASCII too', async () => {
    const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((length) => 'x'.repeat(length));
    texts.push('ä'.repeat(63), 'ü€😀');
    const { url } = await start(
      opens((socket) => {
        for (const text of texts) socket.send(text);
        return {};
      }),
    );
    const frames: string[] = [];
    const ws = connect(url);
    ws.on('message', (data: Buffer, binary: boolean) => {
      frames.push(binary ? 'binary' : data.toString());
    });
    await vi.waitFor(() => {
      expect(frames).toEqual(texts);
    });
    ws.terminate();
  });

  it('may be closed before it is open', async () => {
    const { url } = await start(
      opens((socket) => {
        socket.close(4001, 'no place');
        return {};
      }),
    );
    const ws = connect(url);
    const ended = await new Promise((resolve) =>
      ws.once('close', (code, reason) => {
        resolve([code, reason.toString()]);
      }),
    );
    expect(ended).toEqual([4001, 'no place']);
  });

  it('hands over messages as bytes, text and binary apart', async () => {
    const seen: [string, boolean][] = [];
    const { url } = await start(
      opens(() => ({
        message: (data, binary) => {
          seen.push([new TextDecoder().decode(data), binary]);
        },
      })),
    );
    const ws = connect(url);
    await once(ws, 'open');
    ws.send('é');
    ws.send(Buffer.from('b'));
    await vi.waitFor(() => {
      expect(seen).toEqual([
        ['é', false],
        ['b', true],
      ]);
    });
    ws.terminate();
  });

  it('stands in the journal as a 101', async () => {
    const { url, core } = await start(opens(() => ({})));
    const ws = connect(url);
    await once(ws, 'open');
    expect(core.world.journal.list(0, 1)[0]?.response.status).toBe(101);
    ws.terminate();
  });

  it('passes everything it writes through a given wire', async () => {
    const { url } = await start(
      opens(
        (socket) => {
          socket.send('quiet');
          return {};
        },
        {
          wire: (chunk) =>
            Buffer.from(Buffer.from(chunk).toString('latin1').replace('quiet', 'LOUD!'), 'latin1'),
        },
      ),
    );
    const ws = connect(url);
    expect(String(await once<Buffer>(ws, 'message'))).toBe('LOUD!');
    ws.terminate();
  });
});

describe('ping and pong', () => {
  it('a ping of the client is answered with its payload', async () => {
    const { url } = await start(opens(() => ({})));
    const ws = connect(url);
    await once(ws, 'open');
    ws.ping('are you there');
    expect(String(await once<Buffer>(ws, 'pong'))).toBe('are you there');
    ws.terminate();
  });

  it('a ping of the mock, even before the socket is open, brings a pong', async () => {
    const pong = vi.fn();
    const { url } = await start(
      opens((socket) => {
        socket.ping();
        return { pong };
      }),
    );
    const ws = connect(url);
    await vi.waitFor(() => {
      expect(pong).toHaveBeenCalledOnce();
    });
    ws.terminate();
  });
});

describe('the end of a socket', () => {
  async function endOf(act: (ws: WebSocket) => void): Promise<{ told: number; seen: number }> {
    const told = vi.fn<(code: number) => void>();
    const { url } = await start(opens(() => ({ closed: told })));
    const ws = connect(url);
    ws.on('error', () => undefined);
    await once(ws, 'open');
    const seen = once<number>(ws, 'close');
    act(ws);
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalledOnce();
    });
    return { told: told.mock.calls[0]?.[0] ?? 0, seen: await seen };
  }

  it.each([1000, 1001, 3000, 4999])(
    'by the close code %d of the client is told and echoed',
    async (code) => {
      expect(
        await endOf((ws) => {
          ws.close(code);
        }),
      ).toEqual({ told: code, seen: code });
    },
  );

  it('without a code is told as 1005', async () => {
    expect(
      await endOf((ws) => {
        ws.close();
      }),
    ).toEqual({ told: 1005, seen: 1005 });
  });

  it('without a close frame is told as 1006', async () => {
    expect(
      (
        await endOf((ws) => {
          ws.terminate();
        })
      ).told,
    ).toBe(1006);
  });

  it('over a message beyond its limit is 1009, and one within it passes', async () => {
    expect(
      (
        await endOf((ws) => {
          ws.send('x'.repeat(100));
          ws.send('x'.repeat(101));
        })
      ).seen,
    ).toBe(1009);
  });

  it('over text that is no UTF-8 is 1007', async () => {
    const raw = (ws: WebSocket): void => {
      ws.send(Buffer.from([0xff, 0xfe]), { binary: false });
    };
    expect((await endOf(raw)).seen).toBe(1007);
  });

  it('over an unmasked frame is 1002', async () => {
    const told = vi.fn();
    const { url } = await start(opens(() => ({ closed: told })));
    const connection = await rawConnection(url);
    connection.write(`${handshake}\r\n`);
    await connection.until((seen) => seen.includes('\r\n\r\n'));
    connection.write(new Uint8Array([0x81, 0x01, 0x61]));
    const raw = await connection.ended();
    const frame = Buffer.from(raw.slice(raw.indexOf('\r\n\r\n') + 4), 'latin1');
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 1002]);
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalledOnce();
    });
  });

  it('before it was open is told as 1006: the handshake did not hold', async () => {
    const told = vi.fn();
    const { url } = await start(opens(() => ({ closed: told })));
    const broken = handshake.replace('Version: 13', 'Version: 7');
    expect(await exchangeRaw(url, `${broken}\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalledWith(1006);
    });
    expect(told).toHaveBeenCalledOnce();
  });

  it('by terminate is without a close frame', async () => {
    const { url } = await start(
      opens((socket) => ({
        message: () => {
          socket.terminate();
        },
      })),
    );
    const ws = connect(url);
    await once(ws, 'open');
    ws.send('x');
    expect(await once<number>(ws, 'close')).toBe(1006);
  });

  it('comes with the end of the server, whatever is open', async () => {
    const told = vi.fn();
    const { url, server } = await start(opens(() => ({ closed: told })));
    const ws = connect(url);
    await once(ws, 'open');
    const gone = once<number>(ws, 'close');
    await server.close();
    expect(await gone).toBe(1006);
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalledOnce();
    });
  });

  it('leaves no send or close after it that throws', async () => {
    let plain: PlainSocket | undefined;
    const told = vi.fn();
    const { url } = await start(
      opens((socket) => {
        plain = socket;
        return { closed: told };
      }),
    );
    const ws = connect(url);
    await once(ws, 'open');
    ws.terminate();
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalled();
    });
    expect(() => {
      plain?.send('late');
      plain?.ping();
      plain?.close(1000, '');
      plain?.terminate();
    }).not.toThrow();
  });
});

describe('a refused upgrade', () => {
  it('is an ordinary answer, after which the connection ends', async () => {
    const { url } = await start(() => text(401, 'who are you', { 'X-Why': 'no token' }));
    const raw = await exchangeRaw(url, `${handshake}\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 401 /);
    expect(raw).toContain('X-Why: no token');
    expect(raw).toMatch(/content-length: 11\r\n/i);
    expect(raw).toMatch(/\r\n\r\nwho are you$/);
  });

  it('may take its time', async () => {
    const { url } = await start(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return text(403, 'no');
    });
    expect(await exchangeRaw(url, `${handshake}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('is told apart from a request for something else', async () => {
    const { url } = await start((context) => text(200, String(context.request.upgrade)));
    expect(await exchangeRaw(url, `${handshake}\r\n`)).toMatch(/true$/);
    const other = handshake.replace('Upgrade: websocket', 'Upgrade: smtp');
    expect(await exchangeRaw(url, `${other}\r\n`)).toMatch(/false$/);
    expect(await (await fetch(`${url}/probe`)).text()).toBe('false');
  });

  it('of an unknown path is a 404', async () => {
    const { url } = await start(opens(() => ({})));
    const raw = await exchangeRaw(url, `${handshake.replace('/probe', '/probe/none')}\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 404 /);
  });
});
