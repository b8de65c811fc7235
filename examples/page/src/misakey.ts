/** A client of Misakey: opens its socket, contacts somebody, and shows what the socket says. */
import type { RequestBody, ResponseBody } from 'countersign/types';
import { call } from './http.js';

interface Identity {
  readonly id: string;
  readonly accessToken: string;
  readonly publicKey: string;
}

export async function contactBob(title: string, say: (line: string) => void): Promise<void> {
  const [alice, bob] = await identities();
  if (alice === undefined || bob === undefined) throw new Error('the mock has no two identities');
  logIn(alice);
  const socket = new WebSocket(new URL(`/box-users/${alice.id}/ws`, location.href));
  try {
    await happens(socket, 'open');
    say('the socket is open');
    const event = happens(socket, 'message');
    const box = await contact(alice, bob, title);
    say(`the box ${box.id} is there`);
    const { type, object } = JSON.parse(String((await event).data)) as Told;
    say(`the socket says ${type}: ${object.type} of “${object.content.title}”`);
  } finally {
    socket.close();
  }
}

interface Told {
  readonly type: string;
  readonly object: { readonly type: string; readonly content: { readonly title: string } };
}

/** The mock's people; a real client has logged one of them in. */
async function identities(): Promise<readonly Identity[]> {
  const { credentials } = await call<{
    readonly credentials: { readonly misakey: { readonly identities: readonly Identity[] } };
  }>('GET', '/_countersign/');
  return credentials.misakey.identities;
}

/** Sets the cookies that the login sets; a browser sends them with requests and with the socket. */
function logIn({ accessToken }: Identity): void {
  document.cookie = `accesstoken=${accessToken}; path=/`;
  document.cookie = 'tokentype=bearer; path=/';
}

async function contact(
  from: Identity,
  to: Identity,
  title: string,
): Promise<ResponseBody<'misakey', 'contactUser', 201>> {
  const csrf = await call<ResponseBody<'misakey', 'getCsrfToken', 200>>('GET', '/csrf');
  const body: RequestBody<'misakey', 'contactUser'> = {
    contacted_identity_id: to.id,
    box: { title, public_key: secret() },
    key_share: {
      misakey_share: secret(),
      invitation_share_hash: secret(),
      encrypted_invitation_key_share: secret(),
    },
    crypto: { invitation_data: { [to.publicKey]: 'the encrypted crypto action' } },
  };
  const headers = { 'X-CSRF-Token': csrf.csrf_token };
  return call('POST', `/box-users/${from.id}/contact`, { headers, body });
}

/** 32 random bytes in unpadded base64url, where a real client has the outcome of its cryptography. */
function secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** @throws Error when the socket ends before */
function happens<Name extends 'open' | 'message'>(
  socket: WebSocket,
  name: Name,
): Promise<WebSocketEventMap[Name]> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(name, resolve, { once: true });
    socket.addEventListener('close', ({ code }) => {
      reject(new Error(`the socket was closed with ${String(code)}`));
    });
  });
}
