import type { RequestContext } from '../../engine/context.js';
import type { WorldServices } from '../../engine/system.js';
import type {
  Box,
  Connection,
  Identity,
  Membership,
  MisakeyState,
  StoredEvent,
  Token,
} from './state.js';

export type Context = RequestContext<MisakeyState, Behaviour>;

/** A message on the socket before it is encoded. */
export interface SocketMessage {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** The members of a key share that are base64 texts, by the name of the document. */
export type ShareMember =
  'misakey_share' | 'invitation_share_hash' | 'encrypted_invitation_key_share';

/** A leaf of the contact request that must be there. */
export type ContactMember = 'contacted_identity_id' | 'title' | 'public_key' | ShareMember;

/** How a dialect spells the three members that were renamed, in requests and in `details`. */
export interface MemberNames {
  /** Names under which the contacted identity is looked for; the first that is present counts. */
  readonly contacted: readonly string[];
  /** The same for the share hash. */
  readonly hash: readonly string[];
  /** True where `crypto.invitation_data` is looked at, before `invitation_data` at the top. */
  readonly invitationInCrypto: boolean;
}

/** The small decisions that handlers take; one record is a dialect, a mutant or a variant. */
export interface Behaviour {
  /** The token's text from the two cookies; refuses when they are missing or wrong. */
  readCredentials(context: Context): string;
  /** The token that was issued under exactly this text. */
  findToken(state: MisakeyState, value: string, operationId: string): Token | undefined;
  hasExpired(token: Token, now: number, operationId: string): boolean;
  /** The lowest ACR with which an operation may be called. */
  minimumAcr(operationId: string): number;
  /** True when the token stands for this identity. */
  mayActFor(token: Token, identityId: string, operationId: string): boolean;
  /** True for a lower-case UUID of version 4 without blanks. */
  isRequestId(text: string): boolean;
  /** True when cookie and header hold the same CSRF value, or the request needs none. */
  csrfHolds(context: Context): boolean;

  /** True when the request is an opening handshake of RFC 6455, version 13. */
  handshakeIsUsable(context: Context): boolean;
  originIsAllowed(origin: string | undefined): boolean;
  /** Longest client message in bytes; a longer one closes with 1009. */
  readonly maxMessageBytes: number;
  /** Milliseconds between two pings; 0 sends none. */
  readonly pingInterval: number;
  /** Milliseconds after the last Pong at which a peer is dropped. */
  readonly pongDeadline: number;
  subscribe(state: MisakeyState, connection: Connection): void;
  unsubscribe(state: MisakeyState, connection: Connection): void;
  /** Sends a message to all open sockets of an identity. */
  publish(
    state: MisakeyState,
    behaviour: Behaviour,
    identityId: string,
    message: SocketMessage,
    world: WorldServices,
  ): void;
  encodeMessage(message: SocketMessage): string;
  /** True when an ack from this socket may speak for `senderId`. */
  mayAcknowledgeFor(connection: Connection, senderId: string): boolean;
  /** The sockets that an ack is sent on to. */
  ackRecipients(state: MisakeyState, connection: Connection): Iterable<Connection>;
  /** What an ack or its HTTP counterpart does to the count of new events. */
  acknowledge(membership: Membership): void;
  /** What a client frame that is no ack gets; null for silence. */
  answerUnusable(text: string): string | null;

  readonly names: MemberNames;
  /** The value of a JSON body; undefined when it is not JSON. Bytes after an object are ignored. */
  parseBody(text: string): unknown;
  /** The text of a member that must be a string: '' for null or absence, null for another type. */
  readText(value: unknown): string | null;
  /** True when a leaf counts as missing: an empty string does. */
  isMissing(member: ContactMember, value: string): boolean;
  contactedIdIsWellFormed(id: string): boolean;
  findContact(state: MisakeyState, id: string): Identity | undefined;
  /** The key for which an invitation must be encrypted; null where there is none. */
  invitationKeyOf(contact: Identity): string | null;
  /** True for 1 to 50 bytes of UTF-8. */
  titleFits(title: string): boolean;
  publicKeyIsWellFormed(key: string): boolean;
  shareIsWellFormed(member: ShareMember, value: string): boolean;
  /** Most characters of a share. */
  shareLimit(member: ShareMember): number;
  hashIsUsed(state: MisakeyState, hash: string): boolean;
  /** The encrypted crypto action in the invitation data, or null when the data does not fit. */
  encryptedInvitation(data: unknown, invitationKey: string): string | null;
  /** Who is told of the create event. */
  createEventRecipients(box: Box): readonly string[];
  /** Who is told of the invitation. */
  invitationRecipients(box: Box): readonly string[];

  /** Who is told of a later event: all members, and whoever the event is about. */
  eventRecipients(box: Box, event: StoredEvent): readonly string[];
  /** True when this reader sees identifiers of other identities. */
  showsIdentifiers(box: Box, readerId: string): boolean;
  isMember(box: Box, identityId: string): boolean;
  /** True when the identity may change the box itself. */
  mayManage(box: Box, identityId: string): boolean;
  /** True where a member may join once more. */
  readonly mayJoinAgain: boolean;
  /** True when the access mode lets the identity join. */
  mayJoin(box: Box, identity: Identity): boolean;
  /** True when an event counts as new for the members that did not send it. */
  countsAsNew(event: StoredEvent): boolean;
  mayReadEncryptedShare(box: Box, identityId: string): boolean;
  mayReadKeyShare(box: Box, identityId: string): boolean;
  /** True when this share hash opens the public information of the box. */
  opensPublicInfo(state: MisakeyState, box: Box, hash: string): boolean;
  /** Who is told of changed settings. */
  settingsRecipients(box: Box, identityId: string): readonly string[];
}
