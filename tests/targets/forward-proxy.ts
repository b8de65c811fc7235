/** An HTTP proxy as companies have them: it alone knows where the hosts of the inside are. */
import { createServer, request as send } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tie } from './tied-sockets.js';

export interface ForwardProxy {
  readonly url: string;
  /** What it was asked for: `GET http://host/path` or `CONNECT host:port`. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

/** @param hosts ports of 127.0.0.1 by host name; any other host is refused with 403 */
export async function startForwardProxy(
  hosts: Readonly<Record<string, number>>,
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const address = request.url ?? '';
    asked.push(`${request.method ?? ''} ${address}`);
    const { hostname, pathname, search } = new URL(address);
    const port = hosts[hostname];
    if (port === undefined) {
      response.writeHead(403).end();
      return;
    }
    const { method, headers } = request;
    const forwarded = send(
      { host: '127.0.0.1', port, method, path: pathname + search, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.on('connect', (request, outer: Socket, head: Buffer) => {
    const address = request.url ?? '';
    asked.push(`CONNECT ${address}`);
    const port = hosts[address.replace(/:\d+$/, '')];
    if (port === undefined) {
      outer.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const inner = connect(port, '127.0.0.1', () => {
      outer.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      inner.write(head);
      inner.pipe(outer).pipe(inner);
    });
    tie(inner, outer, sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    asked,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
