/**
 * The mock as a library, for tests in Node.
 *
 * ```ts
 * const mock = await startMock({ systems: ['ssks'], port: 0, seed: 1 });
 * ```
 */
import { parseDuration } from '../specs/duration.js';
import type { Dialect } from '../specs/model.js';
import type { Channel, InboxMessage } from './engine/inbox.js';
import { createMockCore, type MockCore } from './engine/mock.js';
import type { Settings } from './engine/system.js';
import { selectSystems, systems } from './registry.js';
import { serveNode } from './transports/node.js';

export type { Channel, InboxMessage } from './engine/inbox.js';
export type { Settings, SettingValue } from './engine/system.js';
export type { Dialect } from '../specs/model.js';

/** Slug of a system, as the contracts list them. */
export type SystemName = 'misakey' | 'textsecure' | 'ssks' | 'keyservice' | 'quatrix';

export interface StartMockOptions {
  /** All five when absent. */
  readonly systems?: readonly SystemName[];
  /** A free one when absent or 0. */
  readonly port?: number;
  /** `127.0.0.1` when absent. */
  readonly host?: string;
  /** Makes codes, ids and keys repeatable. */
  readonly seed?: number;
  readonly dialect?: Dialect;
  /** A fixed start of the clock, for answers that are the same byte for byte. */
  readonly startTime?: Date;
  /** By system, then by name. */
  readonly settings?: Readonly<Partial<Record<SystemName, Settings>>>;
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

/** What the mock is, whichever way it is reached. */
export interface Mock {
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
  /** What a client needs to know of each system's initial state: credentials, ids, numbers. */
  readonly profile: Readonly<Record<string, unknown>>;
  /** Forgets all state. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface RunningMock extends Mock {
  readonly url: string;
}

/** Starts a mock server. Throws when a name is unknown or the port is taken. */
export async function startMock(options: StartMockOptions = {}): Promise<RunningMock> {
  const core = createMockCore(coreOptions(options));
  const server = await serveNode(core, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
  });
  return { ...mockOf(core), url: server.url, close: () => server.close() };
}

function coreOptions(options: StartMockOptions): Parameters<typeof createMockCore>[0] {
  for (const name of options.systems ?? []) {
    if (systems.some((system) => system.slug === name)) continue;
    const known = systems.map((system) => system.slug).join(', ');
    throw new Error(`countersign: there is no system "${name}"; known: ${known}`);
  }
  return {
    systems: selectSystems(options.systems),
    dialect: options.dialect ?? 'documented',
    seed: options.seed,
    startTime: options.startTime?.getTime(),
    settings: options.settings ?? {},
    onBug: (error) => {
      console.error('countersign mock: a bug of the mock:', error);
    },
  };
}

/** The members that a mock has without a server. */
function mockOf(core: MockCore): Omit<Mock, 'close'> {
  let given = new Set<string>();
  return {
    inbox: {
      list: (filter = {}) => core.world.inbox.list(filter),
      async next(filter = {}) {
        for (let after = '0'; ;) {
          const message = await core.world.inbox.next({ ...filter, after });
          after = message.id;
          if (given.has(message.id)) continue;
          given.add(message.id);
          return message;
        }
      },
    },
    clock: {
      now: () => new Date(core.world.clock.now()),
      advance(duration) {
        const milliseconds = parseDuration(duration);
        if (milliseconds === null) {
          throw new Error(
            `countersign: "${duration}" is no duration; write a number with ms, s, m, h or d, such as 6h`,
          );
        }
        core.world.clock.advance(milliseconds);
        return Promise.resolve();
      },
    },
    trigger(event) {
      const jobId = core.trigger({ data: [], ...event });
      if (jobId === null) {
        throw new Error(
          `countersign: system ${event.system} has no event ${event.event}, or is not served`,
        );
      }
      return Promise.resolve(jobId);
    },
    profile: Object.fromEntries(
      selectSystems(core.systems).map((system) => [system.slug, system.profile]),
    ),
    reset() {
      core.reset();
      given = new Set();
      return Promise.resolve();
    },
  };
}
