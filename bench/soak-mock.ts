/** A mock that tells its heap when asked over its channel; started with --expose-gc by soak.ts. */
import { createWorlds } from '../mocks/engine/worlds.js';
import { systems } from '../mocks/registry.js';
import { serveNode } from '../mocks/transports/node.js';

const worlds = createWorlds({
  systems,
  settings: Object.fromEntries(
    systems.map(({ slug, suiteSettings = {} }) => [slug, suiteSettings]),
  ),
  onBug: (error) => {
    console.error(error);
    process.exit(1);
  },
});
const server = await serveNode(worlds, { host: '127.0.0.1', port: 0 });
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ heapUsed, external, rss, worlds: worlds.names().length });
});
process.send?.({ url: server.url });
