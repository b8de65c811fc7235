import type { Worlds } from '../mocks/engine/worlds.js';
import { createHomes, type Homes, type Leases } from '../mocks/transports/node-homes.js';
import { redisLeases, StoreError } from '../mocks/transports/node-redis.js';
import { serveNode, type NodeServerOptions } from '../mocks/transports/node.js';
import { UsageError } from './usage-error.js';

/** What a mock shares its worlds by. */
export interface Sharing {
  readonly homes: Homes;
  /** To be told where the mock listens. */
  listening(url: string): void;
  close(): Promise<void>;
}

/**
 * Shares worlds with the other workers of one parent: each has a port of its own for the others.
 * @param access who may use the control plane, and in which forms it answers, as at the common port
 */
export async function shareWithWorkers(
  worlds: Worlds,
  leases: Leases,
  access: Pick<NodeServerOptions, 'token' | 'allowedHosts' | 'chaos'>,
  reportBug: (error: unknown) => void,
): Promise<Sharing> {
  let address = '';
  const homes = createHomes(worlds, leases, { address: () => address, reportBug });
  const server = await serveNode(worlds, {
    host: '127.0.0.1',
    port: 0,
    exclusive: true,
    homes,
    persist: homes.persist,
    ...access,
  });
  address = server.url;
  return {
    homes,
    listening: () => undefined,
    async close() {
      await homes.close();
      await server.close();
    },
  };
}

/**
 * Shares worlds with other mocks through a Redis-compatible server.
 * @param advertise base URL under which the others reach this mock; where it listens otherwise
 * @throws UsageError when the store cannot be reached
 */
export async function shareThroughRedis(
  worlds: Worlds,
  store: string,
  advertise: string | undefined,
  reportBug: (error: unknown) => void,
): Promise<Sharing> {
  let leases: Leases;
  try {
    leases = await redisLeases(store, reportBug);
  } catch (error) {
    if (error instanceof StoreError) throw new UsageError(error.message);
    throw error;
  }
  let address = advertise ?? '';
  const homes = createHomes(worlds, leases, { address: () => address, reportBug });
  return {
    homes,
    listening(url) {
      address = advertise ?? url;
    },
    close: () => homes.close(),
  };
}
