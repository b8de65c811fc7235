import { createMockCore, type MockCore } from '../mocks/engine/mock.js';
import type { ErasedAlteration, ErasedSystem } from '../mocks/engine/system.js';
import { serveNode } from '../mocks/transports/node.js';
import type { WriteResponse } from '../mocks/transports/node-answer.js';
import { capabilities, type Dialect } from '../specs/model.js';
import type { Profile, SystemSection } from '../suites/engine/profile.js';

/** A mock of our own that a run is made against. */
export interface Arena {
  readonly core: MockCore;
  readonly url: string;
  readonly profile: Profile;
  close(): Promise<void>;
}

export interface ArenaOptions {
  readonly systems: readonly ErasedSystem[];
  readonly dialect?: Dialect;
  readonly seed?: number | undefined;
  readonly alterations?: readonly ErasedAlteration[];
  readonly write?: WriteResponse;
  /** Milliseconds by which the mock's clock is ahead of the machine's. */
  readonly clockSkewMs?: number;
  readonly onBug?: (error: unknown) => void;
}

/** Starts a mock on a free port of the loopback interface, with a profile that fits it. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const core = createMockCore({
    systems: options.systems,
    dialect: options.dialect ?? 'documented',
    seed: options.seed,
    settings: Object.fromEntries(
      options.systems.map((system) => [system.slug, system.suiteSettings ?? {}]),
    ),
    alterations: options.alterations ?? [],
    startTime: options.clockSkewMs === undefined ? undefined : Date.now() + options.clockSkewMs,
    onBug: options.onBug,
  });
  const server = await serveNode(core, { host: '127.0.0.1', port: 0, write: options.write });
  return {
    core,
    url: server.url,
    profile: profileFor(options.systems, server.url),
    close: () => server.close(),
  };
}

/**
 * A profile for a mock: every capability, and each system's own initial state. What is slow on a
 * real target is quick here, since the clock can be moved.
 */
export function profileFor(systems: readonly ErasedSystem[], url: string): Profile {
  const control = `${url}/_countersign`;
  const sections: Record<string, SystemSection> = {};
  for (const system of systems) sections[system.slug] = system.profile;
  return {
    target: url,
    inbox: { http: `${control}/inbox` },
    trigger: { http: `${control}/trigger` },
    clock: { http: `${control}/clock` },
    capabilities: [...capabilities],
    systems: sections,
  };
}
