import type { PlainRequest } from './http.js';
import { createMockCore, type MockCore, type MockOptions } from './mock.js';

/** Names the world of a request; the way for clients that can set headers. */
export const worldHeader = 'x-countersign-world';
/** Names it where a page cannot set headers on every request. */
export const worldCookie = 'countersign-world';

/** A name that fits a header, a cookie and a label of a host name alike. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** How many worlds beside the main one are kept unless told otherwise. */
const defaultCapacity = 256;

/** A world that does not exist, with the reason why it cannot be made. */
export class WorldError extends Error {
  constructor(
    /** 400 for a wrong name, 503 when there are too many. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Isolated states of one mock in one process. A request belongs to the main world unless it names
 * another one; a world begins with the first request that names it, as a freshly started mock.
 */
export interface Worlds {
  readonly main: MockCore;
  /** The world that a request names by header, cookie or sub-domain of localhost, in this order.
   *  @throws WorldError */
  of(headers: PlainRequest['headers']): MockCore;
  /** The name by which a request names its world, as sent; undefined for the main one. */
  nameOf(headers: PlainRequest['headers']): string | undefined;
  /** A world by name, made when there is none; without a name the main one. @throws WorldError */
  named(name?: string): MockCore;
  /** The names that exist, the one that was used longest ago first; the main one is not listed. */
  names(): readonly string[];
  /** Forgets a world. @returns false when there is none of this name */
  drop(name: string): boolean;
  /** Keeps a world from being displaced while something of it is open; call the result to end it. */
  hold(core: MockCore): () => void;
  stop(): void;
}

/** A mock with any number of worlds. Beyond `capacity` the one that is idle for longest goes. */
export function createWorlds(options: MockOptions, capacity = defaultCapacity): Worlds {
  const main = createMockCore(options);
  // In the order of use.
  const others = new Map<string, MockCore>();
  const open = new Map<MockCore, number>();
  const displace = (): void => {
    for (const [name, core] of others) {
      if (open.has(core)) continue;
      core.stop();
      others.delete(name);
      return;
    }
    throw new WorldError(
      503,
      `all ${String(capacity)} worlds of this mock have open requests or sockets`,
    );
  };
  const named = (given?: string): MockCore => {
    if (given === undefined) return main;
    const name = given.toLowerCase();
    if (!namePattern.test(name)) {
      throw new WorldError(
        400,
        'the name of a world has 1 to 63 letters, digits and hyphens, no hyphen at either end',
      );
    }
    let core = others.get(name);
    if (core === undefined) {
      if (others.size >= capacity) displace();
      core = createMockCore(options);
    } else {
      others.delete(name);
    }
    others.set(name, core);
    return core;
  };
  const worldOfHost = hostReader();
  const nameOf: Worlds['nameOf'] = (headers) =>
    headers[worldHeader] ?? worldOfCookie(headers.cookie) ?? worldOfHost(headers.host);
  return {
    main,
    of: (headers) => named(nameOf(headers)),
    nameOf,
    named,
    names: () => [...others.keys()],
    drop(name) {
      const core = others.get(name.toLowerCase());
      core?.stop();
      return others.delete(name.toLowerCase());
    },
    hold(core) {
      open.set(core, (open.get(core) ?? 0) + 1);
      return () => {
        const left = (open.get(core) ?? 0) - 1;
        if (left > 0) open.set(core, left);
        else open.delete(core);
      };
    },
    stop() {
      main.stop();
      for (const core of others.values()) core.stop();
    },
  };
}

/** One world alone, whatever a request names: for a mock that is built and altered by hand. */
export function soleWorld(core: MockCore): Worlds {
  return {
    main: core,
    of: () => core,
    nameOf: () => undefined,
    named: () => core,
    names: () => [],
    drop: () => false,
    hold: () => () => undefined,
    stop: () => {
      core.stop();
    },
  };
}

function worldOfCookie(header: string | undefined): string | undefined {
  if (header === undefined || !header.includes(worldCookie)) return undefined;
  for (const part of header.split(';')) {
    const [name, value] = part.split('=', 2);
    if (name?.trim() === worldCookie) return value?.trim();
  }
  return undefined;
}

/** Reads the world from `alice.localhost:4010`; most requests in a row have the same host. */
function hostReader(): (host: string | undefined) => string | undefined {
  let lastHost: string | undefined;
  let lastWorld: string | undefined;
  return (host) => {
    if (host !== lastHost) {
      lastHost = host;
      lastWorld = /^([^.]+)\.localhost(?::\d+)?$/i.exec(host ?? '')?.[1];
    }
    return lastWorld;
  };
}
