import { empty, withHeaders, withSend } from '../../mocks/engine/http.js';
import type { Behaviour } from '../../mocks/systems/misakey/behaviour.js';
import { freedoms } from '../../mocks/systems/misakey/freedoms.js';
import { parseCookies } from '../../mocks/systems/misakey/cookies.js';
import type { MisakeyState } from '../../mocks/systems/misakey/state.js';
import { withSocket, withWire, type Json } from '../mutants/misakey/tools.js';
import { defineVariant, type Variant } from '../model.js';
import { freedomVariants } from './freedoms.js';
import { genericVariants } from './generic.js';

const system = 'misakey';

/** Splits every text message into two frames. */
function fragmenting(): (chunk: Uint8Array) => Uint8Array {
  let held = false;
  return (chunk) => {
    if (held) {
      held = false;
      const middle = Math.floor(chunk.length / 2);
      return Buffer.concat([
        frameHeader(0x01, middle),
        chunk.subarray(0, middle),
        frameHeader(0x80, chunk.length - middle),
        chunk.subarray(middle),
      ]);
    }
    // The header of a text frame comes as a chunk of its own, before its payload.
    held = chunk[0] === 0x81 && chunk.length <= 10;
    return held ? new Uint8Array(0) : chunk;
  };
}

function frameHeader(first: number, length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(first, length);
  return Uint8Array.of(first, 126, length >> 8, length & 255);
}

const uuids = /"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/g;
const inUpperCase = (text: string): string => text.replaceAll(uuids, (id) => id.toUpperCase());

const boxRoots = ['/boxes/', '/box-key-shares/', '/identities/'];

/** Servers that differ from the mock as the documents and the tolerated outcomes allow. */
export const misakeyVariants: readonly Variant[] = [
  ...genericVariants(system),
  ...freedomVariants(system, freedoms),
  defineVariant<MisakeyState, Behaviour>({
    family: 'observed-dialect',
    system,
    difference: 'The server of March 2021: older member names, other ACRs.',
    dialect: 'observed',
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'fragmented-messages',
    system,
    difference: 'Every message of the server comes in two frames, as RFC 6455 allows.',
    alteration: { handlers: withWire(fragmenting) },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'pings-at-any-time',
    system,
    difference: 'The server pings as soon as a socket is open, and before each message.',
    alteration: {
      handlers: withSocket((attach, socket) => {
        socket.ping();
        return attach(
          withSend(socket, (text) => {
            socket.ping();
            socket.send(text);
          }),
        );
      }),
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'unrelated-messages',
    system,
    difference: 'Messages of unknown types and about other things come in between.',
    alteration: {
      handlers: withSocket((attach, socket) => {
        const noise = (): void => {
          socket.send(JSON.stringify({ type: 'user.typing', object: { at: 1 } }));
          socket.send(
            JSON.stringify({
              type: 'notification',
              object: {
                id: 0,
                type: 'user.create_account',
                details: null,
                created_at: '2026-01-01T00:00:00Z',
                acknowledged_at: null,
              },
            }),
          );
        };
        return attach(
          withSend(socket, (text) => {
            noise();
            socket.send(text);
          }),
        );
      }),
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'ids-in-upper-case',
    system,
    difference: 'UUIDs are written in upper case on the socket and in the answer to a contact.',
    alteration: {
      behaviour: (base) => ({
        encodeMessage: (message) => inUpperCase(base.encodeMessage(message)),
      }),
      respond: (response, context) =>
        context.operation?.id === 'contactUser' && typeof response.body === 'string'
          ? { ...response, body: inUpperCase(response.body) }
          : response,
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'times-in-seconds',
    system,
    difference: 'The time of a box has no fraction.',
    alteration: {
      respond: (response, context) =>
        context.operation?.id === 'contactUser' && typeof response.body === 'string'
          ? {
              ...response,
              body: response.body.replace(/("server_created_at":"[^."]*)\.\d+Z/, '$1Z'),
            }
          : response,
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'tolerated-statuses',
    system,
    difference: 'A contact that is not of the right form is answered 422, an unknown token 403.',
    alteration: {
      respond: (response, context) => {
        if (context.operation?.id !== 'contactUser') return response;
        if (response.status === 400) return restated(response, 422, 'unprocessable_entity');
        return response.status === 401 ? restated(response, 403, 'forbidden') : response;
      },
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'no-csrf-route',
    system,
    difference: 'GET /csrf is not offered; any equal pair is taken.',
    alteration: { handlers: { getCsrfToken: () => () => empty(404) } },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'other-csrf-cookie',
    system,
    difference: 'The CSRF cookie has another name, a second cookie comes with it.',
    alteration: {
      behaviour: (base) => ({
        csrfHolds: (context) =>
          ['GET', 'HEAD', 'OPTIONS'].includes(context.request.method) ||
          parseCookies(context.header('cookie')).get('XSRF') === context.header('x-csrf-token')
            ? context.header('x-csrf-token') !== undefined || base.csrfHolds(context)
            : false,
      }),
      respond(response, context) {
        if (context.operation?.id !== 'getCsrfToken') return response;
        const { csrf_token: token } = JSON.parse(String(response.body)) as Json;
        return withHeaders(response, {
          'Set-Cookie': [`XSRF=${String(token)}; Path=/`, 'lb=a1; Path=/'],
        });
      },
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'larger-limits',
    system,
    difference: 'Shares and client messages may be longer; a title is counted in characters.',
    alteration: {
      behaviour: () => ({
        maxMessageBytes: 100_000,
        shareLimit: () => 100_000,
        titleFits: (title) => title.length <= 50,
      }),
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'invitation-as-a-type',
    system,
    difference: 'The invitation is a message type of its own, as a linked document has it.',
    alteration: {
      behaviour: (base) => ({
        encodeMessage: (message) =>
          message.object.type === 'box.auto_invite'
            ? base.encodeMessage({
                type: 'box.auto_invite',
                object: message.object.details as Json,
              })
            : base.encodeMessage(message),
      }),
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'titles-trimmed',
    system,
    difference: 'Blanks at the ends of a title are removed.',
    alteration: {
      respond: (response, context) => {
        if (context.operation?.id !== 'contactUser' || response.status !== 201) return response;
        const body = JSON.parse(String(response.body)) as Json;
        return { ...response, body: JSON.stringify({ ...body, title: String(body.title).trim() }) };
      },
    },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'any-origin',
    system,
    difference: 'The allow-list of origins is open.',
    alteration: { behaviour: () => ({ originIsAllowed: () => true }) },
  }),
  defineVariant<MisakeyState, Behaviour>({
    family: 'no-box-routes',
    system,
    difference: 'The routes around a box are not served: the document does not have them.',
    alteration: {
      respond: (response, context) =>
        boxRoots.some((root) => context.request.path.startsWith(root))
          ? { ...response, status: 404, body: null }
          : response,
    },
  }),
];

function restated(
  response: {
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    body: unknown;
  },
  status: number,
  code: string,
) {
  const body = JSON.parse(String(response.body)) as Json;
  return { headers: response.headers, status, body: JSON.stringify({ ...body, code }) };
}
