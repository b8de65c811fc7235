/** A client of TextSecure, as far as a page can be one. */
import type { RequestBody, ResponseBody } from 'countersign/types';
import { call } from './http.js';
import { openEnvelope, type Push } from './push.js';

export interface Account {
  readonly number: string;
  readonly password: string;
  /** 32 bytes for AES-256, then 20 for the MAC. */
  readonly signalingKey: Uint8Array<ArrayBuffer>;
  /** What Apple's push service would call this device. */
  readonly pushId: string;
}

export function newAccount(number: string): Account {
  return {
    number,
    password: crypto.randomUUID(),
    signalingKey: crypto.getRandomValues(new Uint8Array(52)),
    pushId: crypto.randomUUID(),
  };
}

/** Asks for a code, confirms it, says where pushes go, and uploads prekeys. */
export async function register(account: Account): Promise<void> {
  const { number } = account;
  const after = (await messages('sms', number)).cursor;
  await call('GET', `/v1/accounts/sms/code/${number}`);
  const { code } = await nextMessage('sms', number, after);
  const confirmation: RequestBody<'textsecure', 'confirmVerificationCode'> = {
    signalingKey: base64(account.signalingKey),
    supportsSms: false,
  };
  await authorised('PUT', `/v1/accounts/code/${code ?? ''}`, account, confirmation);
  await authorised('PUT', '/v1/accounts/apn/', account, { apnRegistrationId: account.pushId });
  const identityKey = publicKey();
  const preKeys: RequestBody<'textsecure', 'registerPreKeys'> = {
    lastResortKey: { keyId: 0xffffff, publicKey: publicKey(), identityKey },
    keys: [1, 2, 3].map((keyId) => ({ keyId, publicKey: publicKey(), identityKey })),
  };
  await authorised('PUT', '/v1/keys/', account, preKeys);
}

/** Sends a text; a real client would encrypt it with one of the recipient's prekeys. */
export async function sendMessage(from: Account, destination: string, text: string): Promise<void> {
  await authorised('GET', `/v1/keys/${destination}`, from);
  const body = base64(new TextEncoder().encode(text));
  const receipt = await authorised<ResponseBody<'textsecure', 'submitMessages', 200>>(
    'POST',
    '/v1/messages/',
    from,
    { messages: [{ type: 0, destination, body }] },
  );
  if (receipt.failure.length > 0) throw new Error(`${destination} cannot be reached`);
}

/** The newest push of an account, decrypted. The mock's inbox stands for Apple's service. */
export async function receivePush(account: Account): Promise<Push> {
  const { payload } = await nextMessage('apn', account.pushId, '0');
  return openEnvelope(payload?.m ?? '', account.signalingKey);
}

interface Message {
  readonly code: string | null;
  readonly payload: { readonly m: string } | null;
}

interface Messages {
  readonly messages: readonly Message[];
  readonly cursor: string;
}

function messages(channel: string, recipient: string, after = '0'): Promise<Messages> {
  const query = new URLSearchParams({ system: 'textsecure', channel, recipient, after });
  return call('GET', `/_countersign/inbox?${query.toString()}`);
}

async function nextMessage(channel: string, recipient: string, after: string): Promise<Message> {
  const [message] = (await messages(channel, recipient, after)).messages;
  if (message === undefined) throw new Error(`nothing came for ${recipient} by ${channel}`);
  return message;
}

function authorised<Answer = unknown>(
  method: string,
  path: string,
  { number, password }: Account,
  body?: unknown,
): Promise<Answer> {
  const headers = { Authorization: `Basic ${btoa(`${number}:${password}`)}` };
  return call<Answer>(method, path, { headers, body });
}

/** 33 bytes that begin as a public key of Curve25519 does. */
function publicKey(): string {
  return base64(Uint8Array.of(5, ...crypto.getRandomValues(new Uint8Array(32))));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
