import type { PlainRequest, PlainResponse } from '../../engine/http.js';
import type { Random } from '../../engine/random.js';
import type { WorldServices } from '../../engine/system.js';
import type { AuthName } from './auth-values.js';
import type { Position } from './cursor.js';
import type { Change } from './notify.js';
import type { Message, Poller, Queue } from './queue.js';
import type { Session } from './sessions.js';
import type { Account, State, User } from './state.js';
import type { CallParts } from './subject.js';

/** A login whose signature is to be checked. */
export interface LoginAttempt {
  readonly method: string;
  readonly login: string;
  readonly timestamp: string;
  /** The user whom the account has under this login. */
  readonly user: User;
}

/** A later call whose signature is to be checked. */
export interface CallAttempt extends CallParts {
  readonly session: Session;
}

/** Where an account is looked for: the Referer header and the host that was asked. */
export interface AccountHint {
  readonly referer: string | undefined;
  /** Host of the request without its port, in lower case. */
  readonly host: string;
}

/** Makes the answer that brings a message. */
export type Deliver = (message: Message, queue: Queue) => PlainResponse;

/** The decisions that servers could take otherwise: seams for dialects, mutants and variants. */
export interface Behaviour {
  /** Maps a raw path to the bare route; one that is not served becomes a path without a route. */
  routeOf(path: string): string;
  /** The path that is signed for a raw path: without the prefix. */
  signedPath(path: string): string;

  /** Reads an authentication value from header or query. */
  authValue(request: PlainRequest, name: AuthName): string | undefined;
  /** Values that a login cannot do without. */
  readonly neededAtLogin: readonly AuthName[];
  /** Values that any other signed call cannot do without. */
  readonly neededInCalls: readonly AuthName[];
  /** Status of a login that lacks a value (E11). */
  readonly missingValueStatus: 400 | 401;
  isTimestamp(text: string): boolean;

  /** The account that a login means, or undefined for a host that is none. */
  accountOf(state: State, hint: AccountHint): Account | undefined;
  userOf(account: Account, login: string): User | undefined;
  /** Signatures of a login that are right; lazily, the likely one first. */
  loginSignatures(attempt: LoginAttempt): Iterable<string>;
  /** The same for a later call. */
  callSignatures(attempt: CallAttempt): Iterable<string>;
  /** Compares a right signature with the received one, in constant time. */
  signatureMatches(right: string, received: string): boolean;
  newToken(random: Random, user: User): string;
  /** Whether the answer to a signed call brings a newer token. */
  issuesNewerToken(world: WorldServices): boolean;
  findSession(state: State, token: string, now: number): Session | undefined;
  /**
   * Whether a session is not yet idle for too long.
   * @param idle milliseconds since its last signed call
   * @param limit milliseconds after which it ends
   */
  isAlive(idle: number, limit: number): boolean;
  /** Whether a signed call of this operation counts as use of the session. */
  countsAsUse(operationId: string): boolean;

  /** Members of the profile that name the channel (E6). */
  channelMembers(user: User): { channel?: string; channel_id?: string };

  /** Whether polls must be signed (E9). */
  pollNeedsSignature(world: WorldServices): boolean;
  /** The queue that a poll's id selects, or undefined for an id of nobody. */
  queueOf(state: State, id: string, now: number): Queue | undefined;
  readCursor(modifiedSince: string | undefined, noneMatch: string | undefined): Position | null;
  /** Position of a new message after the newest one. */
  positionOf(newest: Position | null, now: number): Position;
  /** Whether a message published now is kept for later polls. */
  isKept(queue: Queue): boolean;
  /** The message that a poll gets: the first after its cursor. */
  nextMessage(messages: readonly Message[], cursor: Position | null): Message | undefined;
  /** Which held polls a publication answers. */
  pollersToWake(queue: Queue): readonly Poller[];
  /** Milliseconds between a publication and the answers to held polls. */
  readonly releaseDelay: number;
  /** What happens to a held poll whose client has gone away. */
  forget(queue: Queue, poller: Poller): void;
  /** Milliseconds that a poll is held. */
  holdTime(seconds: number): number;
  /** The answer that brings a message. */
  deliveryOf(message: Message, queue: Queue): PlainResponse;
  /** The answer to a held poll that brings a message published meanwhile. */
  releaseOf(message: Message, queue: Queue, deliver: Deliver): PlainResponse;
  /** The answer at the end of a hold. */
  holdEnd(cursor: Position): PlainResponse;
  /** Who is told of a change that affects these users. */
  usersToNotify(affected: readonly User[], state: State): readonly User[];
  /** The notification of a change, as JSON. */
  notificationOf(change: Change): unknown;
}
