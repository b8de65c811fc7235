import { parseDuration } from '../../specs/duration.js';
import { latestInstant } from '../engine/clock.js';
import { json, text, withHeaders } from '../engine/http.js';
import type { PlainRequest, PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import type { Dispatch } from '../engine/dispatch.js';
import type { Worlds } from '../engine/worlds.js';
import { addFault, listFaults, removeFaults } from './fault-routes.js';
import { readExchange, readLive, readMessage, wholeExchange } from './live-routes.js';
import { changeNode, readNode, removeNode } from './state-routes.js';
import { parseTrigger } from './trigger.js';
import { applyScenario, listScenarios } from './scenario-routes.js';
import { dropWorld, listWorlds, readState, writeState } from './world-routes.js';

/** A route of the control plane: takes the world of a request and the request, gives an answer. */
export type Route = (
  core: MockCore,
  request: PlainRequest,
  worlds: Worlds,
) => PlainResponse | Promise<PlainResponse>;

/** A state with large files in it, in bytes; other bodies are small. */
const stateLimit = 512 * 1024 * 1024;
const defaultLimit = 16 * 1024 * 1024;
const prefix = '/_countersign';

/** Answers are for the page of the same origin and for tools, never for what embeds them. */
const answerHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The control plane's routes by path, then by method. */
const routes: ReadonlyMap<string, Readonly<Record<string, Route>>> = new Map(
  Object.entries({
    '': { GET: index },
    '/': { GET: index },
    '/inbox': { GET: inbox },
    '/trigger': { POST: trigger },
    '/clock': { GET: readClock, POST: moveClock },
    '/reset': { POST: reset },
    '/traffic': { GET: traffic, DELETE: clearTraffic },
    '/faults': { GET: listFaults, POST: addFault, DELETE: removeFaults },
    '/scenarios': { GET: listScenarios, POST: applyScenario },
    '/live': { GET: readLive },
    '/exchange': { GET: readExchange },
    '/message': { GET: readMessage },
    '/state/node': { GET: readNode, PATCH: changeNode, DELETE: removeNode },
    '/state': { GET: readState, PUT: writeState },
    '/worlds': { GET: listWorlds, DELETE: dropWorld },
  }),
);

/** What there is to ask for, to be compared with the document of the control plane. */
export const controlRoutes = [...routes].map(([path, methods]) => ({
  path: `${prefix}${path}`,
  methods: Object.keys(methods),
}));

/** Whether a path is the control plane's or below it; systems may claim paths there too. */
export function isControlPath(path: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

/**
 * The control plane under `/_countersign`.
 * @returns nothing for a path that is none of its own; asked only for paths below it
 */
export function controlPlane(
  worlds: Worlds,
): (core: MockCore, method: string, path: string) => Dispatch | null {
  return (core, method, path) => {
    const route = routes.get(path.slice(prefix.length));
    if (route === undefined) return null;
    const handler = route[method] ?? (method === 'HEAD' ? route.GET : undefined);
    const bodyLimit = route.PUT === writeState ? stateLimit : defaultLimit;
    return {
      bodyLimit,
      run(request) {
        if (handler === undefined) {
          return text(405, `${path} takes ${Object.keys(route).join(' or ')}`, {
            Allow: Object.keys(route).join(', '),
          });
        }
        const answer = handler(core, request, worlds);
        return answer instanceof Promise
          ? answer.then((settled) => withHeaders(settled, answerHeaders))
          : withHeaders(answer, answerHeaders);
      },
      tooLarge: () =>
        text(413, `a body of the control plane has at most ${String(bodyLimit)} bytes`),
    };
  };
}

function index(core: MockCore): PlainResponse {
  return json(200, {
    name: 'countersign mock',
    dialect: core.dialect,
    systems: core.systems,
    credentials: Object.fromEntries(
      core.systems.map((slug) => [slug, core.served(slug)?.definition.profile]),
    ),
    operations: Object.fromEntries(core.systems.map((slug) => [slug, core.operations(slug)])),
    control: {
      inbox: 'GET /_countersign/inbox?system=&channel=&recipient=&after=',
      trigger: 'POST /_countersign/trigger {"system","event","affects","data"}',
      clock: 'GET /_countersign/clock, POST {"advance":"6h"}',
      reset: 'POST /_countersign/reset?system=',
      traffic: 'GET /_countersign/traffic?after=&limit=',
      faults: 'GET /_countersign/faults, POST {"operation","status",…}, DELETE ?name=',
      scenarios: 'GET /_countersign/scenarios, POST {"system","name"}',
      live: 'GET /_countersign/live?traffic=&inbox=&limit=',
      exchange: 'GET /_countersign/exchange?id=',
      message: 'GET /_countersign/message?id=',
      state: 'GET /_countersign/state, PUT /_countersign/state',
      stateNode:
        'GET, DELETE /_countersign/state/node?system=&path=["…"], PATCH {"system","path","value"}',
      worlds: 'GET /_countersign/worlds, DELETE /_countersign/worlds?name=',
    },
  });
}

function inbox(core: MockCore, request: PlainRequest): PlainResponse {
  const query = new URLSearchParams(request.query);
  const value = (name: string): string | undefined => query.get(name) ?? undefined;
  const recipient = value('recipient');
  const messages = core.world.inbox.list({
    system: value('system'),
    channel: value('channel'),
    // A number's plus, written literally, has become a space.
    recipient: recipient === undefined ? undefined : recipient.replace(/^ /, '+'),
    after: value('after'),
  });
  return json(200, { messages, cursor: core.world.inbox.cursor() });
}

function trigger(core: MockCore, request: PlainRequest): PlainResponse {
  const parsed = parseTrigger(request.body);
  if (typeof parsed === 'string') return text(400, parsed);
  const jobId = core.trigger(parsed);
  if (jobId === null) {
    return text(422, `system ${parsed.system} of this mock has no event ${parsed.event}`);
  }
  return json(200, { jobId });
}

function readClock(core: MockCore): PlainResponse {
  return json(200, { now: new Date(core.world.clock.now()).toISOString() });
}

function moveClock(core: MockCore, request: PlainRequest): PlainResponse {
  const advance = readMember(request.body, 'advance');
  const milliseconds = advance === null ? null : parseDuration(advance);
  if (milliseconds === null) {
    return text(
      400,
      'the body must be {"advance": "<number>ms|s|m|h|d"}, such as {"advance": "6h"}',
    );
  }
  const { clock } = core.world;
  if (clock.now() + milliseconds > latestInstant) {
    return text(400, 'the clock ends with the year 9999');
  }
  clock.advance(milliseconds);
  return readClock(core);
}

function reset(core: MockCore, request: PlainRequest): PlainResponse {
  const wanted = new URLSearchParams(request.query).get('system');
  const systems = wanted?.split(',');
  const unknown = systems?.find((slug) => !core.systems.includes(slug));
  if (unknown !== undefined) return text(400, `system ${unknown} is not served by this mock`);
  core.reset(systems);
  return json(200, {});
}

async function traffic(core: MockCore, request: PlainRequest): Promise<PlainResponse> {
  const query = new URLSearchParams(request.query);
  const after = Number(query.get('after') ?? '0');
  const limit = Number(query.get('limit') ?? '100');
  if (!Number.isInteger(after) || !Number.isInteger(limit) || limit < 1) {
    return text(400, 'after and limit must be whole numbers, limit at least 1');
  }
  const kept = core.world.journal.list(after, Math.min(limit, 1_000));
  const entries = await Promise.all(kept.map((entry) => wholeExchange(core, entry)));
  return json(200, { entries });
}

function clearTraffic(core: MockCore): PlainResponse {
  core.world.journal.clear();
  return json(200, {});
}

const decoder = new TextDecoder('utf-8');

function readMember(body: Uint8Array, name: string): string | null {
  try {
    const value = (JSON.parse(decoder.decode(body)) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
