import { json, text } from '../engine/http.js';
import type { PlainRequest, PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import {
  removeState,
  setState,
  StateError,
  viewState,
  type StatePath,
} from '../engine/state-tree.js';
import type { Route } from './plane.js';

/** `GET /_countersign/state/node?system=&path=["…"]&from=`: one value of a system's state. */
export const readNode: Route = (core, request) => {
  const query = new URLSearchParams(request.query);
  const from = Number(query.get('from') ?? '0');
  return atNode(core, query.get('system'), readPath(query), (system, path) => {
    const served = core.served(system);
    const saved = served?.definition.saveState?.(served.state) ?? served?.state;
    return json(200, viewState(saved, path, Number.isInteger(from) ? from : 0));
  });
};

/** `PATCH /_countersign/state/node {"system","path","value"}`: another value in its place. */
export const changeNode: Route = (core, request) => {
  const members = readMembers(request);
  if (members === null || !('value' in members)) {
    return text(400, 'the body must be {"system":"…","path":["…"],"value":…}');
  }
  return atNode(core, members.system, members.path, (system, path) => {
    core.edit(system, (saved) => {
      setState(saved, path, members.value);
    });
    return json(200, {});
  });
};

/** `DELETE /_countersign/state/node?system=&path=["…"]`: takes an entry out. */
export const removeNode: Route = (core, request) => {
  const query = new URLSearchParams(request.query);
  return atNode(core, query.get('system'), readPath(query), (system, path) => {
    core.edit(system, (saved) => {
      removeState(saved, path);
    });
    return json(200, {});
  });
};

function atNode(
  core: MockCore,
  system: unknown,
  path: unknown,
  act: (system: string, path: StatePath) => PlainResponse,
): PlainResponse {
  if (typeof system !== 'string' || core.served(system) === undefined) {
    return text(400, `system must be one of ${core.systems.join(', ')}`);
  }
  if (!isPath(path)) return text(400, 'path must be a JSON list of names and numbers');
  try {
    return act(system, path);
  } catch (error) {
    if (error instanceof StateError) return text(422, error.message);
    throw error;
  }
}

function isPath(value: unknown): value is StatePath {
  return (
    Array.isArray(value) &&
    value.every((step) => typeof step === 'string' || typeof step === 'number')
  );
}

function readPath(query: URLSearchParams): unknown {
  try {
    return JSON.parse(query.get('path') ?? '[]') as unknown;
  } catch {
    return null;
  }
}

function readMembers(request: PlainRequest): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(request.body));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
