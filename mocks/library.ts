/** What the library's mocks have in common, whichever way they are reached. */
import { parseDuration } from '../specs/duration.js';
import type { Dialect } from '../specs/model.js';
import { readRule } from './control/fault-rule.js';
import { plantSeed } from './control/seed.js';
import type { ActiveFault } from './engine/faults.js';
import { drawnFreedoms } from './engine/freedoms.js';
import type { Channel, InboxMessage } from './engine/inbox.js';
import type { MockCore, MockOptions } from './engine/mock.js';
import type { ErasedSystem, Settings } from './engine/system.js';
import { worldHeader, type Worlds } from './engine/worlds.js';

/** Slug of a system, as the contracts list them. */
export type SystemName = 'misakey' | 'textsecure' | 'ssks' | 'keyservice' | 'quatrix';

/** What a mock is made with. */
export interface MockSetup {
  /** All five when absent. */
  readonly systems?: readonly SystemName[];
  /** Makes codes, ids and keys repeatable. */
  readonly seed?: number;
  readonly dialect?: Dialect;
  /** A fixed start of the clock, for answers that are the same byte for byte. */
  readonly startTime?: Date;
  /** By system, then by name. */
  readonly settings?: Readonly<Partial<Record<SystemName, Settings>>>;
  /**
   * Varies what clients must not rely on, by the seed; off when absent. What that is, and what of it
   * there is without a connection, is told in docs/chaos.md.
   */
  readonly chaos?: boolean;
  /** How many worlds are kept beside the main one, 256 when absent; the longest idle one goes. */
  readonly worlds?: number;
  /** How many exchanges each world keeps to look at, 1,000 when absent. */
  readonly journal?: number;
}

export interface InboxFilter {
  readonly system?: SystemName;
  readonly channel?: Channel;
  readonly recipient?: string;
}

export interface MockTrigger {
  readonly system: SystemName;
  readonly event: string;
  readonly affects: readonly string[];
  readonly data?: readonly unknown[];
  readonly account?: string;
  readonly status?: unknown;
}

/**
 * A disturbance: which requests it meets, and what it does to them. Durations are such as `2s`.
 * What each effect does is told at `FaultRule` of the engine, and in docs/mock.md.
 */
export interface FaultInput {
  /** A new rule takes the place of one of the same name. */
  readonly name?: string;
  readonly system?: SystemName;
  /** By operationId. */
  readonly operation?: string;
  /** How many requests pass first, how many are met then, and with which probability each. */
  readonly skip?: number;
  readonly count?: number;
  readonly chance?: number;
  readonly delay?:
    | string
    | { readonly from: string; readonly to: string }
    | { readonly median: string; readonly p99: string };
  readonly status?: number;
  readonly example?: string;
  readonly drop?: 'request' | 'answer';
  readonly truncate?: number;
  readonly hang?: true;
  readonly resetAfter?: number;
  readonly reorder?: true;
}

/** A step towards a state, see docs/mock.md: a request as text or in full, or something else. */
export type SeedStep =
  | string
  | {
      readonly request: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** User name and password. */
      readonly basic?: readonly [string, string];
      /** An object is sent as JSON. */
      readonly body?: string | object;
    }
  | { readonly trigger: MockTrigger }
  | { readonly scenario: `${SystemName}/${string}` }
  | { readonly advance: string };

/** An isolated state of a mock: what it sent, its time, and what happens in it. */
export interface MockWorld {
  readonly inbox: {
    /** The oldest message that fits and that `next` has not given out yet; waits for one. */
    next(filter?: InboxFilter): Promise<InboxMessage>;
    /** All that fit, oldest first. */
    list(filter?: InboxFilter): readonly InboxMessage[];
  };
  readonly clock: {
    now(): Date;
    /** Moves the clock forward, by such as `6h`; what becomes due happens. */
    advance(duration: string): Promise<void>;
  };
  /** Makes something of the outside happen. @returns the id of the job */
  trigger(event: MockTrigger): Promise<string>;
  /** What goes wrong on purpose; a reset ends it. */
  readonly faults: {
    /** @returns the rule's name. Throws when the rule is none. */
    add(rule: FaultInput): string;
    list(): readonly ActiveFault[];
    /** Removes a rule, or all. */
    remove(name?: string): void;
  };
  /** Brings about a named situation of a system, such as `rate-limited`; a reset ends it. */
  scenario(system: SystemName, name: string): Promise<void>;
  /** Does these steps one after the other. Rejects with the number of one that cannot be done. */
  plant(steps: readonly SeedStep[]): Promise<void>;
  /** Forgets all state, or only that of some systems: then inbox and clock stay as they are. */
  reset(systems?: readonly SystemName[]): Promise<void>;
  /** The whole state as JSON text; what is held or open is not in it. */
  snapshot(): Promise<string>;
  /** Puts the state, the clock included, back to a snapshot. Rejects what is none. */
  restore(snapshot: string): Promise<void>;
}

