import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Random } from '../../engine/random.js';
import { applications, type Application } from './applications.js';
import type { FactorType } from './factor.js';

/** An encrypted identity under the 2-man rule. */
export interface Identity {
  readonly id: string;
  readonly data: string;
  /** Whether the session that stored it last was authenticated. */
  readonly authenticated: boolean;
}

/** A user of the 2-man rule: a `user_id` under one factor. Blank while it has no identity. */
export interface TmrUser {
  readonly userId: string;
  readonly factorKey: string;
  readonly sessions: Set<Session>;
  identity: Identity | null;
}

export interface Challenge {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

export interface Session {
  readonly id: string;
  readonly user: TmrUser;
  /** Settled when the session is made. */
  readonly mustAuthenticate: boolean;
  /** True for a session that came from a validated challenge. */
  readonly authenticated: boolean;
  readonly challenge: Challenge | null;
}

/** An encrypted identity of the password store. */
export interface PasswordRow {
  readonly id: string;
  readonly data: string;
}

/** All that is kept for one application. */
export interface Store {
  /** By `user_id`, then by factor key. */
  readonly users: Map<string, Map<string, TmrUser>>;
  readonly sessions: Map<string, Session>;
  /** How many identities each factor key holds; no entry for none. */
  readonly usedFactors: Map<string, number>;
  /** By `user_id`, then by secret. */
  readonly rows: Map<string, Map<string, PasswordRow>>;
  /** Instants of the failed password searches by `user_id`, oldest first. */
  readonly failedSearches: Map<string, readonly number[]>;
  smsSent: number;
}

export interface SsksState {
  /** By id in lower case. */
  readonly applications: ReadonlyMap<string, Application>;
  /** By namespace; each application is one of its own. */
  readonly stores: Map<string, Store>;
  /** HMAC-SHA-256 key of `factorKey`. */
  readonly factorSecret: Uint8Array;
  /** HMAC-SHA-256 key of factor tokens. */
  readonly tokenKey: Uint8Array;
  /** The keyed hash under which a normalised factor is kept (SSKS API, line 49), in hex. */
  factorKey(type: FactorType, normalizedValue: string): string;
}

/**
 * How many sessions, user ids and rows' user ids one application keeps. Beyond it the oldest
 * entry goes, so that a mock which runs for weeks does not grow without end.
 */
export const capacity = 100_000;

/** An empty store of a fresh mock. */
export function createState(random: Random): SsksState {
  const factorSecret = random.bytes(32);
  return restoreState({ stores: new Map(), factorSecret, tokenKey: random.bytes(32) });
}

type SavedState = Pick<SsksState, 'stores' | 'factorSecret' | 'tokenKey'>;

/** The state without what is made from the rest of it. */
export function saveState({ stores, factorSecret, tokenKey }: SsksState): SavedState {
  return { stores, factorSecret, tokenKey };
}

export function restoreState(saved: SavedState): SsksState {
  const keyed = hmac.create(sha256, saved.factorSecret);
  const encoder = new TextEncoder();
  return {
    ...saved,
    applications: new Map(applications.map((application) => [application.id, application])),
    factorKey: (type, value) =>
      bytesToHex(
        keyed
          .clone()
          .update(encoder.encode(`${type}|${value}`))
          .digest(),
      ),
  };
}

/** The store of a namespace, made when it is first used. */
export function storeOf(state: SsksState, namespace: string): Store {
  let store = state.stores.get(namespace);
  if (store === undefined) {
    store = {
      users: new Map(),
      sessions: new Map(),
      usedFactors: new Map(),
      rows: new Map(),
      failedSearches: new Map(),
      smsSent: 0,
    };
    state.stores.set(namespace, store);
  }
  return store;
}
