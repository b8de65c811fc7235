import { Buffer } from 'node:buffer';
import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import type { InboxMessage } from '../engine/out-of-band.js';
import { CheckFailure } from '../engine/outcome.js';
import { readPush, type Push } from './push-reader.js';
import * as requests from './requests.js';
import type { OutgoingMessage, Transport, Upload } from './requests.js';
import { padded } from './wire/base64.js';
import { tokenOf } from './wire/token.js';

/** An account of the suite on the target. */
export interface Account {
  readonly number: string;
  readonly password: string;
  readonly authorization: string;
  /** 52 bytes. */
  readonly signalingKey: Buffer;
  /** Where its pushes go; null without a push id. */
  readonly push: { readonly channel: 'gcm' | 'apn'; readonly id: string } | null;
}

export interface AccountOptions {
  /** Null leaves the account without a push id; `gcm` is the default. */
  readonly push?: 'gcm' | 'apn' | null;
  readonly supportsSms?: boolean;
  /** True wants a number whose directory token has neither a slash nor a plus. */
  readonly plainToken?: boolean;
}

/** A federated node and an account on it, as the profile names them. */
export interface Federation {
  readonly relay: string;
  readonly number: string;
  readonly pushId?: string;
  readonly signalingKey?: string;
}

/** What the checks of this system start from. Everything here is set-up: `t.given`. */
export interface Driver {
  /** A number that nothing else uses. */
  number(): string;
  password(): string;
  signalingKey(): Buffer;
  pushId(channel: 'gcm' | 'apn'): string;
  /** Bytes of a length divisible by three, whose Base64 has nothing to pad. */
  body(length?: number): Buffer;
  /** The complete body of a confirmation. */
  confirmationBody(signalingKey: Buffer, supportsSms?: boolean): object;
  /** Asks for a code and reads it from the inbox. */
  code(number: string, transport?: Transport): Promise<string>;
  /** A confirmed account with a push id, unless the options say otherwise. */
  account(options?: AccountOptions): Promise<Account>;
  /** Confirms an account's number anew: other password, other signaling key, no push id. */
  confirmAnew(account: Account): Promise<Account>;
  /** Gives an account a push id. */
  withPushId(account: Account, channel: 'gcm' | 'apn'): Promise<Account>;
  /** Sends a request with an account's credentials. */
  as(account: Account, spec: RequestSpec): Promise<Exchange>;
  /** Keys of one owner: `ids` as one-time keys and a last-resort key. */
  upload(ids: readonly number[]): Upload;
  /** Stores keys. */
  store(owner: Account, upload: Upload): Promise<void>;
  /** A complete message. */
  message(
    destination: string,
    body: Uint8Array,
    change?: Partial<OutgoingMessage>,
  ): OutgoingMessage;
  /** Sends a message that the answer must list in `success`. */
  deliver(sender: Account, recipient: Account, body: Uint8Array, type?: number): Promise<void>;
  /** The next push for an account after a cursor, opened; its absence is inconclusive. */
  push(account: Account, after?: string): Promise<Push>;
  /** The tokens, unpadded, that the directory lists of those asked for. */
  listed(caller: Account, numbers: readonly string[]): Promise<readonly string[]>;
  federation(): Federation;
}

