import type { Persist } from '../control/front.js';
import type { PlainRequest } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { WorldError, type Worlds } from '../engine/worlds.js';

/** What the mocks of a household share: which of them is a world's home, and its last state. */
export interface Leases {
  /** Makes a mock the home of a world for `ttl` milliseconds, unless another one is. */
  take(world: string, address: string, ttl: number): Promise<Taken>;
  /** Ends being a home, so that another need not wait for the time to run out. */
  release(world: string, address: string): Promise<void>;
  save(world: string, state: string): Promise<void>;
  /** @returns null for a world that nobody has saved */
  load(world: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface Taken {
  /** The address of the home: the given one where it was taken or renewed. */
  readonly home: string;
  /** True where no other mock has been the home since this one last was. */
  readonly again: boolean;
}

/**
 * Finds the home of each world: the one mock of a household that has its state in memory, holds its
 * long polls and sockets, and answers all its requests. The others pass theirs on.
 */
export interface Homes {
  /** The address of the mock that is home to the world of a request; null for this one. */
  of(headers: PlainRequest['headers']): string | null | Promise<string | null>;
  /** Forgets what is known of a home that does not answer. */
  forget(headers: PlainRequest['headers']): void;
  /** Lets what happened in a world be saved soon. */
  readonly persist: Persist;
  /** Saves and gives up all worlds. */
  close(): Promise<void>;
  /** Ends without a word to the others, as a killed process does. */
  abandon(): void;
}

export interface HomesOptions {
  /** Base URL under which the other mocks reach this one, known once it listens. */
  readonly address: () => string;
  /** Milliseconds for which a home is one without renewing it; a mock that died is missed so long. */
  readonly ttl?: number;
  /** Milliseconds between two saves of a world that changes. */
  readonly saveEvery?: number;
  readonly reportBug: (error: unknown) => void;
}

/** What is known of a world's home, and until when. */
interface Known {
  /** Null where this mock is the home. */
  readonly home: string | null;
  readonly core: MockCore | null;
  readonly until: number;
}

/** Milliseconds for which a closing mock waits for its store. */
const longestGoodbye = 2_000;

/** The name under which the main world is shared: no world can have it. */
const mainWorld = '(main)';

export function createHomes(worlds: Worlds, leases: Leases, options: HomesOptions): Homes {
  const { ttl = 3_000, saveEvery = 250 } = options;
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<string | null>>();
  const names = new WeakMap<MockCore, string>();
  const changed = new Set<MockCore>();
  const saved = new WeakMap<MockCore, string>();
  /** Milliseconds that the last save took of this process, reading the state included. */
  let took = 0;

  const coreOf = (world: string): MockCore => worlds.named(world === mainWorld ? undefined : world);

  /** Takes a world in: its state is what its last home saved. */
  const moveIn = async (world: string, until: number): Promise<void> => {
    const state = await leases.load(world);
    const core = coreOf(world);
    if (state !== null) core.restore(state, 'now');
    else if (names.has(core)) core.reset();
    names.set(core, world);
    known.set(world, { home: null, core, until });
  };

  const ask = async (world: string): Promise<string | null> => {
    const until = Date.now() + ttl * 0.8;
    const own = options.address();
    const { home, again } = await leases.take(world, own, ttl);
    if (home !== own) {
      known.set(world, { home, core: null, until: Date.now() + ttl / 3 });
      return home;
    }
    // A process that was too busy to renew in time keeps its state, if nobody came in between.
    const core = coreOf(world);
    if (again && names.get(core) === world) known.set(world, { home: null, core, until });
    else await moveIn(world, until);
    return null;
  };

  const askOnce = (world: string): Promise<string | null> => {
    let answer = asking.get(world);
    if (answer === undefined) {
      answer = ask(world).finally(() => asking.delete(world));
      asking.set(world, answer);
    }
    return answer;
  };

  const save = async (): Promise<void> => {
    took = 0;
    const cores = [...changed];
    changed.clear();
    for (const core of cores) {
      const world = names.get(core);
      if (world === undefined || known.get(world)?.core !== core) continue;
      const begun = performance.now();
      const state = core.snapshot();
      took += performance.now() - begun;
      if (saved.get(core) === state) continue;
      await leases.save(world, state);
      saved.set(core, state);
    }
  };

  let saving: ReturnType<typeof setTimeout> | undefined;
  const saveSoon = (): void => {
    // A large state is saved less often: at most a twentieth of the time goes into it.
    const pause = Math.max(saveEvery, 19 * took);
    saving ??= setTimeout(() => {
      saving = undefined;
      save().catch(options.reportBug);
    }, pause);
  };

  const renew = setInterval(() => {
    for (const [world, { home }] of known)
      if (home === null) askOnce(world).catch(options.reportBug);
  }, ttl / 3);
  renew.unref();

  const giveUp = async (): Promise<void> => {
    await save();
    for (const [world, { home }] of known)
      if (home === null) await leases.release(world, options.address());
  };

  return {
    of(headers) {
      const world = worlds.nameOf(headers)?.toLowerCase() ?? mainWorld;
      const found = known.get(world);
      try {
        if (found !== undefined && Date.now() < found.until) {
          // A world that was displaced meanwhile is fetched again.
          if (found.core === null || found.core === coreOf(world)) return found.home;
          known.delete(world);
        } else {
          coreOf(world);
        }
      } catch (error) {
        // A name that none can have is refused here.
        if (error instanceof WorldError) return null;
        throw error;
      }
      return askOnce(world);
    },
    forget(headers) {
      known.delete(worlds.nameOf(headers)?.toLowerCase() ?? mainWorld);
    },
    persist(core) {
      changed.add(core);
      saveSoon();
      return Promise.resolve();
    },
    abandon() {
      clearInterval(renew);
      clearTimeout(saving);
    },
    async close() {
      clearInterval(renew);
      clearTimeout(saving);
      for (const { core } of known.values()) if (core !== null) changed.add(core);
      const left = giveUp();
      // A store that is away must not keep a mock from ending.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, longestGoodbye);
      });
      left.catch(() => undefined);
      await Promise.race([left, late]).finally(() => {
        clearTimeout(timer);
      });
      await leases.close();
    },
  };
}
