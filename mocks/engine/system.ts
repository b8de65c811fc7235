import type { AsyncApiDocument, Dialect, OpenApiDocument } from '../../specs/model.js';
import type { Clock } from './clock.js';
import type { RequestContext } from './context.js';
import type { Outcome } from './dispatch.js';
import type { FaultRule } from './faults.js';
import type { ErasedFreedom } from './freedoms.js';
import type { PlainRequest, PlainResponse } from './http.js';
import type { Inbox, OutboundMessage } from './inbox.js';
import type { Insight } from './insight.js';
import type { Problem } from './problem.js';
import type { Random } from './random.js';
import type { RateLimiter } from './rate-limit.js';

/** A value of a system's settings, such as a time-out or a switch. */
export type SettingValue = string | number | boolean;
export type Settings = Readonly<Record<string, SettingValue>>;

/** What a world gives to a system's state: time, chance, limits and a way out. */
export interface WorldServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly limiter: RateLimiter;
  readonly inbox: Inbox;
  readonly settings: Settings;
  readonly dialect: Dialect;
  /** Hands a message to the outside: SMS, voice, e-mail or a push service. */
  deliver(message: Omit<OutboundMessage, 'system'>): void;
  /** Tells whoever runs the mock of an exception that is a bug of the mock itself. */
  reportBug(error: unknown): void;
}

/** What a system sees outside of a request, for instance on a trigger. */
export interface SystemContext<State, Behaviour> {
  readonly state: State;
  readonly behaviour: Behaviour;
  readonly world: WorldServices;
}

/** An answer to one operation. Throws `Refusal` to end early; anything else thrown is a bug. */
export type Handler<State, Behaviour> = (
  context: RequestContext<State, Behaviour>,
) => Outcome | Promise<Outcome>;

/** A situation that clients must cope with, brought about by name. */
export interface Scenario<State, Behaviour> {
  /** What is then the case, in one sentence. */
  readonly title: string;
  /** Changes the state, or moves the clock. */
  apply?(context: SystemContext<State, Behaviour>): void;
  /** Rules of this system that hold until a reset; they are named after the scenario. */
  readonly faults?: readonly Omit<FaultRule, 'name' | 'system'>[];
}

/** How the events of an operation that holds requests follow one another. */
export interface LongPoll<Behaviour> {
  /**
   * @param response what a request got
   * @returns null where it brings no event; else a name of the event that no other one of this
   *   mock has, and the request that asks for the one after it
   */
  follow(
    request: PlainRequest,
    response: PlainResponse,
    behaviour: Behaviour,
  ): { readonly event: string; readonly next: PlainRequest } | null;
  /** An event as it is told in the place of another, so that a client goes on from that place. */
  moved(event: PlainResponse, place: PlainResponse): PlainResponse;
}

/** `POST {trigger}` of the contracts. */
export interface TriggerEvent {
  readonly system: string;
  readonly event: string;
  readonly affects: readonly string[];
  readonly data: readonly unknown[];
  readonly account?: string | undefined;
  /** Passed on as it came; its meaning is the system's. */
  readonly status?: unknown;
}

/**
 * Everything that makes a system: its documents, its state and one handler per operation.
 *
 * `Behaviour` is the record of the small decisions that handlers take through
 * `context.behaviour`: comparisons, limits, encodings, orders, statuses. It is the system's set
 * of named seams. A dialect is one such record, and so is a mutant or a legal variant.
 */
