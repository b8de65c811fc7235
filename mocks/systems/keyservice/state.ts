import type { WorldServices } from '../../engine/system.js';
import { allKeys, createKeySupply, type KeySupply } from './crypto/key-supply.js';
import { longestCiphertext, type Unsealed } from './unsealed.js';

/** A message as it is kept: encrypted, but for a large one that the server has not sealed yet. */
export interface SealedMessage {
  /** Base64 of AES for what the server sealed; any text at all for what a sender sealed. */
  readonly data: string | Unsealed;
  readonly encryptionKey: string;
  /**
   * Hash of the compressed text; null for what a sender sealed, empty for what is not sealed yet
   * (`hashOf` makes it).
   */
  readonly hash: string | null;
  readonly isFile: boolean;
  /** True where the server kept the text as UTF-8, because Latin-1 could not hold it. */
  readonly utf8: boolean;
}

export interface StoredMessage extends SealedMessage {
  /** Grows over the whole server. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** A key with its mailbox. */
export interface KeyRecord {
  readonly id: number;
  readonly token: string;
  /** As sent, or made by the server. */
  readonly publicKey: string;
  /** Encrypted under the owner's passphrase; null where only the public part was uploaded. */
  readonly privateKey: string | null;
  readonly privateKeyHash: string | null;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Oldest first. */
  readonly messages: StoredMessage[];
}

/** A file that may be fetched for a while by whoever knows its id. */
export interface Download {
  readonly token: string;
  readonly message: StoredMessage;
  /** The passphrase of the message, which the reading owner unlocked. */
  readonly passphrase: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** The passphrase of a message and the modulus of the key it is encrypted with. */
interface Unwrapped {
  readonly modulus: bigint;
  readonly passphrase: string;
}

export interface State {
  /** By token. */
  readonly keys: Map<string, KeyRecord>;
  /** By download id, oldest first. */
  readonly downloads: Map<string, Download>;
  /** How many of the next requests with a token meet a fault inside the server. */
  readonly faults: Map<string, number>;
  readonly takeKeyPair: KeySupply;
  /** Places of the prepared keys that `takeKeyPair` has not handed out. */
  readonly unusedKeys: number[];
  /** By encrypted passphrase; the private operation of RSA is slow too. */
  readonly unwrapped: Map<string, Unwrapped>;
  lastKeyId: number;
  lastMessageId: number;
  /** Characters of ciphertext that came in since they were last counted, and those before. */
  held: number;
}

export function createState(world: Pick<WorldServices, 'random'>): State {
  const unusedKeys = allKeys();
  return {
    keys: new Map(),
    downloads: new Map(),
    faults: new Map(),
    unusedKeys,
    takeKeyPair: createKeySupply(world.random, unusedKeys),
    unwrapped: new Map(),
    lastKeyId: 0,
    lastMessageId: 0,
    held: 0,
  };
}

type SavedState = Omit<State, 'takeKeyPair' | 'unwrapped'>;

/** The state without what is made from the rest of it. */
export function saveState({ takeKeyPair: _supply, unwrapped: _known, ...rest }: State): SavedState {
  return rest;
}

export function restoreState(saved: SavedState, world: WorldServices): State {
  return {
    ...saved,
    takeKeyPair: createKeySupply(world.random, saved.unusedKeys),
    unwrapped: new Map(),
  };
}

const rememberedPassphrases = 4096;

/** Remembers which passphrase an encrypted one stands for, the latest 4096 of them. */
export function rememberUnwrapped(state: State, encrypted: string, value: Unwrapped): void {
  if (state.unwrapped.size >= rememberedPassphrases) {
    const oldest = state.unwrapped.keys().next();
    if (oldest.done !== true) state.unwrapped.delete(oldest.value);
  }
  state.unwrapped.set(encrypted, value);
}

/**
 * What a mock keeps: keys, and characters of ciphertext in all mailboxes, made or not, since a read
 * may ask for all of it. Beyond, the oldest goes.
 */
export const bounds = { keys: 100_000, characters: 1024 * 1024 * 1024 };

/** Adds a key to the world and gives it its number. */
export function addKey(state: State, key: Omit<KeyRecord, 'id' | 'messages'>): KeyRecord {
  state.lastKeyId += 1;
  const record: KeyRecord = { ...key, id: state.lastKeyId, messages: [] };
  state.keys.set(record.token, record);
  for (const oldest of state.keys.values()) {
    if (state.keys.size <= bounds.keys) break;
    removeKey(state, oldest);
  }
  return record;
}

/** Puts messages into a mailbox, in this order. */
export function addMessages(
  state: State,
  key: KeyRecord,
  messages: readonly SealedMessage[],
  created: number,
): void {
  for (const message of messages) {
    state.lastMessageId += 1;
    key.messages.push({ ...message, id: state.lastMessageId, created });
    state.held += lengthOf(message);
  }
  if (state.held > bounds.characters) makeRoom(state, key);
}

/** Counts what is kept, and lets the oldest keys go with their messages; then the oldest messages. */
function makeRoom(state: State, current: KeyRecord): void {
  const lengthOfAll = ({ messages }: KeyRecord): number =>
    messages.reduce((sum, message) => sum + lengthOf(message), 0);
  let held = 0;
  for (const key of state.keys.values()) held += lengthOfAll(key);
  for (const key of state.keys.values()) {
    if (held <= bounds.characters) break;
    if (key === current) continue;
    held -= lengthOfAll(key);
    removeKey(state, key);
  }
  while (held > bounds.characters && current.messages.length > 1) {
    const oldest = current.messages.shift();
    if (oldest !== undefined) held -= lengthOf(oldest);
  }
  state.held = held;
}

function lengthOf({ data }: SealedMessage): number {
  return typeof data === 'string' ? data.length : longestCiphertext(data);
}

/** Removes a key, its messages, and the ways to fetch its files. */
export function removeKey(state: State, key: KeyRecord): void {
  state.keys.delete(key.token);
  state.faults.delete(key.token);
  for (const [id, download] of state.downloads) {
    if (download.token === key.token) state.downloads.delete(id);
  }
}

/** Opens a way to fetch a file, and forgets those that have expired. */
export function addDownload(state: State, id: string, download: Download, now: number): void {
  for (const [oldId, old] of state.downloads) {
    if (old.expires > now) break;
    state.downloads.delete(oldId);
  }
  state.downloads.set(id, download);
}
