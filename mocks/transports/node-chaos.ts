/**
 * Seeded chaos: each answer and each message in another form that every server may choose, so that a
 * client which relies on the mock's own form is found out. Nothing in it breaks a rule.
 */
import type { ServerResponse } from 'node:http';
import {
  contentTypeWithCharset,
  extraMembers,
  headersInLowerCase,
  headersInUpperCase,
  jsonLaidOut,
  membersReversed,
  proxyHeaders,
  type LegalForm,
} from '../engine/legal-forms.js';
import { createRandom } from '../engine/random.js';
import type { SendMessage } from './node-websocket.js';
import type { WriteResponse } from './node.js';

export interface Chaos {
  readonly write: WriteResponse;
  readonly send: SendMessage;
}

/** In the order in which they are applied; each answer has each with one chance in three. */
const forms: readonly LegalForm[] = [
  membersReversed,
  extraMembers,
  jsonLaidOut,
  contentTypeWithCharset,
  proxyHeaders,
];

const headerCases: readonly LegalForm[] = [
  headersInLowerCase,
  headersInUpperCase,
  (response) => response,
];

/** Milliseconds by which an answer is late at most: enough to overtake, too little to slow tests. */
const longestDelay = 12;
const oneIn = 3;

/**
 * @param seed makes the same choices for the same requests in the same order
 * @param plain writes an answer in one piece
 */
export function createChaos(seed: number | undefined, plain: WriteResponse): Chaos {
  const random = createRandom(seed, 'chaos');
  const happens = (): boolean => random.integer(oneIn) === 0;
  return {
    write(message, reply, response) {
      // What tests steer the mock by stays as it is; attachments below it are a system's own.
      if (/^\/_countersign(\/(?!attachments\/)|$|\?)/.test(message.url ?? '')) {
        plain(message, reply, response);
        return;
      }
      // All draws are made at once: how they go on must not depend on what an answer holds.
      const chosen = forms.filter(happens);
      const altered = [...chosen, random.pick(headerCases)].reduce(
        (current, form) => form(current),
        response,
      );
      const write = happens() ? writeChunked : plain;
      const closes = happens();
      const delay = random.integer(longestDelay + 1);
      setTimeout(() => {
        if (reply.destroyed) return;
        if (closes) closeAfter(reply);
        write(message, reply, altered);
      }, delay);
    },
    send(ws, text) {
      const bytes = Buffer.from(text);
      const at = random.integer(bytes.length + 1);
      const [pingsBefore, fragmented, pingsBetween] = [happens(), happens(), happens()];
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
  const bytes = Buffer.from(body);
  const step = Math.max(1, Math.ceil(bytes.length / 7));
  for (let at = 0; at < bytes.length; at += step) reply.write(bytes.subarray(at, at + step));
  reply.end();
};

/** Has the connection closed after this answer: there is no keep-alive. */
export function closeAfter(reply: ServerResponse): void {
  reply.shouldKeepAlive = false;
  const { socket } = reply;
  reply.once('finish', () => socket?.end());
}
