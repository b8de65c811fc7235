/** Servers that behave badly below HTTP, or at its edge. A GET of / is answered well by all of them. */
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface BadServer {
  readonly url: string;
  readonly close: () => void;
}

/** What is done with a request for anything but /; `head` is everything before the blank line. */
export type Behaviour = (socket: Socket, head: string) => void;

export async function startBad(behave: Behaviour): Promise<BadServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = received.slice(0, end);
      received = '';
      if (head.startsWith('GET / ')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else behave(socket, head);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Sends the same piece again and again, as fast as it is taken. */
function withoutEnd(socket: Socket, head: string, piece: string): void {
  socket.write(head);
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

const kilobytes = 'x'.repeat(64 * 1024);

/** By name; each is one way to be no good. */
export const behaviours = {
  hangs: () => undefined,
  'resets in the middle': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy());
  },
  'answers garbage': (socket) => {
    socket.end(Buffer.from('0001fffe67617262616765\r\n\r\n', 'latin1'));
  },
  'sends less than its Content-Length': (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort');
  },
  'sends an endless body': (socket) => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    withoutEnd(socket, head, `10000\r\n${kilobytes}\r\n`);
  },
  'sends endless headers': (socket) => {
    withoutEnd(socket, 'HTTP/1.1 200 OK\r\n', `X-More: ${'y'.repeat(1000)}\r\n`);
  },
} satisfies Readonly<Record<string, Behaviour>>;

/** More than was announced: the answer itself is whole. */
export const longerThanSaid: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more');
};

/** Every answer leads to another server. */
export function redirectTo(url: string): Behaviour {
  return (socket) => {
    socket.write(`HTTP/1.1 302 Found\r\nLocation: ${url}/\r\nContent-Length: 0\r\n\r\n`);
  };
}

/** Opens a WebSocket for who has cookies, sends half a frame, and then nothing, or the end. */
export function halfAFrame(then: 'silence' | 'reset'): Behaviour {
  return (socket, head) => {
    const key = /^sec-websocket-key: *(.+)$/im.exec(head)?.[1];
    if (key === undefined || !/^cookie:/im.test(head)) {
      socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
    );
    // A text frame of 300 bytes, of which ten come.
    socket.write(Buffer.from('817e012c7b226f626a65637422', 'hex'));
    if (then === 'reset') setTimeout(() => socket.resetAndDestroy(), 100);
  };
}
