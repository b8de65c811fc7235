import type { HeaderValue } from '../../engine/http.js';
import type { OutboundMessage } from '../../engine/inbox.js';
import type { Random } from '../../engine/random.js';
import type { components } from '../../../specs/ssks/types.gen.js';
import type { Application } from './applications.js';
import type { Factor } from './factor.js';
import type { ChallengeMessage } from './outbox.js';
import type { PasswordRow, Session, Store, TmrUser } from './state.js';

type Schemas = components['schemas'];

/** Back ends show an API key, devices never do. */
export type Side = 'back' | 'front';

/** The headers with credentials as they came; absent and empty ones are undefined. */
export interface Credentials {
  readonly appId: string | undefined;
  readonly apiKey: string | undefined;
}

/** What `sendChallenge` was asked for. */
export interface ChallengeOrder {
  readonly mustAuthenticate: boolean;
  readonly fakeOtp: boolean;
}

/**
 * The decisions of this system. A dialect is one such record; a mutant or a variant replaces some
 * of its members.
 */
export interface SsksBehaviour {
  // Credentials and bodies

  /** The application that credentials open, or why they open none. */
  authorize(
    credentials: Credentials,
    side: Side,
    applications: ReadonlyMap<string, Application>,
    operationId: string,
  ): Application | 'absent' | 'wrong';
  /** The store in which an application's users live. */
  namespaceOf(application: Application): string;
  /** Whether a Content-Type may carry a JSON body. */
  acceptsMediaType(contentType: string): boolean;
  /** The boolean that a JSON value stands for; undefined when it is none. */
  readFlag(value: unknown): boolean | undefined;
  isFactorType(type: string): boolean;
  /** Whether a factor's value has the form of its type. */
  isWellFormed(factor: Factor): boolean;
  /** The factor that the deprecated `email` stands for. */
  emailFactor(email: string): Factor;
  /** The form in which a user id is kept, compared and echoed. */
  keptUserId(userId: string): string;
  /** The form in which a factor's value is compared. */
  normalizeValue(factor: Factor): string;

  // Users and sessions

  findUser(store: Store, userId: string, factorKey: string): TmrUser | undefined;
  /** Makes a blank user; one who exists stays as it is. */
  registerUser(store: Store, userId: string, factorKey: string): TmrUser;
  /** Whether `sendChallenge` goes on for a user, known or not. */
  admitsUser(user: TmrUser | undefined, createUser: boolean): boolean;
  /** Whether an identity is stored under a factor, by whatever user. */
  factorIsUsed(store: Store, factorKey: string, userId: string | undefined): boolean;
  /** Whether a new session needs its challenge. */
  needsChallenge(factorUsed: boolean, forced: boolean, user: TmrUser | undefined): boolean;
  newSessionId(random: Random, user: TmrUser): string;
  /** Whether a new session of its user ends an earlier one. */
  endsEarlierSession(earlier: Session): boolean;
  /** The reply of `sendChallenge`. */
  sentReply(session: Session): Schemas['ChallengeSent'];

  // Challenges

  /** The challenge of a new session; null where it has none. */
  challengeFor(order: ChallengeOrder, random: Random): string | null;
  /** Whether a challenge goes out. */
  sendsChallenge(order: ChallengeOrder): boolean;
  compose(message: ChallengeMessage): Omit<OutboundMessage, 'system'>;
  refusesFakeOtp(application: Application): boolean;
  /** Whether one more SMS may be handed out. */
  smsLeft(application: Application, sent: number): boolean;
  /** Whether e-mails use up the SMS quota. */
  countsTowardsQuota(factor: Factor): boolean;
  /** Milliseconds from issue during which a challenge is right. */
  readonly challengeLife: number;
  /** Whether a challenge is the one of its session, and still good. */
  challengeMatches(session: Session, presented: string, now: number): boolean;
  /** Whether a factor is the one of the session. */
  isFactorOf(session: Session, factorKey: string): boolean;
  /** The session that a session id names. */
  findSession(store: Store, id: string): Session | undefined;
  /** Whether the empty challenge is refused before the session is looked up. */
  readonly emptyChallengeFirst: boolean;

  // Identities under the 2-man rule

  mayStore(session: Session): boolean;
  mayRead(session: Session): boolean;
  mayVouch(session: Session): boolean;
  /** Stores or replaces the identity of the session's user and returns its id. */
  storeIdentity(store: Store, session: Session, data: string, newId: () => string): string;
  /** The reply of `searchTmrIdentity`; null when nothing is stored. */
  readIdentity(session: Session): Schemas['TmrIdentity'] | null;
  /** The users that a deletion or a count is about. */
  usersOf(store: Store, userId: string, factorKey: string | undefined): readonly TmrUser[];
  /** What a deletion reports: identities, not users. */
  deletedCount(users: readonly TmrUser[]): number;
  eraseUser(store: Store, user: TmrUser): void;
  /** How many identities a `user_id` has under one factor, or under all. */
  countIdentities(store: Store, userId: string, factorKey: string | undefined): number;
  /** The reply of both counts. */
  countReply(count: number, userId: string, application: Application): Schemas['IdentityCount'];

  // Password store

  findRow(store: Store, userId: string, secret: string): PasswordRow | undefined;
  storeRow(
    store: Store,
    userId: string,
    secret: string,
    data: string,
    newId: () => string,
  ): PasswordRow;
  countRows(store: Store, userId: string): number;
  deleteRows(store: Store, userId: string): void;
  /** Failed searches of one user within the window that lead to 429. */
  readonly failureLimit: number;
  /** Milliseconds for which a failed search counts. */
  readonly failureWindow: number;
  /** The value of `Retry-After` for a wait in milliseconds. */
  retryAfter(wait: number): string;

  // Web pages

  /** Headers of a preflight's answer. */
  readonly preflightHeaders: Readonly<Record<string, HeaderValue>>;
  /** Headers of every other answer. */
  readonly originHeaders: Readonly<Record<string, HeaderValue>>;
}
