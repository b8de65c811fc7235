import { BinaryReader } from '@bufbuild/protobuf/wire';
import { cbc } from '@noble/ciphers/aes.js';
import {
  clientFault,
  type ClientFault,
  type Insight,
  type Revealed,
} from '../../engine/insight.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import type { Behaviour, Context } from './behaviour.js';
import { basicPart, equalBytes, readCredentials } from './credentials.js';
import {
  envelopeMac,
  macLength,
  signalingKeyLength,
  type SignalingKey,
} from './crypto/envelope.js';
import { tokenLength } from './crypto/token.js';
import { peer } from './federation.js';
import type { Account, State } from './state.js';

/** Opens pushes, and tells why credentials, codes and Base64 were refused. */
export const insight: Insight<State, Behaviour> = {
  explain(context, response) {
    switch (response.status) {
      case 401:
        return credentialFaults(context);
      case 403:
        return context.operation?.id.startsWith('confirm') === true ? codeFaults(context) : [];
      case 400:
      case 415:
        return base64Faults(context);
      case 404:
        return unreachable(context);
      default:
        return [];
    }
  },
  reveal({ channel, recipient, payload }, state) {
    const text = envelopeOf(payload);
    const bytes = text === null ? null : decodeBase64(text);
    if ((channel !== 'gcm' && channel !== 'apn') || bytes === null) return null;
    const opened = ({ number, push, signalingKey }: Account): Revealed | null => {
      if (signalingKey === null) return null;
      if (!push.some((target) => target.channel === channel && target.id === recipient))
        return null;
      const signal = open(bytes, signalingKey);
      return signal === null ? null : [['to', number], ...signal];
    };
    // One after the other: there may be a million.
    for (const account of state.accounts.values()) {
      const revealed = opened(account);
      if (revealed !== null) return revealed;
    }
    return opened(peer.account);
  },
};

const header = 'Authorization';

function credentialFaults(context: Context): ClientFault[] {
  const given = context.header('authorization');
  const form = 'send Basic with the Base64 text of number:password';
  if (given === undefined) return [clientFault('credentials', header, 'it is missing', form)];
  const fault = (message: string, remedy: string | null): ClientFault[] => [
    clientFault('credentials', header, message, remedy),
  ];
  const part = basicPart(given, false);
  if (part === null) return fault('its scheme is not Basic', form);
  const bytes = decodeBase64(part);
  if (bytes === null) return fault(`it is no Base64: ${base64Trouble(part)}`, form);
  const credentials = readCredentials(part);
  if (credentials === null) {
    return fault('what it decodes to is not number:password in UTF-8', form);
  }
  const { number } = credentials;
  const account = context.state.accounts.get(number);
  if (account === undefined) {
    const known = context.state.accounts.get(`+${number}`) !== undefined;
    return fault(
      `the number ${JSON.stringify(number.slice(0, 40))} is not confirmed`,
      known ? 'it was confirmed with a plus sign before it' : 'ask for a code and confirm it first',
    );
  }
  return fault('the password is not the one that this number was confirmed with', null);
}

function codeFaults(context: Context): ClientFault[] {
  const given = context.param('verification_code');
  const number = readCredentials(basicPart(context.header('authorization'), false))?.number ?? '';
  const pending = context.behaviour.codesFor(context.state, number);
  const newest = pending.at(-1);
  if (newest === undefined) {
    const message = `no code was sent to ${JSON.stringify(number.slice(0, 40))}`;
    return [clientFault('state', 'verification_code', message, 'ask for one first')];
  }
  const message =
    given.replaceAll('-', '') === newest
      ? 'the code has a dash, which belongs to the text of the SMS only'
      : 'it is not the code that was sent last to this number';
  return [clientFault('path', 'verification_code', message, `the code is ${newest}`)];
}

/** Lengths in bytes of what clients send as Base64. */
const lengths: Readonly<Record<string, number>> = {
  signalingKey: signalingKeyLength,
  contacts: tokenLength,
};

