import { json, text } from '../engine/http.js';
import { SnapshotError } from '../engine/snapshot.js';
import type { Route } from './plane.js';

/** `GET /_countersign/worlds`: the worlds beside the main one, the longest idle one first. */
export const listWorlds: Route = (_core, _request, worlds) =>
  json(200, { worlds: worlds.names().map((name) => ({ name })) });

/** `DELETE /_countersign/worlds?name=`: forgets a world with all its state. */
export const dropWorld: Route = (_core, request, worlds) => {
  const name = new URLSearchParams(request.query).get('name');
  if (name === null) return text(400, 'query parameter name must say which world');
  return worlds.drop(name) ? json(200, {}) : text(404, `there is no world ${name}`);
};

/** `GET /_countersign/state`: the world as JSON, for `PUT` of the same or `--state-from`. */
export const readState: Route = (core) => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: core.snapshot(),
});

/** `PUT /_countersign/state`: puts the world, its clock included, back to what `GET` gave. */
export const writeState: Route = (core, request) => {
  try {
    core.restore(new TextDecoder().decode(request.body));
    return json(200, {});
  } catch (error) {
    if (error instanceof SnapshotError) return text(400, error.message);
    throw error;
  }
};
