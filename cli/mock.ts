import { Command } from 'commander';
import { createWorlds, type Worlds } from '../mocks/engine/worlds.js';
import { SnapshotError } from '../mocks/engine/snapshot.js';
import { selectSystems } from '../mocks/registry.js';
import { beginFrom, keepState, loadState, type StateFile } from '../mocks/transports/node-state.js';
import { serveNode, type NodeServer } from '../mocks/transports/node.js';
import type { Dialect } from '../specs/model.js';
import {
  parseDialect,
  parseEvery,
  parsePort,
  parseSeed,
  parseSystems,
  parseWorlds,
} from './options.js';
import { UsageError } from './usage-error.js';

interface MockFlags {
  readonly port: number;
  readonly host: string;
  readonly system?: string[];
  readonly dialect: Dialect;
  readonly seed?: number;
  readonly worlds: number;
  readonly state?: string;
  readonly stateEvery?: number;
  readonly stateFrom?: string;
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
    .option('--worlds <number>', 'worlds kept beside the main one', parseWorlds, 256)
    .option('--state <file>', 'keep the state in this file, over restarts and kills')
    .option(
      '--state-every <duration>',
      'save at most so often, such as 2s, and let no answer wait for it',
      parseEvery,
    )
    .option('--state-from <file>', 'begin with this state or seed, where --state has none yet')
    .addHelpText(
      'after',
      '\nInbox, trigger, clock, reset, traffic, state and worlds are below /_countersign.\nCtrl-C ends it.',
    )
    .action(runMock);
}

async function runMock(flags: MockFlags): Promise<void> {
  const worlds = createWorlds(
    {
      systems: selectSystems(flags.system),
      dialect: flags.dialect,
      seed: flags.seed,
      onBug: (error) => {
        console.error(`countersign mock: a bug of the mock: ${String(error)}`);
      },
    },
    flags.worlds,
  );
  const file = await openState(worlds, flags);
  const server = await listen(worlds, flags, file);
  console.log(`countersign mock listening on ${server.url}`);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      server
        .close()
        .then(() => file?.close())
        .then(resolve, reject);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

/** Brings back the state that the flags name, and keeps it from then on where they say so. */
async function openState(worlds: Worlds, flags: MockFlags): Promise<StateFile | undefined> {
  const { state, stateEvery, stateFrom } = flags;
  if (stateEvery !== undefined && state === undefined) {
    throw new UsageError('--state-every says how often --state FILE is saved; name the file too');
  }
  try {
    const found = state !== undefined && (await loadState(state, worlds));
    if (!found && stateFrom !== undefined && !(await beginFrom(stateFrom, worlds))) {
      throw new UsageError(`there is no file ${stateFrom}`);
    }
  } catch (error) {
    if (error instanceof SnapshotError) throw new UsageError(error.message);
    throw error;
  }
  return state === undefined ? undefined : keepState(state, worlds, stateEvery);
}

async function listen(
  worlds: Worlds,
  flags: MockFlags,
  file: StateFile | undefined,
): Promise<NodeServer> {
  try {
    const { host, port } = flags;
    return await serveNode(worlds, { host, port, persist: file?.persist });
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
