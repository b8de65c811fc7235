import { Command } from 'commander';
import { createWorlds, type Worlds } from '../mocks/engine/worlds.js';
import { selectSystems } from '../mocks/registry.js';
import { serveNode, type NodeServer } from '../mocks/transports/node.js';
import type { Dialect } from '../specs/model.js';
import { parseDialect, parsePort, parseSeed, parseSystems } from './options.js';
import { UsageError } from './usage-error.js';

interface MockFlags {
  readonly port: number;
  readonly host: string;
  readonly system?: string[];
  readonly dialect: Dialect;
  readonly seed?: number;
}

/** `countersign mock`. */
export function mockCommand(): Command {
  return new Command('mock')
    .description('Start the mock server')
    .option('--port <number>', 'port to listen on; 0 picks a free one', parsePort, 4010)
    .option('--host <address>', 'address to bind to', '127.0.0.1')
    .option('--system <a,b>', 'serve only these systems', parseSystems)
    .option('--dialect <name>', 'documented or observed', parseDialect, 'documented')
    .option('--seed <number>', 'make codes, ids and keys repeatable', parseSeed)
    .addHelpText(
      'after',
      '\nInbox, trigger, clock, reset, traffic and worlds are below /_countersign.\nCtrl-C ends it.',
    )
    .action(runMock);
}

async function runMock(flags: MockFlags): Promise<void> {
  const worlds = createWorlds({
    systems: selectSystems(flags.system),
    dialect: flags.dialect,
    seed: flags.seed,
    onBug: (error) => {
      console.error(`countersign mock: a bug of the mock: ${String(error)}`);
    },
  });
  const server = await listen(worlds, flags);
  console.log(`countersign mock listening on ${server.url}`);
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      void server.close().then(resolve);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

async function listen(worlds: Worlds, flags: MockFlags): Promise<NodeServer> {
  try {
    return await serveNode(worlds, { host: flags.host, port: flags.port });
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'EADDRINUSE') {
      throw new UsageError(
        `port ${String(flags.port)} is in use; choose another with --port, or --port 0`,
      );
    }
    if (code === 'EACCES') throw new UsageError(`port ${String(flags.port)} needs more rights`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new UsageError(`${flags.host} is no address of this machine`);
    }
    throw error;
  }
}
