import type { Dialect } from '../../specs/model.js';
import { operationsOf, type Operation } from '../../specs/operations.js';
import { compileRouter, type Router } from '../../specs/router.js';
import type { Clock } from './clock.js';
import type { ServedSystem } from './context.js';
import type { Inbox, OutboundMessage } from './inbox.js';
import { createRandom, type SeekableRandom } from './random.js';
import { createRateLimiter } from './rate-limit.js';
import type { SavedSystem } from './snapshot.js';
import type { ErasedAlteration, ErasedSystem, Handler, Settings, WorldServices } from './system.js';

export interface ServeOptions {
  readonly dialect: Dialect;
  readonly seed: number | undefined;
  readonly settings: Settings | undefined;
  readonly alterations: readonly ErasedAlteration[];
  readonly clock: Clock;
  readonly inbox: Inbox;
  reportBug(error: unknown): void;
}

/** A world's services that start anew with a reset: the same seed gives the same state again. */
interface ServedWorld extends WorldServices {
  random: SeekableRandom;
  limiter: WorldServices['limiter'];
  /** Begins the services anew, or goes on where a snapshot left them. */
  restart(saved?: SavedSystem, seed?: number): void;
}

/** A system as one mock serves it: its decisions settled, its alterations applied, its state. */
export interface Served {
  readonly definition: ErasedSystem;
  readonly behaviour: object;
  /** The system as its handlers know it. */
  readonly asSystem: ServedSystem<unknown, object>;
  readonly handlers: Readonly<Record<string, Handler<unknown, object>>>;
  readonly route: Router;
  readonly respond: ErasedAlteration['respond'];
  readonly world: ServedWorld;
  state: unknown;
}

/** Makes a system ready to be served. */
export function serve(definition: ErasedSystem, options: ServeOptions): Served {
  const { dialect, clock, inbox } = options;
  const alterations = options.alterations.filter(
    (alteration) => alteration.system === definition.slug,
  );
  let behaviour = definition.behaviours[dialect];
  const handlers: Record<string, Handler<unknown, object>> = { ...definition.handlers };
  let deliver = (message: OutboundMessage): void => {
    inbox.add(message);
  };
  for (const alteration of alterations) {
    if (alteration.behaviour !== undefined) {
      behaviour = { ...behaviour, ...alteration.behaviour(behaviour) };
    }
    for (const [id, wrap] of Object.entries(alteration.handlers ?? {})) {
      const next = handlers[id];
      if (next === undefined) throw new Error(`${definition.slug} has no operation ${id}`);
      handlers[id] = wrap(next);
    }
    if (alteration.deliver !== undefined) {
      const next = deliver;
      const stand = alteration.deliver.bind(alteration);
      deliver = (message) => {
        stand(message, next);
      };
    }
  }
  const operations = operationsOf(definition.openapi);
  checkHandlers(definition, operations);
  const world: ServedWorld = {
    clock,
    random: createRandom(options.seed, definition.slug),
    limiter: createRateLimiter(clock.now),
    restart(saved, seed = options.seed) {
      world.random = createRandom(seed, definition.slug, saved?.drawn);
      world.limiter = createRateLimiter(clock.now, undefined, saved?.levels);
    },
    inbox,
    dialect,
    reportBug: (error) => {
      options.reportBug(error);
    },
    settings: { ...definition.settings, ...options.settings },
    deliver: (message) => {
      deliver({ system: definition.slug, ...message });
    },
  };
  const responders = alterations.flatMap((entry) =>
    entry.respond === undefined ? [] : [entry.respond.bind(entry)],
  );
  return {
    definition,
    behaviour,
    asSystem: {
      slug: definition.slug,
      behaviour,
      refuse: (problem, context) => definition.refuse(problem, context),
    },
    handlers,
    route: compileRouter(operations),
    respond: responders.length === 0 ? undefined : chain(responders),
    world,
    state: definition.createState(world),
  };
}

function chain(
  responders: readonly NonNullable<ErasedAlteration['respond']>[],
): NonNullable<ErasedAlteration['respond']> {
  return async (response, context) => {
    let current = response;
    for (const respond of responders) current = await respond(current, context);
    return current;
  };
}

/** A document and its handlers may not drift apart: that is found at start, not on a request. */
function checkHandlers(definition: ErasedSystem, operations: readonly Operation[]): void {
  const ids = new Set(operations.map((operation) => operation.id));
  for (const id of ids) {
    if (definition.handlers[id] === undefined) {
      throw new Error(`${definition.slug}: the document has ${id}, but no handler serves it`);
    }
  }
  for (const id of Object.keys(definition.handlers)) {
    if (!ids.has(id)) throw new Error(`${definition.slug}: handler ${id} is not in the document`);
  }
  for (const id of Object.keys(definition.longPolls ?? {})) {
    if (!ids.has(id)) throw new Error(`${definition.slug}: long poll ${id} is not in the document`);
  }
}
