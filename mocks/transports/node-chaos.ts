/** Chaos on the wire of HTTP and WebSocket; what it chooses from is told in `engine/chaos.ts`. */
import type { ServerResponse } from 'node:http';
import { chaosRandom, createForms, happens, piecesOf, type ChaosOptions } from '../engine/chaos.js';
import type { SendMessage } from './node-websocket.js';
import type { WriteResponse } from './node-answer.js';

export interface Chaos {
  readonly write: WriteResponse;
  readonly send: SendMessage;
}

/** @param plain writes an answer in one piece */
export function createChaos(options: ChaosOptions, plain: WriteResponse): Chaos {
  const random = chaosRandom(options);
  const formOf = createForms(random);
  return {
    write(message, reply, response) {
      const form = formOf(message.url ?? '', response);
      if (form === null) {
        plain(message, reply, response);
        return;
      }
      const write = form.inPieces ? writeChunked : plain;
      setTimeout(() => {
        if (reply.destroyed) return;
        if (form.closes) closeAfter(reply);
        write(message, reply, form.response);
      }, form.delay);
    },
    send(ws, text) {
      const bytes = Buffer.from(text);
      const at = random.integer(bytes.length + 1);
      const [pingsBefore, fragmented, pingsBetween] = [
        happens(random),
        happens(random),
        happens(random),
      ];
      if (pingsBefore) ws.ping();
      if (!fragmented) {
        ws.send(text);
        return;
      }
      // Anywhere, so that a character may be in two frames.
      ws.send(bytes.subarray(0, at), { binary: false, fin: false });
      if (pingsBetween) ws.ping();
      ws.send(bytes.subarray(at), { binary: false, fin: true });
    },
  };
}

/** Writes a body in chunks without a Content-Length. */
export const writeChunked: WriteResponse = (message, reply, response) => {
  const { status, body } = response;
  reply.writeHead(status, response.headers as Record<string, string | string[]>);
  if (body === null || status === 204 || status === 304 || message.method === 'HEAD') {
    reply.end();
    return;
  }
  for (const piece of piecesOf(Buffer.from(body))) reply.write(piece);
  reply.end();
};

/** Has the connection closed after this answer: there is no keep-alive. */
export function closeAfter(reply: ServerResponse): void {
  reply.shouldKeepAlive = false;
  const { socket } = reply;
  reply.once('finish', () => socket?.end());
}
