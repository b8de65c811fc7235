/**
 * The mock as handlers of Mock Service Worker, for a page and for tests in Node.
 *
 * ```ts
 * const mock = await countersign({ systems: ['ssks'], baseUrl: 'https://api.example.test', seed: 1 });
 * setupServer(...mock.handlers).listen();
 * ```
 */
import { createFront } from './control/front.js';
import { chaosRandom, createForms } from './engine/chaos.js';
import type { ErasedSystem } from './engine/system.js';
import { createWorlds } from './engine/worlds.js';
import { coreOptions, mockOf, type Mock, type MockSetup } from './library.js';
import { loadSystems } from './loaders.js';
import { ClosedError, OriginHandler, type MswBackend, type MswHandler } from './transports/msw.js';
import { createMswSockets } from './transports/msw-websocket.js';

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
export type { MswHandler } from './transports/msw.js';

export interface CountersignOptions extends MockSetup {
  /** The origin that clients call, without a path; several where each client has one of its own. */
  readonly baseUrl: string | readonly string[];
}

export interface MswMock extends Mock {
  /** One handler per origin, and one more where a system has a WebSocket. */
  readonly handlers: readonly MswHandler[];
}

/**
 * Makes a mock of which `setupWorker(...mock.handlers)` or `setupServer(...mock.handlers)` is the
 * network. Of the five systems only those named are loaded. After `close` its handlers answer with
 * a network error. Throws when a name or an origin is wrong.
 */
export async function countersign(options: CountersignOptions): Promise<MswMock> {
  const { baseUrl } = options;
  const origins = [...new Set((typeof baseUrl === 'string' ? [baseUrl] : baseUrl).map(originOf))];
  const systems = await loadSystems(options.systems);
  const worlds = createWorlds(coreOptions(options, systems), options.worlds);
  let end = (_reason: ClosedError): void => undefined;
  const closed = new Promise<never>((_resolve, reject) => {
    end = reject;
  });
  // Most mocks are closed while nothing is held.
  closed.catch(() => undefined);
  let isClosed = false;
  const front = createFront(worlds);
  const backend: MswBackend = {
    formOf: options.chaos === true ? createForms(chaosRandom({ seed: options.seed })) : undefined,
    core: worlds.main,
    closed,
    front(...request) {
      if (isClosed) throw new ClosedError();
      return front(...request);
    },
  };
  const sockets = systems.some(hasWebSocket)
    ? origins.map((origin) => createMswSockets(origin, backend))
    : [];
  return {
    ...mockOf(worlds, systems),
    handlers: [
      ...origins.map((origin) => new OriginHandler(origin, backend)),
      ...sockets.map(({ handler }) => handler),
    ],
    close() {
      isClosed = true;
      worlds.stop();
      for (const each of sockets) each.closeAll();
      end(new ClosedError());
      return Promise.resolve();
    },
  };
}

function originOf(baseUrl: string): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new Error(`countersign: baseUrl "${baseUrl}" is no URL; write https://host[:port]`);
  }
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new Error(
      `countersign: baseUrl "${baseUrl}" must be an origin, https://host[:port]; ` +
        'the systems are served at its root',
    );
  }
  return url.origin;
}

/** A system whose document answers a request with 101 has a socket behind it. */
function hasWebSocket(system: ErasedSystem): boolean {
  return Object.values(system.openapi.paths).some((item) =>
    Object.values(item).some((operation) =>
      Object.hasOwn((operation as { responses?: object } | null)?.responses ?? {}, '101'),
    ),
  );
}
