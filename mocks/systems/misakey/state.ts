import { LiveMap } from '../../engine/live.js';
import type { WorldServices } from '../../engine/system.js';
import type { Instant } from './instant.js';
import { expiryOf, people } from './people.js';

/** A person's face towards others; owns tokens, boxes, sockets and notifications. */
export interface Identity {
  readonly id: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly identifier: { readonly value: string; readonly kind: string };
  readonly accountId: string | null;
  /** Unpadded URL-safe base64 of 32 bytes each; null where the account has none. */
  readonly nonIdentifiedKey: string | null;
  readonly identifiedKey: string | null;
}

export interface Token {
  readonly value: string;
  readonly identityId: string;
  /** Authentication level, 0 to 3. */
  readonly acr: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly kind: 'access' | 'refresh';
  readonly active: boolean;
}

export type EventContent = Readonly<Record<string, unknown>> | null;

/** An event as it is stored; views decide what a reader sees of it. */
export interface StoredEvent {
  readonly id: string;
  readonly boxId: string;
  readonly type: string;
  readonly content: EventContent;
  readonly senderId: string;
  readonly referrerId: string | null;
  readonly createdAt: Instant;
  /** Who removed the sender, for `member.kick`. */
  readonly kickerId?: string;
}

/** What a box keeps for one member. */
export interface Membership {
  /** The latest `member.join` event; null for the creator, who never joined. */
  joinEventId: string | null;
  /** Messages of others since the last acknowledgement. */
  newEvents: number;
  muted: boolean;
}

/** What a contact leaves for the account of the contacted identity. */
export interface CryptoAction {
  readonly id: string;
  readonly accountId: string;
  readonly type: 'invitation';
  readonly publicKey: string;
  readonly encrypted: string;
}

export interface Box {
  readonly id: string;
  readonly createdAt: Instant;
  readonly publicKey: string;
  readonly title: string;
  readonly creatorId: string;
  accessMode: 'public' | 'limited';
  readonly members: Map<string, Membership>;
  /** Oldest first. */
  readonly events: StoredEvent[];
  /** Ids of `access.add` events that were removed again. */
  readonly removedAccesses: Set<string>;
  readonly contactedId: string;
  readonly cryptoAction: CryptoAction;
  /** Hashes of its key shares; the newest is last. */
  readonly shareHashes: string[];
}

export interface KeyShare {
  readonly hash: string;
  readonly misakeyShare: string;
  readonly encryptedInvitationKeyShare: string;
  readonly boxId: string;
  readonly creatorId: string;
}

export interface StoredNotification {
  readonly id: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly createdAt: Instant;
}

/** An open socket of an identity. */
export interface Connection {
  readonly identityId: string;
  send(text: string): void;
}

export interface MisakeyState {
  readonly identities: Map<string, Identity>;
  readonly tokens: Map<string, Token>;
  /** Boxes that exist, oldest first. */
  readonly boxes: Map<string, Box>;
  /** By hash. A share outlives its deleted box, so that its hash stays used. */
  readonly keyShares: Map<string, KeyShare>;
  /** Ids of the boxes that an identity is a member of, oldest first. */
  readonly joined: Map<string, Set<string>>;
  /** By identity, oldest first. */
  readonly notifications: Map<string, StoredNotification[]>;
  readonly sockets: LiveMap<string, Set<Connection>>;
  /** The platform's own organisation, which owns all boxes made by a contact. */
  readonly ownerOrgId: string;
  lastNotificationId: number;
}

/** Bounds on what a world keeps, so that a long run cannot exhaust memory. */
export const bounds = {
  /** Beyond it the oldest box is forgotten, with its shares. */
  boxes: 20_000,
  /** Beyond it a box takes no more events. */
  eventsPerBox: 10_000,
  /** Beyond it the oldest notification of an identity is forgotten. */
  notificationsPerIdentity: 5_000,
} as const;

/** A world with its people and their tokens, and nothing else. */
export function createState(world: WorldServices): MisakeyState {
  const now = world.clock.now();
  return {
    identities: new Map(people.identities.map((identity) => [identity.id, { ...identity }])),
    tokens: new Map(
      people.tokens.map((token) => [token.value, { ...token, expiresAt: expiryOf(token, now) }]),
    ),
    boxes: new Map(),
    keyShares: new Map(),
    joined: new Map(),
    notifications: new Map(),
    sockets: new LiveMap(),
    ownerOrgId: people.ownerOrgId,
    lastNotificationId: 0,
  };
}

/** The boxes an identity is a member of. */
export function joinedBy(state: MisakeyState, identityId: string): Set<string> {
  let ids = state.joined.get(identityId);
  if (ids === undefined) {
    ids = new Set();
    state.joined.set(identityId, ids);
  }
  return ids;
}

export function addMember(state: MisakeyState, box: Box, id: string, joinId: string | null): void {
  box.members.set(id, { joinEventId: joinId, newEvents: 0, muted: false });
  joinedBy(state, id).add(box.id);
}

export function removeMember(state: MisakeyState, box: Box, identityId: string): void {
  box.members.delete(identityId);
  joinedBy(state, identityId).delete(box.id);
}

/** Adds a box; the oldest one goes when there are too many. */
export function addBox(state: MisakeyState, box: Box): void {
  state.boxes.set(box.id, box);
  if (state.boxes.size <= bounds.boxes) return;
  for (const oldest of state.boxes.values()) {
    for (const hash of oldest.shareHashes) state.keyShares.delete(hash);
    dropBox(state, oldest);
    return;
  }
}

/** Removes a box from the world. Its share hashes stay used. */
export function dropBox(state: MisakeyState, box: Box): void {
  for (const identityId of box.members.keys()) joinedBy(state, identityId).delete(box.id);
  state.boxes.delete(box.id);
}

/** A member of the state that must exist, because it was put there together with its reference. */
export function identityOf(state: MisakeyState, id: string): Identity {
  const identity = state.identities.get(id);
  if (identity === undefined) throw new Error(`the world has no identity ${id}`);
  return identity;
}
