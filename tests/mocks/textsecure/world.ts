import { createDecipheriv, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Dialect } from '../../../specs/model.js';
import { createMockCore, type MockCore } from '../../../mocks/engine/mock.js';
import { textsecure } from '../../../mocks/systems/textsecure/system.js';
import { call, type CallOptions } from '../../support/request.js';

export const signalingKey =
  'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMw==';
export const publicKey = 'BRhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01Jj';
export const identityKey = 'BeQGGoBvU9l9Fu16tSdfrOx0OI3QcOOiGJynieJjCCZ6';

export interface TestAccount {
  readonly number: string;
  readonly password: string;
  readonly gcmId: string;
  readonly authorization: string;
}

export function newCore(dialect: Dialect = 'documented', seed = 1): MockCore {
  return createMockCore({
    systems: [textsecure],
    dialect,
    seed,
    onBug: (error) => {
      throw error;
    },
  });
}

export function basic(number: string, password: string): string {
  return `Basic ${Buffer.from(`${number}:${password}`).toString('base64')}`;
}

/** Asks for a code and reads it from the inbox. */
export async function codeFor(core: MockCore, number: string, transport = 'sms'): Promise<string> {
  await call(core, { path: `/v1/accounts/${transport}/code/${number}` });
  return core.world.inbox.list({ channel: transport, recipient: number }).at(-1)?.code ?? 'none';
}

export async function confirm(
  core: MockCore,
  number: string,
  password: string,
  body: object = { signalingKey, supportsSms: false },
): Promise<number> {
  const code = await codeFor(core, number);
  const answer = await call(core, {
    method: 'PUT',
    path: `/v1/accounts/code/${code}`,
    headers: { authorization: basic(number, password) },
    body,
  });
  return answer.status;
}

/** A confirmed account with a GCM id. */
export async function register(core: MockCore, digits: number): Promise<TestAccount> {
  const number = `+1555${String(digits).padStart(7, '0')}`;
  const password = `password-${String(digits)}`;
  const account = {
    number,
    password,
    gcmId: `gcm-${String(digits)}`,
    authorization: basic(number, password),
  };
  await confirm(core, number, password);
  await as(core, account, {
    method: 'PUT',
    path: '/v1/accounts/gcm/',
    body: { gcmRegistrationId: account.gcmId },
  });
  return account;
}

export function as(core: MockCore, account: TestAccount, options: CallOptions) {
  const headers = { authorization: account.authorization, ...options.headers };
  return call(core, { ...options, headers });
}

export function send(core: MockCore, sender: TestAccount, ...messages: object[]) {
  return as(core, sender, { method: 'POST', path: '/v1/messages/', body: { messages } });
}

export function key(keyId: number): object {
  return { keyId, publicKey, identityKey };
}

/** The payloads handed to GCM for an id, oldest first. */
export function pushes(core: MockCore, id: string, channel = 'gcm'): unknown[] {
  return core.world.inbox.list({ channel, recipient: id }).map((message) => message.payload);
}

/** Opens an envelope as a client does; throws where the MAC does not hold. */
export function open(envelope: string, keyText = signalingKey): Buffer {
  const bytes = Buffer.from(envelope, 'base64');
  const keys = Buffer.from(keyText, 'base64');
  const signed = bytes.subarray(0, -10);
  const mac = createHmac('sha256', keys.subarray(32)).update(signed).digest().subarray(0, 10);
  if (!mac.equals(bytes.subarray(-10))) throw new Error('the MAC does not hold');
  const decipher = createDecipheriv('aes-256-cbc', keys.subarray(0, 32), bytes.subarray(1, 17));
  return Buffer.concat([decipher.update(signed.subarray(17)), decipher.final()]);
}

export interface Vectors {
  readonly directoryTokens: readonly { number: string; token: string; tokenPadded: string }[];
  readonly basicAuth: readonly { number: string; password: string; authorization: string }[];
  readonly incomingPushMessageSignals: readonly {
    name: string;
    fields: {
      type?: number;
      source: string;
      relay?: string;
      timestamp: string;
      messageHex: string;
    };
    protobufHex: string;
  }[];
  readonly envelopes: readonly {
    name: string;
    signalingKey: string;
    ivHex: string;
    plaintextHex: string;
    ciphertextHex: string;
    macHex: string;
    envelope: string;
  }[];
  readonly envelopeLengths: readonly { plaintext: number; envelope: number }[];
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/textsecure.json', import.meta.url), 'utf8'),
) as Vectors;
