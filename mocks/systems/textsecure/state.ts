import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createRateLimiter, type RateLimiter, type SavedLevels } from '../../engine/rate-limit.js';
import type { WorldServices } from '../../engine/system.js';
import type { SignalingKey } from './crypto/envelope.js';

/** Where a push goes. */
export interface PushTarget {
  readonly channel: 'apn' | 'gcm';
  /** The registration id, as the client stored it. */
  readonly id: string;
}

/** A confirmed number. */
export interface Account {
  readonly number: string;
  /** The directory token of the number, unpadded. */
  readonly token: string;
  /** Digest of the password; the password itself is not kept. */
  readonly passwordDigest: Uint8Array;
  /** Null for a key that dialect `observed` took without a look and cannot use. */
  readonly signalingKey: SignalingKey | null;
  readonly supportsSms: boolean;
  /** At most one entry; the account can be reached when there is one. */
  readonly push: readonly PushTarget[];
}

/** A stored prekey: it comes back character for character. */
export interface PreKey {
  readonly keyId: number;
  readonly publicKey: string;
  readonly identityKey: string;
  /** The flag of dialect `observed`. */
  readonly lastResort: boolean;
}

/** The prekeys of one number. */
export interface PreKeyStore {
  /** One-time keys in the order of their upload. */
  readonly oneTime: readonly PreKey[];
  /** Index of the one-time key that is served next. */
  next: number;
  lastResort: PreKey | null;
}

/** All that the server remembers. */
export interface State {
  /** Codes that are good for a number, newest last. */
  readonly pending: BoundedMap<readonly string[]>;
  readonly accounts: BoundedMap<Account>;
  /** Numbers of accounts by directory token. */
  readonly numbersByToken: BoundedMap<string>;
  readonly preKeys: BoundedMap<PreKeyStore>;
  readonly attachments: BlobStore;
  /** GCM ids that the push service no longer knows. */
  readonly notRegistered: BoundedMap<true>;
  readonly limiter: RateLimiter;
  /** Mixed into password digests. */
  readonly salt: Uint8Array;
  /** The password that last proved right for an account, gone with the account. */
  readonly verifiedPasswords: WeakMap<Account, string>;
  /** What locations are signed with. */
  readonly signingSecret: Uint8Array;
  /** HMAC-SHA256 with that secret; to be cloned. */
  readonly signer: ReturnType<typeof hmac.create>;
}

/** A map of limited size: a new entry beyond it displaces the oldest one. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  values(): IterableIterator<V>;
  keys(): IterableIterator<string>;
  entries(): IterableIterator<[string, V]>;
}

/** Uploaded blobs by attachment id, bounded by their total size. */
export interface BlobStore {
  get(id: string): Uint8Array | undefined;
  set(id: string, blob: Uint8Array): void;
  entries(): IterableIterator<[string, Uint8Array]>;
}

/** Entries of each kind that a mock keeps; far beyond any test, and no leak. */
const capacity = 2_000_000;
/** Bytes of blobs that a mock keeps. */
const blobCapacity = 512 * 1024 * 1024;

/** The state of a fresh server. */
export function createState(world: WorldServices): State {
  const salt = world.random.bytes(16);
  return restoreState({ salt, signingSecret: world.random.bytes(32) }, world);
}

type Entries<Value> = readonly (readonly [string, Value])[];

/** The state as it is written down; of a fresh server only the secrets are there. */
interface SavedState {
  readonly salt: Uint8Array;
  readonly signingSecret: Uint8Array;
  readonly pending?: Entries<readonly string[]>;
  readonly accounts?: Entries<Account>;
  readonly preKeys?: Entries<PreKeyStore>;
  readonly attachments?: Entries<Uint8Array>;
  readonly notRegistered?: Entries<true>;
  readonly levels?: SavedLevels;
}

export function saveState(state: State): SavedState {
  return {
    salt: state.salt,
    signingSecret: state.signingSecret,
    pending: [...state.pending.entries()],
    accounts: [...state.accounts.entries()],
    preKeys: [...state.preKeys.entries()],
    attachments: [...state.attachments.entries()],
    notRegistered: [...state.notRegistered.entries()],
    levels: state.limiter.save(),
  };
}

export function restoreState(saved: SavedState, world: WorldServices): State {
  const { salt, signingSecret, accounts = [] } = saved;
  const attachments = blobStore();
  for (const [id, blob] of saved.attachments ?? []) attachments.set(id, blob);
  return {
    pending: boundedMap(saved.pending),
    accounts: boundedMap(accounts),
    numbersByToken: boundedMap(accounts.map(([number, { token }]) => [token, number])),
    preKeys: boundedMap(saved.preKeys),
    attachments,
    notRegistered: boundedMap(saved.notRegistered),
    limiter: createRateLimiter(() => world.clock.now(), undefined, saved.levels),
    salt,
    verifiedPasswords: new WeakMap(),
    signingSecret,
    signer: hmac.create(sha256, signingSecret),
  };
}

/** Stores an account in place of an earlier one of the same number. */
export function saveAccount(state: State, account: Account): void {
  state.accounts.set(account.number, account);
  state.numbersByToken.set(account.token, account.number);
}

function boundedMap<V>(entries: Entries<V> = []): BoundedMap<V> {
  const map = new Map<string, V>(entries);
  return {
    entries: () => map.entries(),
    get: (key) => map.get(key),
    has: (key) => map.has(key),
    delete: (key) => {
      map.delete(key);
    },
    values: () => map.values(),
    keys: () => map.keys(),
    set(key, value) {
      map.set(key, value);
      if (map.size <= capacity) return;
      const oldest = map.keys().next();
      if (oldest.done !== true) map.delete(oldest.value);
    },
  };
}

function blobStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  let total = 0;
  const drop = (id: string): void => {
    total -= blobs.get(id)?.length ?? 0;
    blobs.delete(id);
  };
  return {
    entries: () => blobs.entries(),
    get: (id) => blobs.get(id),
    set(id, blob) {
      drop(id);
      blobs.set(id, blob);
      total += blob.length;
      for (const oldest of blobs.keys()) {
        if ((total <= blobCapacity && blobs.size <= capacity) || oldest === id) break;
        drop(oldest);
      }
    },
  };
}
