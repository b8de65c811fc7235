import type { Leases } from './node-homes.js';

/** Takes or renews a lease in one step; the answer is whose it is, and who had it last. */
const takeScript = `local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return { holder, '' } end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
local last = redis.call('getset', KEYS[2], ARGV[1])
return { ARGV[1], last or '' }`;

/** Only the holder may end a lease. */
const releaseScript = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

/** A Redis-compatible server cannot be used; the message is for its user. */
export class StoreError extends Error {}

/**
 * Leases and states in a Redis-compatible server. Keys begin with `countersign:`, followed by the
 * fragment of the URL where it has one, so that several households can share a server.
 * @param url `redis://[user:password@]host[:port][/database][#household]`, `rediss://` for TLS
 * @throws StoreError when it cannot be reached
 */
export async function redisLeases(
  url: string,
  reportBug: (error: unknown) => void,
): Promise<Leases> {
  const { createClient } = await import('@redis/client');
  const household = new URL(url).hash.slice(1);
  const prefix = household === '' ? 'countersign' : `countersign:${household}`;
  const client = createClient({
    url: url.replace(/#.*$/, ''),
    socket: { connectTimeout: 3_000, reconnectStrategy: (tries) => Math.min(50 * tries, 1_000) },
  });
  let started = false;
  let away = false;
  client.on('error', (error: unknown) => {
    // One word for an outage, not one for each try to end it.
    if (started && !away) reportBug(new StoreError(`the store is away: ${reasonOf(error)}`));
    away = true;
  });
  client.on('ready', () => {
    away = false;
  });
  await new Promise<void>((resolve, reject) => {
    // Before it was there once the client would try for ever.
    client.once('error', (error: unknown) => {
      if (started) return;
      client.destroy();
      reject(new StoreError(`the store cannot be reached: ${reasonOf(error)}`));
    });
    client.connect().then(() => {
      started = true;
      resolve();
    }, reject);
  });
  let ended = false;
  // What still waited for a store that was away has nobody to be told of.
  const unlessEnded = <Reply>(reply: Promise<Reply>): Promise<Reply> =>
    reply.catch((error: unknown) => {
      if (ended) return new Promise<never>(() => undefined);
      throw error;
    });
  const homeKey = (world: string): string => `${prefix}:home:${world}`;
  const lastKey = (world: string): string => `${prefix}:last:${world}`;
  const stateKey = (world: string): string => `${prefix}:state:${world}`;
  return {
    async take(world, address, ttl) {
      const [home, last] = (await unlessEnded(
        client.eval(takeScript, {
          keys: [homeKey(world), lastKey(world)],
          arguments: [address, String(ttl)],
        }),
      )) as [string, string];
      return { home, again: last === address };
    },
    async release(world, address) {
      await unlessEnded(
        client.eval(releaseScript, { keys: [homeKey(world)], arguments: [address] }),
      );
    },
    async save(world, state) {
      await unlessEnded(client.set(stateKey(world), state));
    },
    load: (world) => unlessEnded(client.get(stateKey(world))),
    close() {
      // What waits for a store that is away would wait for ever.
      if (client.isReady) return client.close();
      ended = true;
      client.destroy();
      return Promise.resolve();
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
