import { json, text } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/misakey/behaviour.js';
import { identityOf } from '../../../mocks/systems/misakey/state.js';
import { eventMessage } from '../../../mocks/systems/misakey/views.js';
import { defineMutants } from '../../model.js';
import { disturbed } from './consequences.js';
import {
  before,
  readAlso,
  replaceAnswer,
  tokenOfPath,
  withSocket,
  withWire,
  type State,
} from './tools.js';

const operation = 'openRealtimeSocket';

/** Checks that open a socket as the statement itself, not as a condition. */
const openings = {
  'misakey.ws.upgrade-answers-101': 'no socket opens at all',
  'misakey.ws.no-csrf-token-needed': 'no socket opens at all',
  'misakey.ws.acr-1-accepted': 'no socket opens at all',
};

/** The text of the 101 with one of its lines changed. */
function inHandshake(change: (head: string) => string): () => (chunk: Uint8Array) => Uint8Array {
  return () => {
    let first = true;
    return (chunk) => {
      if (!first) return chunk;
      first = false;
      return Buffer.from(change(Buffer.from(chunk).toString('latin1')), 'latin1');
    };
  };
}

/** Rewrites control frames of one opcode: their payload may change, not their length. */
function inControlFrame(
  opcode: number,
  change: (payload: Uint8Array) => Uint8Array,
): () => (chunk: Uint8Array) => Uint8Array {
  return () => {
    let payloadComes = false;
    return (chunk) => {
      if (payloadComes && chunk.length > 0) {
        payloadComes = false;
        return change(chunk);
      }
      payloadComes = chunk.length === 2 && chunk[0] === (0x80 | opcode) && chunk[1] !== 0;
      return chunk;
    };
  };
}

const closeCode = (payload: Uint8Array): number => (payload[0] ?? 0) * 256 + (payload[1] ?? 0);
const asCode = (code: number): Uint8Array => Uint8Array.of(code >> 8, code & 255);

