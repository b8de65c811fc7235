/**
 * The mock as a library, for tests in Node.
 *
 * ```ts
 * const mock = await startMock({ systems: ['ssks'], port: 0, seed: 1 });
 * ```
 */
import { createWorlds } from './engine/worlds.js';
import { checkNames, coreOptions, mockOf, type Mock, type MockSetup } from './library.js';
import { selectSystems, systems } from './registry.js';
import { serveNode } from './transports/node.js';
import { beginFrom, keepState, loadState } from './transports/node-state.js';

export type { Channel, InboxMessage } from './engine/inbox.js';
export type { Settings, SettingValue } from './engine/system.js';
export type { Dialect } from '../specs/model.js';
export type { ActiveFault } from './engine/faults.js';
export type {
  FaultInput,
  InboxFilter,
  Mock,
  MockSetup,
  MockTrigger,
  MockWorld,
  NamedWorld,
  SeedStep,
  SystemName,
} from './library.js';

export interface StartMockOptions extends MockSetup {
  /** A free one when absent or 0. */
  readonly port?: number;
  /** `127.0.0.1` when absent. */
  readonly host?: string;
  /** Needed for `/_countersign`; on addresses other than loopback a random one where absent. */
  readonly token?: string;
  /** A file in which all worlds outlive the process; an answer waits until it is written. */
  readonly stateFile?: string;
  /** A state or a seed (JSON or YAML) to begin with, where the state file has none yet. */
  readonly stateFrom?: string;
}

export interface RunningMock extends Mock {
  readonly url: string;
  /** What requests to `/_countersign` must carry as Bearer token; null where none is needed. */
  readonly token: string | null;
}

/** Starts a mock server. Throws when a name is unknown, the port is taken or the state file is none. */
export async function startMock(options: StartMockOptions = {}): Promise<RunningMock> {
  checkNames(
    options.systems,
    systems.map((system) => system.slug),
  );
  const served = selectSystems(options.systems);
  const worlds = createWorlds(coreOptions(options, served), options.worlds);
  const { stateFile, stateFrom } = options;
  const found = stateFile !== undefined && (await loadState(stateFile, worlds));
  if (!found && stateFrom !== undefined && !(await beginFrom(stateFrom, worlds))) {
    throw new Error(`countersign: there is no file ${stateFrom}`);
  }
  const file = stateFile === undefined ? undefined : keepState(stateFile, worlds);
  const server = await serveNode(worlds, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    persist: file?.persist,
    token: options.token,
    chaos: options.chaos === true ? { seed: options.seed } : undefined,
  });
  return {
    ...mockOf(worlds, served),
    url: server.url,
    token: server.token,
    async close() {
      await server.close();
      await file?.close();
    },
  };
}
