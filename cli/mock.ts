import { Command, Option } from 'commander';
import { isLoopback, newToken } from '../mocks/control/guard.js';
import type { ChaosOptions } from '../mocks/engine/chaos.js';
import { drawnFreedoms } from '../mocks/engine/freedoms.js';
import { createWorlds, type Worlds } from '../mocks/engine/worlds.js';
import { SnapshotError } from '../mocks/engine/snapshot.js';
import { selectSystems } from '../mocks/registry.js';
import { beginFrom, keepState, loadState, type StateFile } from '../mocks/transports/node-state.js';
import {
  isWorker,
  parentsLeases,
  runWorkers,
  tellReady,
  workerNumber,
} from '../mocks/transports/node-workers.js';
import { StoreError } from '../mocks/transports/node-redis.js';
import { serveNode, type NodeServer } from '../mocks/transports/node.js';
import type { Dialect } from '../specs/model.js';
import {
  parseDialect,
  parseEvery,
  parseHosts,
  parseJournal,
  parsePort,
  parseSeed,
  parseStore,
  parseSystems,
  parseToken,
  parseUrl,
  parseWorkers,
  parseWorlds,
} from './options.js';
import type { Sharing } from './mock-store.js';
import { UsageError } from './usage-error.js';

/** Read where `--token` is not given: arguments are seen by every user of a machine. */
const tokenVariable = 'COUNTERSIGN_TOKEN';

interface MockFlags {
  readonly port: number;
  readonly host: string;
  readonly system?: string[];
  readonly dialect: Dialect;
  readonly seed?: number;
  readonly chaos?: boolean;
  readonly worlds: number;
  readonly state?: string;
  readonly stateEvery?: number;
  readonly stateFrom?: string;
  readonly workers: number;
  readonly store?: string;
  readonly advertise?: string;
  readonly journal: number;
  readonly token?: string;
  readonly allowHost?: string[];
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
    .option('--chaos', 'vary what clients must not rely on, by the seed where there is one')
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
    .option('--journal <number>', 'exchanges that each world keeps to look at', parseJournal, 1_000)
    .addOption(
      new Option(
        '--token <token>',
        'needed for the control plane; on addresses other than loopback a random one is made',
      )
        .env(tokenVariable)
        .argParser(parseToken),
    )
    .option('--allow-host <a,b>', 'other names under which the control plane is served', parseHosts)
    .addHelpText(
      'after',
      '\nThe dashboard is at /_countersign/ in a browser. Inbox, trigger, clock, reset, traffic, state,\n' +
        'worlds, faults and scenarios are below it.\nCtrl-C ends it.',
    )
    .action(runMock);
}

async function runMock(flags: MockFlags): Promise<void> {
  checkTogether(flags);
  if (flags.workers > 1 && !isWorker) {
    const token = tokenOf(flags);
    // They inherit it: all of them must know the same one.
    if (token !== undefined) process.env[tokenVariable] = token;
    await runWorkers(flags.workers, (url) => {
      say(url);
      sayToken(url, token, flags);
    });
    return;
  }
  const reportBug = (error: unknown): void => {
    const word =
      error instanceof StoreError ? error.message : `a bug of the mock: ${String(error)}`;
    console.error(`countersign mock: ${word}`);
  };
  const systems = selectSystems(flags.system);
  const chaos = chaosOf(flags);
  const worlds = createWorlds(
    {
      systems,
      dialect: flags.dialect,
      seed: flags.seed,
      journal: flags.journal,
      alterations: chaos === undefined ? [] : drawnFreedoms(systems, chaos),
      onBug: reportBug,
    },
    flags.worlds,
  );
  const file = await openState(worlds, flags);
  const sharing = await openSharing(worlds, flags, reportBug);
  const server = await listen(worlds, flags, file, sharing);
  sharing?.listening(server.url);
  if (isWorker) tellReady(server.url);
  else {
    say(server.url);
    sayToken(server.url, server.token ?? undefined, flags);
  }
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

/** A given token, or a new one where others than this machine reach the mock. */
function tokenOf({ token, host }: MockFlags): string | undefined {
  return token ?? (isLoopback(host) ? undefined : newToken());
}

/** On the error output: whoever reads the first line of the other one waits for no second. */
function sayToken(url: string, token: string | undefined, flags: MockFlags): void {
  if (token === undefined || flags.token !== undefined) return;
  console.error(`its control plane needs a token: ${url}/_countersign/?token=${token}`);
}

/**
 * Chaos where it is asked for. Processes that share worlds draw each for itself: a worker by its
 * number, a mock on a store by the address at which the others reach it.
 * @param use tells the draws of one server of a process from those of another
 */
function chaosOf(flags: MockFlags, use = ''): ChaosOptions | undefined {
  if (flags.chaos !== true) return undefined;
  const { seed, store, advertise, host, port } = flags;
  const member = isWorker
    ? `worker ${String(workerNumber)} ${use}`
    : store === undefined
      ? undefined
      : (advertise ?? (port === 0 ? `process ${String(process.pid)}` : `${host}:${String(port)}`));
  return { seed, member };
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
  flags: MockFlags,
  reportBug: (error: unknown) => void,
): Promise<Sharing | undefined> {
  const { store, advertise } = flags;
  if (store === undefined && !isWorker) return undefined;
  const { shareThroughRedis, shareWithWorkers } = await import('./mock-store.js');
  if (store === undefined) {
    const access = {
      token: tokenOf(flags),
      allowedHosts: flags.allowHost,
      chaos: chaosOf(flags, 'passed on'),
    };
    return shareWithWorkers(worlds, parentsLeases(), access, reportBug);
  }
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
    const { host, port, allowHost } = flags;
    const homes = sharing?.homes;
    return await serveNode(worlds, {
      host,
      port,
      homes,
      persist: file?.persist ?? homes?.persist,
      token: tokenOf(flags),
      allowedHosts: allowHost,
      chaos: chaosOf(flags),
    });
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
