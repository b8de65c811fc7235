import type { components } from '../../../specs/textsecure/types.gen.js';
import type { RequestContext } from '../../engine/context.js';
import type { PlainResponse } from '../../engine/http.js';
import type { Random } from '../../engine/random.js';
import type { BucketSize } from '../../engine/rate-limit.js';
import type { Credentials } from './credentials.js';
import type { Signal } from './crypto/signal.js';
import type { SignalingKey } from './crypto/envelope.js';
import type { Peer } from './federation.js';
import type { Account, PreKey, PreKeyStore, PushTarget, State } from './state.js';

export type Schemas = components['schemas'];
export type Context = RequestContext<State, Behaviour>;
export type Transport = 'sms' | 'voice';

/** The token buckets; sizes as observed in the public server of December 2013. */
export type LimitName =
  | 'smsCode'
  | 'voiceCode'
  | 'confirmation'
  | 'preKey'
  | 'messages'
  | 'allocation'
  | 'location'
  | 'directory';

/** The decisions of the server that handlers take by name: the seams of this system. */
export interface Behaviour {
  // ---- registration
  /** True for a well-formed number; else 400. */
  isNumber(text: string): boolean;
  /** The transport that a word names, or null (415). */
  transportOf(word: string): Transport | null;
  /** A fresh verification code: digits only. */
  newCode(random: Random): string;
  /** The codes that are good for a number once a fresh one was sent. */
  codesAfterRequest(pending: readonly string[], fresh: string): readonly string[];
  /** The codes that a confirmation of this number may carry. */
  codesFor(state: State, number: string): readonly string[];
  /** Whether a submitted code is the pending one. */
  codeMatches(pending: string, given: string): boolean;
  /** Reads and checks the body of a confirmation; refuses a bad one. */
  readConfirmation(context: Context): Schemas['Confirmation'];
  /** The key for the account's pushes; null where it is unusable and nevertheless taken. */
  readSignalingKey(text: string): SignalingKey | null;
  /** What is stored when a number is confirmed, given the account that it had. */
  accountAfterConfirmation(previous: Account | undefined, fresh: Account): Account;
  /** Whether the path with three c's is served. */
  readonly servesPrintedPath: boolean;
  /** The answer to a success that has no result. */
  readonly done: PlainResponse;

  // ---- credentials and limits
  /** Number and password of an Authorization header, for the confirmation; null refuses (401). */
  wantedCredentials(header: string | undefined): Credentials | null;
  /** The same for all other operations. */
  credentials(header: string | undefined, context: Context): Credentials | null;
  /** What is stored of a password, and compared. */
  passwordDigest(salt: Uint8Array, password: string): Uint8Array;
  /** Whether this is the password of that account. */
  passwordMatches(account: Account, password: string, context: Context): boolean;
  /** The account that a request acts for; refuses with 401 where there is none. */
  authenticate(context: Context): Account;
  /** The 401 of an operation. */
  unauthorized(context: Context): PlainResponse;
  /** The 413 of an exceeded limit. */
  readonly rateLimited: PlainResponse;
  /** Sizes of the buckets; null for none. */
  readonly limits: Readonly<Record<LimitName, BucketSize | null>>;
  /** The bucket that a request draws on. */
  limitKey(name: LimitName, parts: readonly string[]): string;

  // ---- push registration
  readApnRegistration(context: Context): Schemas['ApnRegistration'];
  readGcmRegistration(context: Context): Schemas['GcmRegistration'];
  /** Where pushes go once an id was stored. */
  pushAfterStoring(current: readonly PushTarget[], fresh: PushTarget): readonly PushTarget[];
  /** Where pushes go once ids of a kind were removed. */
  pushAfterRemoval(
    current: readonly PushTarget[],
    channel: PushTarget['channel'],
  ): readonly PushTarget[];
  /** What remains of an account whose id the push service reported as not registered. */
  accountAfterNotRegistered(account: Account, target: PushTarget): Account;

  // ---- prekeys
  readPreKeyUpload(context: Context): Schemas['PreKeyUpload'];
  /** Under which name the keys of a number are kept. */
  preKeyOwner(number: string): string;
  /** The store after an upload, given the one before. */
  storeAfterUpload(previous: PreKeyStore | undefined, fresh: PreKeyStore): PreKeyStore;
  /** The key that is served now, and the store's change that goes with it; null for none. */
  takePreKey(store: PreKeyStore): PreKey | null;
  /** The JSON value of a served key. */
  preKeyAnswer(key: PreKey): object;

  // ---- directory
  readDirectoryQuery(context: Context): Schemas['DirectoryQuery'];
  /** The token of a number, unpadded. */
  tokenOf(number: string): string;
  /** The one spelling of a token, or null for a malformed one. */
  readToken(text: string): string | null;
  /** The tokens of a query; refuses with 400 where one is malformed. */
  readTokens(texts: readonly string[], behaviour: Behaviour): readonly string[];
  /** The account that a token stands for. */
  accountByToken(state: State, token: string): Account | undefined;
  /** Whether an account is shown in the directory. */
  isListed(account: Account): boolean;
  /** The entry of an account. */
  contactOf(account: Account): Schemas['Contact'];

  // ---- messages and their delivery
  readMessages(context: Context): Schemas['MessageList'];
  /** Serves the messages of a request; the receipt names each destination once per message. */
  serveMessages(
    context: Context,
    sender: Account,
    messages: readonly Schemas['OutgoingMessage'][],
  ): Schemas['MessageReceipt'];
  /** The bytes of a body; null where the signal goes out without them. */
  decodeBody(text: string): Uint8Array | null;
  /** The node that a relay names; null for an unknown one. */
  peerOf(relay: string): Peer | null;
  /** Where the pushes of an account go; none when it cannot be reached. */
  pushTargets(account: Account): readonly PushTarget[];
  /** The key that protects a push from one account to another. */
  signalingKeyFor(recipient: Account, sender: Account): SignalingKey | null;
  /** What the recipient learns of a message. */
  signalFor(signal: Signal): Signal;
  /** First byte of an envelope. */
  readonly envelopeVersion: number;
  /** 16 fresh bytes. */
  newIv(random: Random): Uint8Array;
  encrypt(aes: Uint8Array, iv: Uint8Array, signal: Uint8Array): Uint8Array;
  /** The MAC of version, IV and ciphertext. */
  macOf(key: SignalingKey, signed: Uint8Array): Uint8Array;
  /** The text form of an envelope. */
  encodeEnvelope(envelope: Uint8Array): string;
  gcmPayload(envelope: string): unknown;
  apnPayload(envelope: string): unknown;

  // ---- attachments
  /** A fresh id in decimal, below 2^63. */
  newAttachmentId(random: Random): string;
  /** The JSON text of an allocation. */
  allocationBody(id: string, location: string): string;
  /** The id that a client asks for in its one spelling, or null (404). */
  readAttachmentId(text: string): string | null;
  /** Whether a location carries the signature that belongs to it. */
  signatureMatches(expected: string, given: string): boolean;
  /** Whether a blob of this media type is taken. */
  takesUpload(contentType: string | undefined): boolean;
  /** The bytes that are kept of an upload. */
  storedBlob(blob: Uint8Array): Uint8Array;
}
