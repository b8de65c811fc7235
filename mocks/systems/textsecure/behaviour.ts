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
  readonly isNumber: (text: string) => boolean;
  /** The transport that a word names, or null (415). */
  readonly transportOf: (word: string) => Transport | null;
  /** A fresh verification code: digits only. */
  readonly newCode: (random: Random) => string;
  /** The codes that are good for a number once a fresh one was sent. */
  readonly codesAfterRequest: (pending: readonly string[], fresh: string) => readonly string[];
  /** The codes that a confirmation of this number may carry. */
  readonly codesFor: (state: State, number: string) => readonly string[];
  /** Whether a submitted code is the pending one. */
  readonly codeMatches: (pending: string, given: string) => boolean;
  /** Reads and checks the body of a confirmation; refuses a bad one. */
  readonly readConfirmation: (context: Context) => Schemas['Confirmation'];
  /** The key for the account's pushes; null where it is unusable and nevertheless taken. */
  readonly readSignalingKey: (text: string) => SignalingKey | null;
  /** What is stored when a number is confirmed, given the account that it had. */
  readonly accountAfterConfirmation: (previous: Account | undefined, fresh: Account) => Account;
  /** Whether the path with three c's is served. */
  readonly servesPrintedPath: boolean;
  /** The answer to a success that has no result. */
  readonly done: PlainResponse;

  // ---- credentials and limits
  /** Number and password of an Authorization header, for the confirmation; null refuses (401). */
  readonly wantedCredentials: (header: string | undefined) => Credentials | null;
  /** The same for all other operations. */
  readonly credentials: (header: string | undefined, context: Context) => Credentials | null;
  /** What is stored of a password, and compared. */
  readonly passwordDigest: (salt: Uint8Array, password: string) => Uint8Array;
  /** Whether this is the password of that account. */
  readonly passwordMatches: (account: Account, password: string, context: Context) => boolean;
  /** The account that a request acts for; refuses with 401 where there is none. */
  readonly authenticate: (context: Context) => Account;
  /** The 401 of an operation. */
  readonly unauthorized: (context: Context) => PlainResponse;
  /** The 413 of an exceeded limit. */
  readonly rateLimited: PlainResponse;
  /** Sizes of the buckets; null for none. */
  readonly limits: Readonly<Record<LimitName, BucketSize | null>>;
  /** The bucket that a request draws on. */
  readonly limitKey: (name: LimitName, parts: readonly string[]) => string;

  // ---- push registration
  readonly readApnRegistration: (context: Context) => Schemas['ApnRegistration'];
  readonly readGcmRegistration: (context: Context) => Schemas['GcmRegistration'];
  /** Where pushes go once an id was stored. */
  readonly pushAfterStoring: (
    current: readonly PushTarget[],
    fresh: PushTarget,
  ) => readonly PushTarget[];
  /** Where pushes go once ids of a kind were removed. */
  readonly pushAfterRemoval: (
    current: readonly PushTarget[],
    channel: PushTarget['channel'],
  ) => readonly PushTarget[];
  /** What remains of an account whose id the push service reported as not registered. */
  readonly accountAfterNotRegistered: (account: Account, target: PushTarget) => Account;

  // ---- prekeys
  readonly readPreKeyUpload: (context: Context) => Schemas['PreKeyUpload'];
  /** Under which name the keys of a number are kept. */
  readonly preKeyOwner: (number: string) => string;
  /** The store after an upload, given the one before. */
  readonly storeAfterUpload: (previous: PreKeyStore | undefined, fresh: PreKeyStore) => PreKeyStore;
  /** The key that is served now, and the store's change that goes with it; null for none. */
  readonly takePreKey: (store: PreKeyStore) => PreKey | null;
  /** The JSON value of a served key. */
  readonly preKeyAnswer: (key: PreKey) => object;

  // ---- directory
  readonly readDirectoryQuery: (context: Context) => Schemas['DirectoryQuery'];
  /** The token of a number, unpadded. */
  readonly tokenOf: (number: string) => string;
  /** The one spelling of a token, or null for a malformed one. */
  readonly readToken: (text: string) => string | null;
  /** The tokens of a query; refuses with 400 where one is malformed. */
  readonly readTokens: (texts: readonly string[], behaviour: Behaviour) => readonly string[];
  /** The account that a token stands for. */
  readonly accountByToken: (state: State, token: string) => Account | undefined;
  /** Whether an account is shown in the directory. */
  readonly isListed: (account: Account) => boolean;
  /** The entry of an account. */
  readonly contactOf: (account: Account) => Schemas['Contact'];

  // ---- messages and their delivery
  readonly readMessages: (context: Context) => Schemas['MessageList'];
  /** Serves the messages of a request; the receipt names each destination once per message. */
  readonly serveMessages: (
    context: Context,
    sender: Account,
    messages: readonly Schemas['OutgoingMessage'][],
  ) => Schemas['MessageReceipt'];
  /** The bytes of a body; null where the signal goes out without them. */
  readonly decodeBody: (text: string) => Uint8Array | null;
  /** The node that a relay names; null for an unknown one. */
  readonly peerOf: (relay: string) => Peer | null;
  /** Where the pushes of an account go; none when it cannot be reached. */
  readonly pushTargets: (account: Account) => readonly PushTarget[];
  /** The key that protects a push from one account to another. */
  readonly signalingKeyFor: (recipient: Account, sender: Account) => SignalingKey | null;
  /** What the recipient learns of a message. */
  readonly signalFor: (signal: Signal) => Signal;
  /** First byte of an envelope. */
  readonly envelopeVersion: number;
  /** 16 fresh bytes. */
  readonly newIv: (random: Random) => Uint8Array;
  readonly encrypt: (aes: Uint8Array, iv: Uint8Array, signal: Uint8Array) => Uint8Array;
  /** The MAC of version, IV and ciphertext. */
  readonly macOf: (key: SignalingKey, signed: Uint8Array) => Uint8Array;
  /** The text form of an envelope. */
  readonly encodeEnvelope: (envelope: Uint8Array) => string;
  readonly gcmPayload: (envelope: string) => unknown;
  readonly apnPayload: (envelope: string) => unknown;

  // ---- attachments
  /** A fresh id in decimal, below 2^63. */
  readonly newAttachmentId: (random: Random) => string;
  /** The JSON text of an allocation. */
  readonly allocationBody: (id: string, location: string) => string;
  /** The id that a client asks for in its one spelling, or null (404). */
  readonly readAttachmentId: (text: string) => string | null;
  /** Whether a location carries the signature that belongs to it. */
  readonly signatureMatches: (expected: string, given: string) => boolean;
  /** Whether a blob of this media type is taken. */
  readonly takesUpload: (contentType: string | undefined) => boolean;
  /** The bytes that are kept of an upload. */
  readonly storedBlob: (blob: Uint8Array) => Uint8Array;
}
