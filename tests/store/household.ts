import { drawnFreedoms } from '../../mocks/engine/freedoms.js';
import { createWorlds } from '../../mocks/engine/worlds.js';
import { systems } from '../../mocks/registry.js';
import { createHomes, type Homes } from '../../mocks/transports/node-homes.js';
import { redisLeases } from '../../mocks/transports/node-redis.js';
import { serveNode, type NodeServer, type NodeServerOptions } from '../../mocks/transports/node.js';

/** A mock that shares its worlds. */
export interface Member {
  readonly url: string;
  readonly bugs: readonly unknown[];
  /** Saves, gives its worlds up, and ends. */
  close(): Promise<void>;
  /** Ends as a process does that is killed: nothing is saved, no lease is given back. */
  die(): Promise<void>;
}

/** Milliseconds of a lease in these tests. */
export const ttl = 600;

/** Starts a mock on a store; its settings are those of the suite's own mock. */
export async function join(
  store: string,
  access: Pick<NodeServerOptions, 'token' | 'chaos'> = {},
): Promise<Member> {
  const bugs: unknown[] = [];
  const reportBug = (error: unknown): void => {
    bugs.push(error);
  };
  const worlds = createWorlds({
    systems,
    settings: Object.fromEntries(
      systems.map(({ slug, suiteSettings = {} }) => [slug, suiteSettings]),
    ),
    alterations: access.chaos === undefined ? [] : drawnFreedoms(systems, access.chaos),
    onBug: reportBug,
  });
  let address = '';
  const leases = await redisLeases(store, reportBug);
  const homes: Homes = createHomes(worlds, leases, {
    address: () => address,
    ttl,
    saveEvery: 20,
    reportBug,
  });
  const server: NodeServer = await serveNode(worlds, {
    host: '127.0.0.1',
    port: 0,
    homes,
    persist: homes.persist,
    ...access,
  });
  address = server.url;
  return {
    url: server.url,
    bugs,
    async close() {
      await homes.close();
      await server.close();
    },
    async die() {
      homes.abandon();
      await leases.close();
      await server.close();
    },
  };
}