/** Base64 members that are none, or of another length, wherever they stand in the body. */
function base64Faults(context: Context): ClientFault[] {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(context.request.body));
  } catch {
    return [];
  }
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(lengths).flatMap(([name, length]) => {
    const value = (body as Record<string, unknown>)[name];
    const texts = Array.isArray(value) ? (value as unknown[]) : [value];
    return texts.flatMap((text, index) => {
      if (typeof text !== 'string') return [];
      const bytes = decodeBase64(text);
      const place = Array.isArray(value) ? `${name}.${String(index)}` : name;
      if (bytes === null) {
        const message = `it is no Base64: ${base64Trouble(text)}`;
        return [clientFault('body', place, message, `send Base64 of ${String(length)} bytes`)];
      }
      if (bytes.length === length) return [];
      const message = `it has ${String(bytes.length)} bytes`;
      return [clientFault('body', place, message, `send Base64 of ${String(length)} bytes`)];
    });
  });
}

function base64Trouble(text: string): string {
  const outside = /[^A-Za-z0-9+/=]/.exec(text)?.[0];
  if (outside === '-' || outside === '_')
    return 'it has the alphabet of URLs (- and _), not + and /';
  if (outside !== undefined) return `${JSON.stringify(outside)} is not in its alphabet`;
  if (/=[^=]/.test(text)) return 'padding stands inside of it';
  return 'its padding does not complete a group of four characters';
}

function unreachable(context: Context): ClientFault[] {
  const { number } = context.params;
  if (number === undefined || context.operation?.id !== 'getPreKey') return [];
  const account = context.state.accounts.get(number);
  if (account === undefined) {
    return [clientFault('state', 'number', `${number} is not registered`, 'confirm it first')];
  }
  return [clientFault('state', 'number', `${number} has no prekey left`, 'PUT /v1/keys/ as it')];
}

/** The Base64 text of a push in either channel's form and either dialect. */
function envelopeOf(payload: unknown): string | null {
  if (typeof payload === 'string') return payload;
  if (typeof payload !== 'object' || payload === null) return null;
  const { message, m } = payload as Record<string, unknown>;
  return typeof message === 'string' ? message : typeof m === 'string' ? m : null;
}

const blockLength = 16;

/** Checks the MAC and decrypts: version, iv, ciphertext, mac. */
function open(bytes: Uint8Array, key: SignalingKey): [string, string][] | null {
  if (bytes.length < 1 + 2 * blockLength + macLength) return null;
  const signed = bytes.subarray(0, -macLength);
  if (!equalBytes(envelopeMac(key.mac, signed), bytes.subarray(-macLength))) return null;
  try {
    const iv = signed.subarray(1, 1 + blockLength);
    return readSignal(cbc(key.aes, iv).decrypt(signed.subarray(1 + blockLength)));
  } catch {
    return null;
  }
}

/** Fields of the IncomingPushMessageSignal by number; see specs/textsecure/*.proto. */
function readSignal(bytes: Uint8Array): [string, string][] {
  const reader = new BinaryReader(bytes);
  const fields: [string, string][] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === 1) fields.push(['type', String(reader.uint32())]);
    else if (number === 2) fields.push(['from', reader.string()]);
    else if (number === 3) fields.push(['relay', reader.string()]);
    else if (number === 5) fields.push(['sent', dateOf(reader.uint64())]);
    else if (number === 6) fields.push(['message', readable(reader.bytes())]);
    else reader.skip(type, number);
  }
  return fields;
}

function dateOf(milliseconds: bigint | string | number): string {
  return new Date(Number(milliseconds)).toISOString();
}

/** Text where the bytes are text, else Base64: a message is the clients' own ciphertext. */
function readable(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!/[^\P{Cc}\t\n\r]/u.test(text)) return text;
  } catch {
    // It is no text.
  }
  return `${encodeBase64(bytes)} (Base64, ${String(bytes.length)} bytes)`;
}
