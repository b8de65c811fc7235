import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { SystemTarget } from '../engine/target.js';
import { sealMessage, type Sealed } from './crypto/envelope.js';
import { encryptWithPassphrase, hashOfText } from './crypto/passphrase-cipher.js';
import { makeKeyPair, type KeyPair } from './crypto/rsa-key.js';
import { readList, readToken, type MessageList } from './reading.js';
import {
  multipartOf,
  requestOf,
  type FilePart,
  type SendOptions,
  type Values,
} from './requests.js';

/** A key that the server made. */
export interface OnlineKey {
  readonly token: string;
  readonly passphrase: string;
  readonly answer: Exchange;
}

/** A key that the suite made and uploaded. */
export interface UploadedKey {
  readonly token: string;
  readonly pair: KeyPair;
  /** The passphrase that the uploaded private key is encrypted under. */
  readonly passphrase: string;
  readonly hash: string;
  readonly answer: Exchange;
}

/**
 * What each check starts from. Passphrases and hashes are secrets that no report shows; a token is
 * an address that its owner gives to everybody.
 *
 * Methods that set something up end the check as inconclusive.
 */
export interface Driver {
  /** Path of the resource. */
  readonly path: string;
  request(method: string, values: Values, options?: SendOptions): Promise<Exchange>;
  /** A PUT with files. */
  putFiles(values: Values, files: readonly FilePart[]): Promise<Exchange>;
  /** A random passphrase of letters, as a secret. */
  passphrase(length?: number): string;
  /** A key pair that no other upload of this run uses. */
  keyPair(): Promise<KeyPair>;
  /** The three parameters of an upload; a hash may be chosen. */
  uploadValues(pair: KeyPair, passphrase: string, hash?: string): Values;
  onlineKey(passphrase?: string): Promise<OnlineKey>;
  uploadedKey(hash?: string): Promise<UploadedKey>;
  /**
   * A key without its private part. A target that insists on the private part is tolerated: the
   * check ends as a deviation, and null is returned.
   */
  publicOnlyKey(hash?: string): Promise<UploadedKey | null>;
  /** Sends a text in clear. */
  sent(token: string, message: string): Promise<void>;
  /** Sends a text that the suite encrypted, or the values given. */
  sentEncrypted(key: UploadedKey, values?: Sealed): Promise<Sealed>;
  /** Reads a mailbox that holds messages. */
  messages(token: string, secret: Secret): Promise<MessageList>;
  /** A token like this one that no key has. */
  unknownToken(like: string): string;
}

export type Secret = { readonly passphrase: string } | { readonly privatekeyhash: string };

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Pairs are made once per process and used once per target, so that runs do not wait for them. */
const madePairs: Promise<KeyPair>[] = [];
const usedPairs = new WeakMap<SystemTarget, number>();

function nextPair(target: SystemTarget): Promise<KeyPair> {
  const index = usedPairs.get(target) ?? 0;
  usedPairs.set(target, index + 1);
  madePairs[index] ??= makeKeyPair();
  return madePairs[index];
}

export function createDriver(t: TestContext): Driver {
  const { section } = t.target;
  const path = typeof section.path === 'string' ? section.path : '/Service';
  const request: Driver['request'] = (method, values, options) =>
    t.send(requestOf(path, method, values, options));
  const passphrase: Driver['passphrase'] = (length = 20) =>
    t.secret(t.random.text(length, letters));
  const keyPair: Driver['keyPair'] = () => nextPair(t.target);

  const uploadValues: Driver['uploadValues'] = (pair, secret, hash) => ({
    publickey: pair.publicText,
    privatekey: encryptWithPassphrase(secret, pair.privateText),
    privatekeyhash: t.secret(hash ?? hashOfText(pair.privateText)),
  });

  const created = async (values: Values): Promise<{ token: string; answer: Exchange }> => {
    const answer = await request('POST', values);
    t.expect.status(answer, 200);
    const { token } = readToken(answer);
    return { token, answer };
  };

  const onlineKey: Driver['onlineKey'] = (chosen) =>
    t.given('making a key with a passphrase', async () => {
      const secret = t.secret(chosen ?? passphrase());
      return { ...(await created({ passphrase: secret })), passphrase: secret };
    });

  const uploadedKey: Driver['uploadedKey'] = (chosen) =>
    t.given('uploading a key pair', async () => {
      const pair = await keyPair();
      const secret = passphrase();
      const values = uploadValues(pair, secret, chosen);
      const hash = values.privatekeyhash ?? '';
      return { ...(await created(values)), pair, passphrase: secret, hash };
    });

  const publicOnlyKey: Driver['publicOnlyKey'] = async (chosen) => {
    const pair = await keyPair();
    const hash = t.secret(chosen ?? hashOfText(pair.privateText));
    const answer = await request('POST', { publickey: pair.publicText, privatekeyhash: hash });
    if (answer.status === 400) {
      // Tolerated only where uploads work at all.
      await uploadedKey();
      t.deviate('the target refuses an upload without privatekey with 400');
      return null;
    }
    return t.given('uploading a public key with a hash', () => {
      t.expect.status(answer, 200);
      const token = readToken(answer).token;
      return Promise.resolve({ token, pair, passphrase: passphrase(), hash, answer });
    });
  };

  return {
    path,
    request,
    putFiles: (values, files) => t.send(multipartOf(path, values, files)),
    passphrase,
    keyPair,
    uploadValues,
    onlineKey,
    uploadedKey,
    publicOnlyKey,
    sent: (token, message) =>
      t.given('sending a message', async () => {
        t.expect.status(await request('PUT', { token, message }), 200);
      }),
    sentEncrypted: (key, values) =>
      t.given('sending an encrypted message', async () => {
        const sealed = values ?? sealMessage(key.pair.publicKey, `text ${t.random.text(12)}`);
        t.expect.status(await request('PUT', { token: key.token, ...sealed }), 200);
        return sealed;
      }),
    messages: (token, secret) =>
      t.given('reading the messages of the key', async () => {
        const answer = await request('GET', { token, ...secret });
        t.expect.status(answer, 200);
        return readList(answer);
      }),
    unknownToken: (like) => unknownToken(t, like),
  };
}

/** Same length; every character replaced at random within its kind. */
function unknownToken(t: TestContext, like: string): string {
  const pick = (alphabet: string): string => alphabet.charAt(t.random.integer(alphabet.length));
  const hexadecimal = /^[0-9a-f]+$/.test(like);
  for (;;) {
    const token = like
      .split('')
      .map((character) => {
        if (hexadecimal) return pick('0123456789abcdef');
        if (/\d/.test(character)) return pick('0123456789');
        if (/[a-z]/.test(character)) return pick('abcdefghijklmnopqrstuvwxyz');
        return /[A-Z]/.test(character) ? pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ') : character;
      })
      .join('');
    if (token !== like || !/[0-9A-Za-z]/.test(like)) return token;
  }
}