export interface SystemDefinition<State, Behaviour extends object> {
  readonly slug: string;
  readonly title: string;
  readonly openapi: OpenApiDocument;
  readonly asyncapi: AsyncApiDocument | null;
  /**
   * First path segments that belong to this system, in lower case, without slashes. A segment of
   * the control plane is written with its parent: `_countersign/attachments`.
   */
  readonly roots: readonly string[];
  readonly behaviours: Readonly<Record<Dialect, Behaviour>>;
  /** Names and defaults of the settings. */
  readonly settings: Settings;
  createState(world: WorldServices): State;
  /**
   * The state as plain values, maps, sets and bytes, from which `restoreState` makes it again.
   * Needed where the state holds functions or other things that cannot be written down; open
   * sockets and held polls are kept in a `LiveSet` or `LiveMap`.
   */
  saveState?(state: State): unknown;
  /** Makes a state of what `saveState` gave. The world's services are restored before. */
  restoreState?(saved: unknown, world: WorldServices): State;
  readonly handlers: Readonly<Record<string, Handler<State, Behaviour>>>;
  /**
   * What a client must know to talk to a fresh mock: this system's section of a target profile,
   * without its `url`. The suite and front-end developers start from it.
   */
  readonly profile: Readonly<Record<string, unknown>>;
  /**
   * Settings with which the suite's own mock differs from the defaults: shorter waits, or limits
   * that many refused requests of other checks do not trip.
   */
  readonly suiteSettings?: Settings;
  /** Maps a path to the spelling of the document before routing, where there are several. */
  rewritePath?(path: string, behaviour: Behaviour): string;
  /** Looks at a request before routing faults are answered; an answer ends it. */
  before?(context: RequestContext<State, Behaviour>): PlainResponse | undefined;
  /** Puts a system's view of a fault into words. */
  refuse(problem: Problem, context: RequestContext<State, Behaviour>): PlainResponse;
  /** Adds what every answer of the system carries. */
  after?(context: RequestContext<State, Behaviour>, response: PlainResponse): PlainResponse;
  /** True where the system answers CORS itself; otherwise the engine opens it to any origin. */
  readonly ownCors?: boolean;
  /**
   * Makes an event of the outside happen.
   * @returns false for an event that the system does not know; a text becomes the job's id
   */
  trigger?(event: TriggerEvent, context: SystemContext<State, Behaviour>): boolean | string;
  /** By name; the same names in every system where they mean the same. */
  readonly scenarios?: Readonly<Record<string, Scenario<State, Behaviour>>>;
  /** What its documents leave to a server, and how others may do it. */
  readonly freedoms?: readonly ErasedFreedom[];
  /** The operations that hold a request until an event is there, by operationId. */
  readonly longPolls?: Readonly<Record<string, LongPoll<Behaviour>>>;
  /** The form in which recipients of the inbox are compared. */
  normalizeRecipient?(channel: string, recipient: string): string;
  /** Loads what the system can tell of its clients' mistakes; asked for by a look alone. */
  insight?(): Promise<Insight<State, Behaviour>>;
}

/**
 * A deliberate change to a system: a mutant, or a variant that still conforms. Each member is a
 * seam; what is left out stays as it was.
 */
export interface Alteration<State, Behaviour extends object> {
  readonly system: string;
  /** Replaces decisions; gets the original record to build on. */
  behaviour?(base: Behaviour): Partial<Behaviour>;
  /** Wraps handlers by operationId. */
  readonly handlers?: Readonly<
    Record<string, (next: Handler<State, Behaviour>) => Handler<State, Behaviour>>
  >;
  /** Changes any answer of the system, refusals included. */
  respond?(
    response: PlainResponse,
    context: RequestContext<State, Behaviour>,
  ): PlainResponse | Promise<PlainResponse>;
  /** Stands between the system and the inbox. */
  deliver?(message: OutboundMessage, next: (message: OutboundMessage) => void): void;
}

/** A system whose own types are no longer of interest: what a registry and the core hold. */
export type ErasedSystem = SystemDefinition<unknown, object>;
/** The same for an alteration. */
export type ErasedAlteration = Alteration<unknown, object>;

/**
 * Declares a system. Its functions get only its own state and behaviour back, so erasing the
 * types here is sound and lets systems of different state live side by side.
 */
export function defineSystem<State, Behaviour extends object>(
  definition: SystemDefinition<State, Behaviour>,
): ErasedSystem {
  return definition as unknown as ErasedSystem;
}

/** Declares an alteration; see `defineSystem` on the types. */
export function defineAlteration<State, Behaviour extends object>(
  alteration: Alteration<State, Behaviour>,
): ErasedAlteration {
  return alteration as unknown as ErasedAlteration;
}
