import { Command } from 'commander';
import { createWorlds, type Worlds } from '../mocks/engine/worlds.js';
import { SnapshotError } from '../mocks/engine/snapshot.js';
import { selectSystems } from '../mocks/registry.js';
import { beginFrom, keepState, loadState, type StateFile } from '../mocks/transports/node-state.js';
import {
  isWorker,
  parentsLeases,
  runWorkers,
  tellReady,
} from '../mocks/transports/node-workers.js';
import { serveNode, type NodeServer } from '../mocks/transports/node.js';
import type { Dialect } from '../specs/model.js';
import {
  parseDialect,
  parseEvery,
  parsePort,
  parseSeed,
  parseStore,
  parseSystems,
  parseUrl,
  parseWorkers,
  parseWorlds,
} from './options.js';
import type { Sharing } from './mock-store.js';
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
  readonly workers: number;
  readonly store?: string;
  readonly advertise?: string;
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
    .option('--workers <n>', 'processes that share the worlds among them', parseWorkers, 1)
    .option('--store <url>', 'share the worlds with other mocks: redis://host:6379', parseStore)
    .option('--advertise <url>', 'where those other mocks reach this one', parseUrl)
    .addHelpText(
      'after',
      '\nInbox, trigger, clock, reset, traffic, state and worlds are below /_countersign.\nCtrl-C ends it.',
    )
    .action(runMock);
}

async function runMock(flags: MockFlags): Promise<void> {
  checkTogether(flags);
  if (flags.workers > 1 && !isWorker) {
    await runWorkers(flags.workers, say);
    return;
  }
  const reportBug = (error: unknown): void => {
    console.error(`countersign mock: a bug of the mock: ${String(error)}`);
  };
  const worlds = createWorlds(
    {
      systems: selectSystems(flags.system),
      dialect: flags.dialect,
      seed: flags.seed,
      onBug: reportBug,
    },
    flags.worlds,
  );
  const file = await openState(worlds, flags);
  const sharing = await openSharing(worlds, flags, reportBug);
  const server = await listen(worlds, flags, file, sharing);
  sharing?.listening(server.url);
  if (isWorker) tellReady(server.url);
  else say(server.url);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      // What is shared is saved and given up first: others may take it at once.
      (sharing?.close() ?? Promise.resolve())
        .then(() => server.close())
        .then(() => file?.close())
        .then(resolve, reject);
    };
    process.once('SIGTERM', stop);
    // A worker hears of Ctrl-C from its parent, once.
    if (isWorker) process.on('SIGINT', () => undefined);
    else process.once('SIGINT', stop);
  });
  if (isWorker) process.exit(0);
}

function say(url: string): void {
  console.log(`countersign mock listening on ${url}`);
}

function checkTogether({ workers, store, state, advertise }: MockFlags): void {
  const shared = workers > 1 || store !== undefined;
  if (state !== undefined && shared) {
    throw new UsageError('--state keeps the worlds of one mock; --store keeps those of several');
  }
  if (workers > 1 && store !== undefined) {
    throw new UsageError('--workers share through their parent; take --store or --workers');
  }
  if (advertise !== undefined && store === undefined) {
    throw new UsageError('--advertise is for mocks that share a --store');
  }
}

async function openSharing(
  worlds: Worlds,
  { store, advertise }: MockFlags,
  reportBug: (error: unknown) => void,
): Promise<Sharing | undefined> {
  if (store === undefined && !isWorker) return undefined;
  const { shareThroughRedis, shareWithWorkers } = await import('./mock-store.js');
  if (store === undefined) return shareWithWorkers(worlds, parentsLeases(), reportBug);
  return shareThroughRedis(worlds, store, advertise, reportBug);
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
  sharing: Sharing | undefined,
): Promise<NodeServer> {
  try {
    const { host, port } = flags;
    const homes = sharing?.homes;
    return await serveNode(worlds, { host, port, homes, persist: file?.persist ?? homes?.persist });
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
