import type { Dialect } from '../../../specs/model.js';
import type { PlainSocket, SocketListener } from '../../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../../mocks/engine/mock.js';
import { people } from '../../../mocks/systems/misakey/people.js';
import { profile } from '../../../mocks/systems/misakey/profile.js';
import { misakey } from '../../../mocks/systems/misakey/system.js';
import { call, plainRequest } from '../../support/request.js';

export type Answer = Awaited<ReturnType<typeof call>>;

export const csrf = 'AbCdEfGhIjKlMnOpQrStUvWxYz012345';

function person(index: number): { id: string; token: string; key: string; identifiedKey: string } {
  const entry = profile.identities[index];
  const identity = people.identities[index];
  if (entry === undefined || identity === undefined) throw new Error(`no person ${String(index)}`);
  return {
    id: entry.id,
    token: entry.accessToken,
    key: entry.publicKey ?? '',
    identifiedKey: identity.identifiedKey ?? '',
  };
}

export const alice = person(0);
export const bob = person(1);
export const carol = person(2);

/** The cookies of a person, with the CSRF cookie. */
export function cookies(token: string): string {
  return `accesstoken=${token}; tokentype=bearer; _csrf=${csrf}`;
}

let hashes = 0;

/** A share hash that no other contact of this run uses. */
export function freshHash(): string {
  hashes += 1;
  return `hash${String(hashes).padStart(18, '0')}`;
}

export interface ContactBody {
  [member: string]: unknown;
  box: Record<string, unknown>;
  key_share: Record<string, unknown>;
}

/** A valid contact of Bob under the names of the document. */
export function contactBody(): ContactBody {
  return {
    contacted_identity_id: bob.id,
    box: { title: 'User1 - User2', public_key: 'SXvalkvhuhcj2UiaS4d0Q3OeuHOhMVeQT7ZGfCH2YCw' },
    key_share: {
      misakey_share: 'lBHT1vfwFAIBig5Nj_sD_w',
      invitation_share_hash: freshHash(),
      encrypted_invitation_key_share: 'cGYMzgIO9rc03WoSLAyoiQdLu7he5VbMRImLhRPmwTQ',
    },
    crypto: { invitation_data: { [bob.key]: 'encrypted crypto action' } },
  };
}

/** The same under the names of the server of March 2021. */
export function olderContactBody(): ContactBody {
  const { contacted_identity_id, crypto, key_share, ...rest } = contactBody();
  const { invitation_share_hash, ...shares } = key_share;
  return {
    ...rest,
    identity_id: contacted_identity_id,
    key_share: { ...shares, other_share_hash: invitation_share_hash },
    invitation_data: (crypto as { invitation_data: unknown }).invitation_data,
  };
}

/** A socket under watch. */
export interface Watch {
  readonly messages: { type: string; object: Record<string, unknown> }[];
  readonly texts: string[];
  readonly pings: () => number;
  readonly terminated: () => boolean;
  readonly listener: SocketListener;
  say(text: string): void;
}

export interface TestWorld {
  readonly core: MockCore;
  readonly bugs: unknown[];
  send(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  contact(body: unknown, options?: { token?: string; id?: string }): Promise<Answer>;
  open(who: { id: string; token: string }): Promise<Watch>;
}

export const handshake = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export function createWorld(dialect: Dialect = 'documented'): TestWorld {
  const bugs: unknown[] = [];
  const core = createMockCore({
    systems: [misakey],
    dialect,
    seed: 1,
    onBug: (error) => bugs.push(error),
  });
  const send: TestWorld['send'] = (method, path, { token, body, headers } = {}) =>
    call(core, {
      method,
      path,
      ...(body === undefined ? {} : { body: body as object }),
      headers: {
        ...(token === undefined ? { cookie: `_csrf=${csrf}` } : { cookie: cookies(token) }),
        'x-csrf-token': csrf,
        ...headers,
      },
    });
  return {
    core,
    bugs,
    send,
    contact: (body, { token = alice.token, id = alice.id } = {}) =>
      send('POST', `/box-users/${id}/contact`, { token, body }),
    async open({ id, token }) {
      const request = plainRequest({
        path: `/box-users/${id}/ws`,
        headers: { ...handshake, cookie: `accesstoken=${token}; tokentype=bearer` },
        upgrade: true,
      });
      const outcome = await core.dispatch('GET', request.path).run(request);
      if (!('kind' in outcome)) throw new Error(`refused with ${String(outcome.status)}`);
      return watch((socket) => outcome.attach(socket));
    },
  };
}

function watch(attach: (socket: PlainSocket) => SocketListener): Watch {
  const texts: string[] = [];
  const messages: Watch['messages'] = [];
  let pings = 0;
  let terminated = false;
  const listener = attach({
    send(text) {
      texts.push(text);
      messages.push(JSON.parse(text) as Watch['messages'][number]);
    },
    close: () => undefined,
    ping: () => {
      pings += 1;
    },
    terminate: () => {
      terminated = true;
    },
  });
  return {
    messages,
    texts,
    pings: () => pings,
    terminated: () => terminated,
    listener,
    say: (text) => listener.message?.(new TextEncoder().encode(text), false),
  };
}
