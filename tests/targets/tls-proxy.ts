/** A TLS terminator in front of a plain server: HTTP and upgraded connections alike. */
import { request as send, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Certificates } from './certificates.js';
import { tie } from './tied-sockets.js';

export interface TlsProxyOptions {
  readonly certificates: Certificates;
  /** Plain base URL of the server behind. */
  readonly to: string;
  /** True refuses connections without a certificate of the same authority. */
  readonly clientCertificate?: boolean;
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** Path below which the server appears; it does not see it itself. */
  readonly basePath?: string;
  /** Called with each request that comes through. */
  readonly seen?: (request: IncomingMessage) => void;
}

export interface TlsProxy {
  readonly url: string;
  readonly port: number;
  /** The most connections that were open at one time. */
  readonly mostConnections: () => number;
  readonly close: () => void;
}

export async function startTlsProxy(options: TlsProxyOptions): Promise<TlsProxy> {
  const {
    certificates,
    to,
    clientCertificate = false,
    host = '127.0.0.1',
    basePath = '',
  } = options;
  const inside = (path: string): string | null =>
    path.startsWith(basePath) ? path.slice(basePath.length) || '/' : null;
  let open = 0;
  let most = 0;
  const behind = new URL(to);
  const server = createServer({
    ...certificates.server,
    ca: certificates.authority.cert,
    requestCert: clientCertificate,
    rejectUnauthorized: clientCertificate,
  });
  server.on('connection', (socket: Socket) => {
    open += 1;
    most = Math.max(most, open);
    socket.on('close', () => (open -= 1));
  });
  server.on('request', (request, response) => {
    options.seen?.(request);
    const path = inside(request.url ?? '');
    if (path === null) {
      response.writeHead(404).end();
      return;
    }
    const forwarded = send(
      {
        ...{ host: behind.hostname, port: behind.port, method: request.method, path },
        headers: { ...request.headers, 'x-forwarded-proto': 'https' },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  });
  const sockets = new Set<Socket>();
  server.on('upgrade', (request: IncomingMessage, outer: Socket, head: Buffer) => {
    options.seen?.(request);
    const path = inside(request.url ?? '');
    if (path === null) {
      outer.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    const inner = connect(Number(behind.port), behind.hostname, () => {
      const lines = [`${request.method ?? ''} ${path} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2)
        lines.push(`${request.rawHeaders[at] ?? ''}: ${request.rawHeaders[at + 1] ?? ''}`);
      inner.write(`${lines.join('\r\n')}\r\n\r\n`);
      inner.write(head);
      inner.pipe(outer).pipe(inner);
    });
    tie(inner, outer, sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${String(port)}${basePath}`,
    port,
    mostConnections: () => most,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
