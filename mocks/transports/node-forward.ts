import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Marks a request that another mock has passed on: it is not passed on again. */
export const forwardedHeader = 'x-countersign-forwarded';

/** Passes requests on to another mock of the same household, as they are. */
export interface Forwarder {
  /**
   * @param failed called when the other mock cannot be reached and nothing was answered yet; with
   *   true where nothing of the request was sent either, so that it can be tried elsewhere
   */
  http(
    address: string,
    message: IncomingMessage,
    reply: ServerResponse,
    failed: (untouched: boolean) => void,
  ): void;
  upgrade(address: string, message: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function createForwarder(): Forwarder {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const tunnels = new Set<Duplex>();
  return {
    http(address, message, reply, failed) {
      const { hostname, port } = new URL(address);
      const away = request({
        agent,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        method: message.method,
        path: message.url,
        headers: [...message.rawHeaders, forwardedHeader, '1'],
        setHost: false,
      });
      let begun = false;
      away.on('response', (answer) => {
        reply.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
        answer.pipe(reply);
        answer.on('error', () => reply.destroy());
      });
      away.on('error', () => {
        if (reply.headersSent) reply.destroy();
        // A kept connection that the other end has just closed took nothing with it.
        else failed(!begun || (away.reusedSocket && !hasBody(message)));
      });
      // A client that goes away ends its poll at the other mock as well.
      reply.on('close', () => {
        if (!reply.writableFinished) away.destroy();
      });
      const begin = (): void => {
        begun = true;
        message.pipe(away);
      };
      away.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', begin);
        else begin();
      });
    },
    upgrade(address, message, socket, head) {
      const { hostname, port } = new URL(address);
      const away = connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
        const lines = [`${message.method ?? 'GET'} ${message.url ?? '/'} HTTP/1.1`];
        for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
          lines.push(`${message.rawHeaders[at] ?? ''}: ${message.rawHeaders[at + 1] ?? ''}`);
        }
        away.write(`${lines.join('\r\n')}\r\n${forwardedHeader}: 1\r\n\r\n`, 'latin1');
        if (head.length > 0) away.write(head);
        socket.pipe(away).pipe(socket);
      });
      away.setNoDelay(true);
      for (const [one, other] of [
        [socket, away],
        [away, socket],
      ] as const) {
        tunnels.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          tunnels.delete(one);
          other.destroy();
        });
      }
    },
    close() {
      agent.destroy();
      for (const tunnel of tunnels) tunnel.destroy();
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Headers that are about one connection stay on it (RFC 9110, 7.6.1). */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (/^(connection|keep-alive)$/i.test(name) && !/close/i.test(raw[at + 1] ?? '')) continue;
    kept.push(name, raw[at + 1] ?? '');
  }
  return kept;
}
