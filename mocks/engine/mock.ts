import type { Dialect } from '../../specs/model.js';
import { defaultBodyLimit } from '../../specs/operations.js';
import { createClock, type Clock } from './clock.js';
import { text, type PlainRequest, type PlainResponse } from './http.js';
import { createEventOrder, type EventOrder } from './event-order.js';
import { createFaults, type Faults } from './faults.js';
import { createInbox, type Inbox } from './inbox.js';
import { createJournal, type Journal } from './journal.js';
import { createOpenExchanges, type OpenExchanges } from './open.js';
import type { RoutedDispatch } from './dispatch.js';
import { dispatchTo } from './pipeline.js';
import { serve, type Served } from './served.js';
import { createRandom } from './random.js';
import { readSnapshot, SnapshotError, writeSnapshot, type SavedSystem } from './snapshot.js';
import type { ErasedAlteration, ErasedSystem, Settings, TriggerEvent } from './system.js';

export interface MockOptions {
  readonly systems: readonly ErasedSystem[];
  readonly dialect?: Dialect;
  readonly seed?: number | undefined;
  /** A fixed start of the clock in ms since the epoch. */
  readonly startTime?: number | undefined;
  /** By system, then by name; unknown names are errors. */
  readonly settings?: Readonly<Record<string, Settings>>;
  readonly alterations?: readonly ErasedAlteration[];
  /** How many exchanges the journal of each world keeps; 1,000 when absent. */
  readonly journal?: number | undefined;
  /** Told of an exception that is a bug of the mock; the client gets a 500 without a trace. */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

/** An isolated state of all systems. */
export interface World {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly eventOrder: EventOrder;
  readonly open: OpenExchanges;
  state(system: string): unknown;
}

/** A named situation of a system. */
export interface ScenarioName {
  readonly system: string;
  readonly name: string;
  readonly title: string;
}

export interface MockCore {
  readonly world: World;
  /** The slugs that are served. */
  readonly systems: readonly string[];
  readonly dialect: Dialect;
  dispatch(method: string, path: string): RoutedDispatch;
  /** Whether a path is below one that a system of this mock has claimed. */
  claims(path: string): boolean;
  /** The operationIds of a system, or of all; empty for a system that is not served. */
  operations(system?: string): readonly string[];
  /** `null` when the system or the event is not known; otherwise the id of the job. */
  trigger(event: TriggerEvent): string | null;
  /** What `scenario` can bring about. */
  scenarios(): readonly ScenarioName[];
  /** Brings a situation about. @returns false when the system or the name is not known */
  scenario(system: string, name: string): boolean;
  /**
   * Forgets all state, or only that of some systems, inbox and journal apart; the clock keeps its
   * place. What is held or open of these systems ends: it would wait for events of a state that is
   * no more.
   */
  reset(systems?: readonly string[]): void;
  /** The whole world as JSON text; what is held or open is not in it. */
  snapshot(): string;
  /**
   * Puts a world back to a snapshot. What is held or open ends, as at a reset.
   * @param clock `then` goes on at the instant of the snapshot; `now` lets the time since pass
   * @param snapshot its text, or the value that JSON makes of it
   * @throws SnapshotError for what is no snapshot or none of this mock; then nothing has changed
   */
  restore(snapshot: unknown, clock?: 'then' | 'now'): void;
  /** A system with its decisions, its services and its state. */
  served(system: string): Served | undefined;
  /** Changes the state of one system, given as `saveState` writes it; all else goes on. */
  edit(system: string, change: (saved: unknown) => void): void;
  /** How often this world was reset, wholly or in part, or restored. */
  generation(): number;
  /** Tells whoever runs the mock of an exception that is a bug of the mock itself. */
  reportBug(error: unknown): void;
  stop(): void;
}

/** Builds a mock that serves the given systems from one origin, free of any transport. */
export function createMockCore(options: MockOptions): MockCore {
  const dialect = options.dialect ?? 'documented';
  const reportBug = options.onBug ?? ((): void => undefined);
  const clock = createClock(options.startTime, reportBug);
  const journal = createJournal(options.journal);
  const bySlug = new Map<string, Served>();
  const byRoot = new Map<string, Served>();
  const inbox = createInbox(
    clock.now,
    (system, channel, recipient) =>
      bySlug.get(system)?.definition.normalizeRecipient?.(channel, recipient) ?? recipient,
  );
  checkSettings(options);

  for (const definition of options.systems) {
    const served = serve(definition, {
      dialect,
      clock,
      inbox,
      seed: options.seed,
      settings: options.settings?.[definition.slug],
      alterations: options.alterations ?? [],
      reportBug,
    });
    bySlug.set(definition.slug, served);
    for (const root of definition.roots) {
      if (byRoot.has(root)) throw new Error(`two systems claim the path /${root}`);
      byRoot.set(root, served);
    }
  }
  const single = options.systems.length === 1 ? [...bySlug.values()][0] : undefined;
  const faults = createFaults(() => createRandom(options.seed, 'faults'));
  const world: World = {
    clock,
    inbox,
    journal,
    faults,
    eventOrder: createEventOrder(),
    open: createOpenExchanges(clock.now),
    state: (system) => bySlug.get(system)?.state,
  };
  let jobs = 0;
  let seed = options.seed;
  let generation = 0;
  return {
    world,
    systems: [...bySlug.keys()],
    dialect,
    dispatch(method, path) {
      const served = byRoot.get(rootOf(path)) ?? single;
      if (served === undefined) return unknownPath(journal, clock);
      return dispatchTo(served, journal, method, path);
    },
    operations: (system) =>
      [...bySlug.values()]
        .filter(({ definition }) => system === undefined || definition.slug === system)
        .flatMap(({ handlers }) => Object.keys(handlers)),
    claims: (path) => byRoot.has(rootOf(path)),
    trigger(event) {
      const served = bySlug.get(event.system);
      if (served?.definition.trigger === undefined) return null;
      const known = served.definition.trigger(event, served);
      if (known === false) return null;
      jobs += 1;
      return known === true ? `job-${String(jobs)}` : known;
    },
    served: (system) => bySlug.get(system),
    edit(system, change) {
      const served = bySlug.get(system);
      if (served === undefined) throw new Error(`system ${system} is not served`);
      const { definition, state, world: services } = served;
      const saved = definition.saveState?.(state) ?? state;
      change(saved);
      served.state = definition.restoreState?.(saved, services) ?? state;
    },
    generation: () => generation,
    scenarios: () =>
      [...bySlug].flatMap(([system, { definition }]) =>
        Object.entries(definition.scenarios ?? {}).map(([name, { title }]) => ({
          system,
          name,
          title,
        })),
      ),
    scenario(system, name) {
      const served = bySlug.get(system);
      const known = served?.definition.scenarios ?? {};
      const scenario = Object.hasOwn(known, name) ? known[name] : undefined;
      if (served === undefined || scenario === undefined) return false;
      scenario.apply?.(served);
      for (const [index, rule] of (scenario.faults ?? []).entries()) {
        faults.add({ ...rule, system, name: `${system}.${name}.${String(index + 1)}` });
      }
      return true;
    },
    reset(only) {
      generation += 1;
      world.open.end(only);
      world.eventOrder.clear();
      if (only === undefined) {
        inbox.clear();
        journal.clear();
        faults.clear();
        jobs = 0;
        seed = options.seed;
      }
      for (const [slug, served] of bySlug) {
        if (only?.includes(slug) === false) continue;
        served.world.restart(undefined, seed);
        served.state = served.definition.createState(served.world);
      }
    },
    snapshot() {
      const systems: Record<string, SavedSystem> = {};
      for (const [slug, { definition, state, world: services }] of bySlug) {
        systems[slug] = {
          drawn: services.random.drawn(),
          levels: services.limiter.save(),
          state: definition.saveState?.(state) ?? state,
        };
      }
      const times = { now: clock.now(), ahead: clock.ahead() };
      const inboxNow = inbox.save();
      return writeSnapshot({
        dialect,
        seed: seed ?? null,
        ...times,
        jobs,
        inbox: inboxNow,
        systems,
      });
    },
    restore(given, time = 'then') {
      const snapshot = readSnapshot(given);
      checkSnapshot(snapshot, dialect, bySlug);
      generation += 1;
      world.open.end();
      world.eventOrder.clear();
      seed = snapshot.seed ?? undefined;
      jobs = snapshot.jobs;
      clock.setAhead(time === 'now' ? snapshot.ahead : snapshot.now - Date.now());
      journal.clear();
      inbox.restore(snapshot.inbox);
      for (const [slug, served] of bySlug) {
        const saved = snapshot.systems[slug];
        served.world.restart(saved, seed);
        const { definition } = served;
        served.state =
          saved === undefined
            ? definition.createState(served.world)
            : (definition.restoreState?.(saved.state, served.world) ?? saved.state);
      }
    },
    reportBug,
    stop() {
      clock.stop();
    },
  };
}

function checkSnapshot(
  snapshot: ReturnType<typeof readSnapshot>,
  dialect: Dialect,
  served: ReadonlyMap<string, Served>,
): void {
  if (snapshot.dialect !== dialect) {
    throw new SnapshotError(
      `the state was made in dialect ${snapshot.dialect}, and this mock speaks ${dialect}`,
    );
  }
  for (const slug of Object.keys(snapshot.systems)) {
    if (served.has(slug)) continue;
    throw new SnapshotError(`the state holds ${slug}, which this mock does not serve`);
  }
}

function checkSettings(options: MockOptions): void {
  for (const [slug, settings] of Object.entries(options.settings ?? {})) {
    const system = options.systems.find((candidate) => candidate.slug === slug);
    if (system === undefined) continue;
    for (const name of Object.keys(settings)) {
      if (system.settings[name] === undefined) {
        const known = Object.keys(system.settings).join(', ') || 'none';
        throw new Error(`${slug} has no setting ${name}; it has: ${known}`);
      }
    }
  }
}

/** The first path segment in lower case, two of them below the control plane. */
function rootOf(path: string): string {
  let end = path.indexOf('/', 1);
  if (end === -1) end = path.length;
  const first = path.slice(1, end).toLowerCase();
  if (first !== '_countersign') return first;
  const second = path.indexOf('/', end + 1);
  return path.slice(1, second === -1 ? path.length : second).toLowerCase();
}

function unknownPath(journal: Journal, clock: Clock): RoutedDispatch {
  const answer = (request: PlainRequest): PlainResponse => {
    const response = text(404, 'no system of this mock serves this path');
    journal.record(clock.now(), null, null, request, response);
    return response;
  };
  return { bodyLimit: defaultBodyLimit, run: answer, tooLarge: answer };
}