/** A world other than the main one, and how a request is sent to it. */
export interface NamedWorld extends MockWorld {
  readonly name: string;
  /** Headers that put a request into this world. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the mock is, whichever way it is reached. Its own members are those of the main world. */
export interface Mock extends MockWorld {
  /** What a client needs to know of each system's initial state: credentials, ids, numbers. */
  readonly profile: Readonly<Record<string, unknown>>;
  /**
   * A world by name (letters, digits, hyphens), made when there is none. Requests choose it by the
   * header `X-Countersign-World`, the cookie `countersign-world` or a sub-domain of localhost.
   */
  world(name: string): NamedWorld;
  close(): Promise<void>;
}

/** The options of the core. Throws when there is no system of a name. */
export function coreOptions(setup: MockSetup, systems: readonly ErasedSystem[]): MockOptions {
  return {
    systems,
    dialect: setup.dialect ?? 'documented',
    seed: setup.seed,
    startTime: setup.startTime?.getTime(),
    settings: setup.settings ?? {},
    journal: setup.journal,
    alterations: setup.chaos === true ? drawnFreedoms(systems, { seed: setup.seed }) : [],
    onBug: (error) => {
      console.error('countersign mock: a bug of the mock:', error);
    },
  };
}

/** Throws when one of the names is no system. */
export function checkNames(names: readonly string[] | undefined, known: readonly string[]): void {
  const wrong = names?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new Error(`countersign: there is no system "${wrong}"; known: ${known.join(', ')}`);
}

/** The members that a mock has whatever it is reached through. */
export function mockOf(worlds: Worlds, systems: readonly ErasedSystem[]): Omit<Mock, 'close'> {
  const named = new Map<string, { core: MockCore; world: NamedWorld }>();
  return {
    ...worldOf(worlds, undefined),
    profile: Object.fromEntries(systems.map((system) => [system.slug, system.profile])),
    world(given) {
      const name = given.toLowerCase();
      const core = worlds.named(name);
      const before = named.get(name);
      if (before?.core === core) return before.world;
      const world: NamedWorld = {
        name,
        headers: { [worldHeader]: name },
        ...worldOf(worlds, name),
      };
      named.set(name, { core, world });
      return world;
    },
  };
}

function worldOf(worlds: Worlds, name: string | undefined): MockWorld {
  const current = (): MockCore => worlds.named(name);
  let given = new Set<string>();
  return {
    inbox: {
      list: (filter = {}) => current().world.inbox.list(filter),
      async next(filter = {}) {
        for (let after = '0'; ;) {
          const message = await current().world.inbox.next({ ...filter, after });
          after = message.id;
          if (given.has(message.id)) continue;
          given.add(message.id);
          return message;
        }
      },
    },
    clock: {
      now: () => new Date(current().world.clock.now()),
      advance(duration) {
        const milliseconds = parseDuration(duration);
        if (milliseconds === null) {
          throw new Error(
            `countersign: "${duration}" is no duration; write a number with ms, s, m, h or d, such as 6h`,
          );
        }
        current().world.clock.advance(milliseconds);
        return Promise.resolve();
      },
    },
    trigger(event) {
      const jobId = current().trigger({ data: [], ...event });
      if (jobId === null) {
        throw new Error(
          `countersign: system ${event.system} has no event ${event.event}, or is not served`,
        );
      }
      return Promise.resolve(jobId);
    },
    faults: {
      add(rule) {
        const { faults } = current().world;
        const name = `fault-${String(faults.list().length + 1)}`;
        const read = readRule({ ...rule }, current(), name);
        if (typeof read === 'string') throw new Error(`countersign: ${read}`);
        faults.add(read);
        return read.name;
      },
      list: () => current().world.faults.list(),
      remove(name) {
        if (name === undefined) current().world.faults.clear();
        else current().world.faults.remove(name);
      },
    },
    scenario(system, name) {
      if (current().scenario(system, name)) return Promise.resolve();
      const known = current()
        .scenarios()
        .filter((scenario) => scenario.system === system)
        .map((scenario) => scenario.name);
      throw new Error(
        `countersign: system ${system} has no scenario ${name}; it has: ${known.join(', ') || 'none'}`,
      );
    },
    plant: (steps) => plantSeed(worlds, { world: name, steps }),
    reset(systems) {
      current().reset(systems);
      if (systems === undefined) given = new Set();
      return Promise.resolve();
    },
    snapshot: () => Promise.resolve(current().snapshot()),
    restore(snapshot) {
      return Promise.resolve().then(() => {
        current().restore(snapshot);
        given = new Set();
      });
    },
  };
}