export const wsMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'server-never-pings',
    bug: 'The server never pings, so that a dead peer is never noticed.',
    breaks: ['misakey.ws.server-pings'],
    behaviour: () => ({ pingInterval: 0 }),
  },
  {
    name: 'upgrade-answered-200',
    bug: 'The upgrade is answered 200, as the document prints.',
    breaks: ['misakey.ws.upgrade-answers-101'],
    alsoBreaks: openings,
    handlers: {
      [operation]: (next) => (context) => {
        const outcome = next(context);
        return !(outcome instanceof Promise) && 'kind' in outcome ? json(200, {}) : outcome;
      },
    },
  },
  {
    name: 'accept-without-guid',
    bug: 'The accept value is computed without the GUID of RFC 6455.',
    breaks: ['misakey.ws.accept-key-correct'],
    handlers: withWire(
      inHandshake((head) => head.replace(/(Accept: ).{4}/i, (_, name: string) => `${name}AAAA`)),
    ),
  },
  {
    name: 'accept-of-the-sample',
    bug: 'The accept value is the constant of the example in RFC 6455.',
    breaks: ['misakey.ws.accept-key-correct'],
    handlers: withWire(
      inHandshake((head) => head.replace(/(Accept: ).*/i, '$1s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')),
    ),
  },
  {
    name: 'subprotocol-nobody-offered',
    bug: 'The 101 names a subprotocol that the client did not offer.',
    breaks: ['misakey.ws.accept-key-correct'],
    handlers: withWire(
      inHandshake((head) => head.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: events\r\n\r\n')),
    ),
  },
  {
    name: 'quiet-socket-closed',
    bug: 'A socket over which nothing came for a quarter of a second is closed.',
    breaks: ['misakey.ws.stays-open'],
    alsoBreaks: {
      ...disturbed('sockets are closed while the check waits', 'misakey.ws.stays-open'),
      'misakey.push.no-replay': 'sockets are closed while the check waits',
      'misakey.push.isolated-between-identities': 'sockets are closed while the check waits',
      'misakey.push.refused-contact-silent': 'sockets are closed while the check waits',
      'misakey.ws.close-echoed': 'sockets are closed while the check waits',
    },
    handlers: withSocket((attach, socket, context) => {
      const { clock } = context.world;
      const end = (): void => {
        socket.close(1000, '');
      };
      let cancel = clock.after(250, end);
      const wake = (): void => {
        cancel();
        cancel = clock.after(250, end);
      };
      const listener = attach(socket);
      return {
        ...listener,
        message(data, binary) {
          wake();
          listener.message?.(data, binary);
        },
        closed(code) {
          cancel();
          listener.closed?.(code);
        },
      };
    }),
  },
  {
    name: 'upgrade-needs-csrf-cookie',
    bug: 'The CSRF check is made for the socket as well.',
    breaks: ['misakey.ws.no-csrf-token-needed'],
    alsoBreaks: openings,
    handlers: before(operation, (context) =>
      (context.header('cookie') ?? '').includes('accesstoken=') &&
      !(context.header('cookie') ?? '').includes('_csrf=')
        ? json(403, {})
        : undefined,
    ),
  },
  {
    name: 'socket-needs-acr-2',
    bug: 'The socket asks for ACR 2.',
    breaks: ['misakey.ws.acr-1-accepted'],
    behaviour: (base) => ({
      minimumAcr: (id) => (id === operation ? 2 : base.minimumAcr(id)),
    }),
  },
  {
    name: 'weak-token-redirected',
    bug: 'A token of ACR 0 is sent to the sign-in page in place of being refused.',
    breaks: ['misakey.ws.acr-0-refused'],
    respond: replaceAnswer(
      operation,
      ({ status, body }) => status === 403 && String(body).includes('required_acr'),
      (response) => ({ ...response, status: 302, headers: { Location: '/login' }, body: null }),
    ),
  },
  {
    name: 'socket-by-tokentype-alone',
    bug: 'Without accesstoken the socket of the path is opened, when tokentype is there.',
    breaks: ['misakey.ws.no-cookies-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (context, cookies) =>
        cookies.has('tokentype') && !cookies.has('accesstoken') ? tokenOfPath(context) : undefined,
      ),
  },
  {
    name: 'socket-for-anybody',
    bug: 'Without any cookie the socket of the path is opened.',
    breaks: ['misakey.ws.no-cookies-refused', 'misakey.ws.refusal-statuses'],
    alsoBreaks: { 'misakey.ws.query-token-refused': 'it comes without cookies' },
    behaviour: (base) =>
      readAlso(base, operation, (context, cookies) =>
        cookies.size === 0 ? tokenOfPath(context) : undefined,
      ),
  },
  {
    name: 'socket-without-tokentype',
    bug: 'The socket does not look for tokentype.',
    breaks: ['misakey.ws.missing-tokentype-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (_, cookies) =>
        cookies.has('tokentype') ? undefined : cookies.get('accesstoken'),
      ),
  },
  {
    name: 'socket-of-any-tokentype',
    bug: 'The socket takes any tokentype.',
    breaks: ['misakey.ws.other-tokentype-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (_, cookies) =>
        cookies.has('tokentype') ? cookies.get('accesstoken') : undefined,
      ),
  },
  {
    name: 'socket-token-not-looked-up',
    bug: 'For the socket any token that looks like one is taken.',
    breaks: ['misakey.ws.unknown-token-refused', 'misakey.ws.refusal-statuses'],
    alsoBreaks: { 'misakey.ws.altered-token-refused': 'a changed token looks like one, too' },
    behaviour: (base) => ({
      ...readAlso(base, operation, (context, cookies) => {
        const token = cookies.get('accesstoken') ?? '';
        const issued = context.state.tokens.has(token);
        return cookies.has('tokentype') && !issued && token.length === 43
          ? tokenOfPath(context)
          : undefined;
      }),
    }),
  },
  {
    name: 'socket-token-compared-as-prefix',
    bug: 'A token is found by its first 42 characters.',
    breaks: ['misakey.ws.altered-token-refused'],
    behaviour: (base) => ({
      findToken(state, value, id) {
        if (id !== operation) return base.findToken(state, value, id);
        return [...state.tokens.values()].find(
          (token) => value.length >= 42 && token.value.slice(0, 42) === value.slice(0, 42),
        );
      },
    }),
  },
  {
    name: 'socket-token-with-a-tail',
    bug: 'What follows a known token is not looked at.',
    breaks: ['misakey.ws.altered-token-refused'],
    behaviour: (base) => ({
      findToken: (state, value, id) =>
        base.findToken(state, id === operation ? value.slice(0, 43) : value, id),
    }),
  },
  {
    name: 'socket-of-another-identity',
    bug: 'The socket of any identity opens to any token.',
    breaks: ['misakey.ws.other-identity-refused', 'misakey.ws.refusal-statuses'],
    alsoBreaks: {
      'misakey.ws.foreign-origin-refused': 'its control is a strange id',
    },
    behaviour: (base) => ({
      mayActFor: (token, identityId, id) =>
        id === operation || base.mayActFor(token, identityId, id),
    }),
  },
  {
    name: 'socket-of-an-expired-token',
    bug: 'The socket does not look at the expiry of the token.',
    breaks: ['misakey.ws.expired-token-refused'],
    behaviour: (base) => ({
      hasExpired: (token, now, id) => id !== operation && base.hasExpired(token, now, id),
    }),
  },
  {
    name: 'socket-refusals-in-plain-text',
    bug: 'A socket is refused in plain text.',
    breaks: ['misakey.ws.refusal-statuses'],
    respond: replaceAnswer(
      operation,
      ({ status }) => status === 401 || status === 403,
      ({ status }) => text(status, 'refused'),
    ),
  },
  {
    name: 'socket-of-another-identity-401',
    bug: 'The socket of another identity is refused with 401.',
    breaks: ['misakey.ws.refusal-statuses'],
    respond: replaceAnswer(
      operation,
      ({ status, body }) => status === 403 && String(body).startsWith('{'),
      (response) => ({ ...response, status: 401 }),
    ),
  },
  {
    name: 'socket-token-in-query',
    bug: 'The token may come in the query string.',
    breaks: ['misakey.ws.query-token-refused'],
    behaviour: (base) =>
      readAlso(
        base,
        operation,
        (context) =>
          context.query.get('access_token') ?? context.query.get('accesstoken') ?? undefined,
      ),
  },
  {
    name: 'socket-crashes-on-a-bad-id',
    bug: 'A path id that is no UUID makes the server fail.',
    breaks: ['misakey.ws.malformed-id-refused'],
    respond: replaceAnswer(
      operation,
      ({ status, body }) => status === 400 && String(body).includes('malformed'),
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'plain-get-answered-200',
    bug: 'A GET without upgrade is answered 200.',
    breaks: ['misakey.ws.not-an-upgrade-refused'],
    handlers: before(operation, ({ request }) => (request.upgrade ? undefined : json(200, {}))),
  },
  {
    name: 'any-websocket-version',
    bug: 'The version of the protocol is not looked at.',
    breaks: ['misakey.ws.not-an-upgrade-refused'],
    handlers: before(operation, (context) =>
      context.header('sec-websocket-version') === '8' ? json(200, {}) : undefined,
    ),
  },
  {
    name: 'foreign-origin-crashes',
    bug: 'A foreign Origin makes the server fail.',
    breaks: ['misakey.ws.foreign-origin-refused'],
    respond: replaceAnswer(
      operation,
      ({ status }, context) => status === 403 && context.header('origin') !== undefined,
      () => text(500, 'oops'),
    ),
  },
  {
    name: 'pong-without-payload',
    bug: 'A pong does not carry the payload of the ping.',
    breaks: ['misakey.ws.ping-answered'],
    handlers: withWire(inControlFrame(0xa, (payload) => new Uint8Array(payload.length).fill(48))),
  },
  {
    name: 'pong-of-64-bytes-at-most',
    bug: 'The payload of a pong is blank behind its 64th byte.',
    breaks: ['misakey.ws.ping-answered'],
    handlers: withWire(
      inControlFrame(0xa, (payload) =>
        Uint8Array.from(payload, (byte, at) => (at < 64 ? byte : 32)),
      ),
    ),
  },
  {
    name: 'close-always-1000',
    bug: 'A close of a private code is answered with 1000.',
    breaks: ['misakey.ws.close-echoed'],
    handlers: withWire(
      inControlFrame(0x8, (payload) => (closeCode(payload) === 4001 ? asCode(1000) : payload)),
    ),
  },
  {
    name: 'close-answered-going-away',
    bug: 'A normal close is answered with 1001.',
    breaks: ['misakey.ws.close-echoed'],
    handlers: withWire(
      inControlFrame(0x8, (payload) => (closeCode(payload) === 1000 ? asCode(1001) : payload)),
    ),
  },
  {
    name: 'message-limit-8191',
    bug: 'A message of exactly 8192 bytes is too long.',
    breaks: ['misakey.ws.message-size-limit'],
    behaviour: () => ({ maxMessageBytes: 8_191 }),
  },
  {
    name: 'long-message-policy-violation',
    bug: 'A message over the limit closes with 1008.',
    breaks: ['misakey.ws.message-size-limit'],
    handlers: withWire(
      inControlFrame(0x8, (payload) => (closeCode(payload) === 1009 ? asCode(1008) : payload)),
    ),
  },
  {
    name: 'long-message-drops-connection',
    bug: 'A message over the limit ends the connection without a close frame.',
    breaks: ['misakey.ws.message-size-limit'],
    behaviour: () => ({ maxMessageBytes: 100_000 }),
    handlers: withSocket((attach, socket) => {
      const listener = attach(socket);
      return {
        ...listener,
        message(data, binary) {
          if (data.length > 8_192) socket.terminate();
          else listener.message?.(data, binary);
        },
      };
    }),
  },
  {
    name: 'newest-event-on-opening',
    bug: 'On opening, a socket is sent the newest event of the newest box, whoever it belongs to.',
    breaks: ['misakey.push.no-replay'],
    alsoBreaks: {
      'misakey.push.isolated-between-identities': 'boxes of others are shown',
      'misakey.push.no-box-event-before-join': 'boxes of others are shown',
    },
    behaviour: (base) => ({
      subscribe(state, connection) {
        base.subscribe(state, connection);
        const newest = [...state.boxes.values()].at(-1);
        const event = newest?.events[0];
        if (event === undefined) return;
        const shown = identityOf(state, event.senderId).id === connection.identityId;
        connection.send(base.encodeMessage(eventMessage(state, event, shown)));
      },
    }),
  },
]);