const hexDigits = '0123456789abcdef';
const gcmAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function createDriver(t: TestContext): Driver {
  const { numberPrefix } = t.target.section;
  const prefix = typeof numberPrefix === 'string' ? numberPrefix : '+1555';
  const cursors = new Map<string, string>();

  const number = (): string => prefix + String(t.unique()).padStart(7, '0');
  const password = (): string => t.secret(t.random.text(16));
  const signalingKey = (): Buffer => {
    const key = Buffer.from(t.random.bytes(52));
    t.secret(padded(key));
    return key;
  };
  const pushId = (channel: 'gcm' | 'apn'): string =>
    channel === 'apn' ? t.random.text(64, hexDigits) : `APA91b${t.random.text(120, gcmAlphabet)}`;
  const confirmationBody = (key: Buffer, supportsSms = false): object => ({
    signalingKey: padded(key),
    supportsSms,
  });
  const as = (account: Account, spec: RequestSpec): Promise<Exchange> =>
    t.send(requests.authorized(account.authorization, spec));

  const code = (to: string, transport: Transport = 'sms'): Promise<string> =>
    t.given(`getting a code by ${transport}`, async () => {
      succeeded(await t.send(requests.codeRequest(to, transport)));
      const place = `${transport} ${to}`;
      const message = await t.inbox.next(transport, to, { after: cursors.get(place) });
      cursors.set(place, message.id);
      if (message.code === null) throw new CheckFailure('the inbox shows a message without a code');
      return t.secret(message.code);
    });

  const confirmed = async (to: string, supportsSms: boolean): Promise<Account> => {
    const pending = await code(to);
    return t.given('confirming a number', async () => {
      const key = signalingKey();
      const secret = password();
      const authorization = requests.basic(to, secret);
      t.secret(authorization.slice('Basic '.length));
      const spec = requests.confirmation(pending, confirmationBody(key, supportsSms));
      succeeded(await t.send(requests.authorized(authorization, spec)));
      return { number: to, password: secret, authorization, signalingKey: key, push: null };
    });
  };

  const withPushId: Driver['withPushId'] = (account, channel) =>
    t.given(`registering a push id (${channel})`, async () => {
      const id = pushId(channel);
      const make = channel === 'gcm' ? requests.gcmRegistration : requests.apnRegistration;
      succeeded(await as(account, make(id)));
      return { ...account, push: { channel, id } };
    });

  const message: Driver['message'] = (destination, body, change = {}) => ({
    type: 1,
    destination,
    body: padded(body),
    timestamp: Date.now(),
    ...change,
  });

  return {
    number,
    password,
    signalingKey,
    pushId,
    confirmationBody,
    code,
    as,
    withPushId,
    message,
    body: (length = 24) => Buffer.from(t.random.bytes(length)),
    async account(options = {}) {
      let to = number();
      for (let tries = 0; options.plainToken === true && /[+/]/.test(tokenOf(to)); tries += 1) {
        if (tries > 40) t.skip('no number with a plain token was found; run again');
        to = number();
      }
      const account = await confirmed(to, options.supportsSms ?? false);
      const channel = options.push === undefined ? 'gcm' : options.push;
      return channel === null ? account : withPushId(account, channel);
    },
    confirmAnew: (account) => confirmed(account.number, false),
    upload(ids) {
      const identityKey = padded(publicKey(t));
      const key = (keyId: number): requests.PreKey => ({
        keyId,
        publicKey: padded(publicKey(t)),
        identityKey,
      });
      return { lastResortKey: key(0xffffff), keys: ids.map(key) };
    },
    store: (owner, keys) =>
      t.given('storing prekeys', async () => {
        succeeded(await as(owner, requests.keyUpload(keys)));
      }),
    deliver: (sender, recipient, body, type = 1) =>
      t.given('sending a message', async () => {
        const exchange = await as(
          sender,
          requests.messages(message(recipient.number, body, { type })),
        );
        succeeded(exchange);
        const { success } = receiptOf(exchange);
        if (!success.includes(recipient.number)) {
          throw new CheckFailure('a message to a reachable number is not listed in success');
        }
      }),
    push: (account, after) =>
      t.given('receiving a push', async () => {
        const { channel, id } = targetOf(account);
        return readPush(await t.inbox.next(channel, id, { after }), account.signalingKey);
      }),
    listed: (caller, numbers) =>
      t.given('asking the directory', async () => {
        const exchange = await as(caller, requests.intersection(numbers.map(tokenOf)));
        succeeded(exchange);
        return contactsOf(exchange).map((contact) => String(contact.token).replace(/=+$/, ''));
      }),
    federation() {
      const section = t.target.section.federation as Federation | undefined;
      return section ?? t.lacks('federation');
    },
  };
}

/** A Curve25519 public key in its 33-byte form; any 32 bytes are one. */
function publicKey(t: TestContext): Buffer {
  return Buffer.concat([Buffer.of(5), t.random.bytes(32)]);
}

/** The push id of an account that has one. */
export function targetOf(account: Account): NonNullable<Account['push']> {
  if (account.push === null) throw new Error('this account has no push id');
  return account.push;
}

/** 200 or 204, for steps that are not themselves judged. */
export function succeeded(exchange: Exchange): void {
  if (exchange.status === 200 || exchange.status === 204) return;
  throw new CheckFailure(`${exchange.label} answered ${String(exchange.status)}, not 200`, {
    expected: 'status 200',
    actual: `status ${String(exchange.status)}, body: ${exchange.text.slice(0, 200)}`,
  });
}

/** The two lists of a message submission's answer; anything else fails the check. */
export function receiptOf(exchange: Exchange): {
  readonly success: readonly string[];
  readonly failure: readonly string[];
} {
  const { success, failure } = exchange.object();
  if (isTexts(success) && isTexts(failure)) return { success, failure };
  throw new CheckFailure(`${exchange.label} does not answer the lists success and failure`, {
    expected: '{"success": [numbers], "failure": [numbers]}',
    actual: exchange.text.slice(0, 200),
  });
}

/** The contacts of a directory answer; anything else fails the check. */
export function contactsOf(exchange: Exchange): readonly Readonly<Record<string, unknown>>[] {
  const { contacts } = exchange.object();
  if (Array.isArray(contacts) && contacts.every(isObject)) return contacts;
  throw new CheckFailure(`${exchange.label} does not answer a list of contacts`, {
    expected: '{"contacts": [{"token": "…"}, …]}',
    actual: exchange.text.slice(0, 200),
  });
}

/** The ids of messages, for the cursor of a later read. */
export function lastId(messages: readonly InboxMessage[]): string | undefined {
  return messages.at(-1)?.id;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
