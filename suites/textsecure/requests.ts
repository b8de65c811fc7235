import { Buffer } from 'node:buffer';
import type { RequestSpec } from '../engine/exchange.js';

/** The requests of the protocol as plain values; nothing is sent here. */

export type Transport = 'sms' | 'voice';

/** A prekey as it is uploaded. */
export interface PreKey {
  readonly keyId: number;
  readonly publicKey: string;
  readonly identityKey: string;
}

export interface Upload {
  readonly lastResortKey: PreKey;
  readonly keys: readonly PreKey[];
}

export interface OutgoingMessage {
  readonly type: number;
  readonly destination: string;
  readonly body: string;
  readonly relay?: string;
  readonly timestamp?: number;
}

/** `Basic` credentials as the page forms them. */
export function basic(number: string, password: string): string {
  return `Basic ${Buffer.from(`${number}:${password}`, 'utf8').toString('base64')}`;
}

/** The same request with an Authorization header; null leaves it out. */
export function authorized(authorization: string | null, spec: RequestSpec): RequestSpec {
  const headers = authorization === null ? {} : { Authorization: authorization };
  return { ...spec, headers: { ...spec.headers, ...headers } };
}

export function codeRequest(number: string, transport: string): RequestSpec {
  return { method: 'GET', path: `/v1/accounts/${transport}/code/${number}` };
}

export function confirmation(code: string, body: object): RequestSpec {
  return { method: 'PUT', path: `/v1/accounts/code/${encodeURIComponent(code)}`, json: body };
}

export function gcmRegistration(id: string): RequestSpec {
  return { method: 'PUT', path: '/v1/accounts/gcm/', json: { gcmRegistrationId: id } };
}

export function apnRegistration(id: string): RequestSpec {
  return { method: 'PUT', path: '/v1/accounts/apn/', json: { apnRegistrationId: id } };
}

export function keyUpload(upload: Upload): RequestSpec {
  return { method: 'PUT', path: '/v1/keys/', json: upload };
}

export function preKeyRequest(number: string, relay?: string): RequestSpec {
  const query = relay === undefined ? '' : `?relay=${encodeURIComponent(relay)}`;
  return { method: 'GET', path: `/v1/keys/${number}${query}` };
}

export function intersection(contacts: readonly string[]): RequestSpec {
  return { method: 'PUT', path: '/v1/directory/tokens', json: { contacts } };
}

export function messages(...list: readonly OutgoingMessage[]): RequestSpec {
  return { method: 'POST', path: '/v1/messages/', json: { messages: list } };
}

export const allocation: RequestSpec = { method: 'GET', path: '/v1/attachments/' };

export function locationRequest(id: string): RequestSpec {
  return { method: 'GET', path: `/v1/attachments/${id}` };
}

const octets = { 'Content-Type': 'application/octet-stream' };

export function upload(location: string, blob: Uint8Array): RequestSpec {
  return { method: 'PUT', path: location, headers: octets, body: blob };
}

export function download(location: string): RequestSpec {
  return { method: 'GET', path: location, headers: octets };
}

/** A JSON text cut off in the middle, declared as JSON. */
export function truncated(spec: RequestSpec): RequestSpec {
  const { json, ...rest } = spec;
  const text = JSON.stringify(json);
  const headers = { ...spec.headers, 'Content-Type': 'application/json' };
  return { ...rest, headers, body: text.slice(0, Math.max(1, Math.floor(text.length / 2))) };
}
