/**
 * A mock with so many TextSecure accounts from the start, each with a last-resort prekey, put
 * straight into its state: `populated <port> <count>`.
 */
import { createMockCore } from '../mocks/engine/mock.js';
import { selectSystems } from '../mocks/registry.js';
import { serveNode } from '../mocks/transports/node.js';
import { fill } from './fill.js';

const [port, count] = process.argv.slice(2).map(Number);
const core = createMockCore({ systems: selectSystems(['textsecure']), seed: 1 });
fill(core, count ?? 1_000);
await serveNode(core, { host: '127.0.0.1', port: port ?? 0 });
