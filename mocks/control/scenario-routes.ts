import { json, text } from '../engine/http.js';
import type { Route } from './plane.js';

/** `GET /_countersign/scenarios`: the situations that can be brought about, by system and name. */
export const listScenarios: Route = (core) => json(200, { scenarios: core.scenarios() });

/** `POST /_countersign/scenarios`: brings one about in the world of the request. */
export const applyScenario: Route = (core, request) => {
  let given: { system?: unknown; name?: unknown } | null;
  try {
    given = JSON.parse(new TextDecoder().decode(request.body)) as typeof given;
  } catch {
    given = null;
  }
  const { system, name } = given ?? {};
  if (typeof system !== 'string' || typeof name !== 'string') {
    return text(400, 'the body must be {"system": "…", "name": "…"}');
  }
  if (core.scenario(system, name)) return json(200, {});
  const known = core.scenarios().map((entry) => `${entry.system}/${entry.name}`);
  return text(422, `there is no scenario ${system}/${name}; there is: ${known.join(', ')}`);
};
