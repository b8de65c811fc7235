import { json, text } from '../engine/http.js';
import { readRule } from './fault-rule.js';
import type { Route } from './plane.js';

/** More rules than this are a mistake of a loop. */
const most = 1_000;

/** `GET /_countersign/faults`: the rules of a world, and how often each met a request. */
export const listFaults: Route = (core) => json(200, { faults: core.world.faults.list() });

/** `POST /_countersign/faults`: adds a rule, in place of one of the same name. */
export const addFault: Route = (core, request) => {
  let members: unknown;
  try {
    members = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    members = null;
  }
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    return text(400, 'the body must be a JSON object such as {"operation":"…","status":503}');
  }
  const { faults } = core.world;
  const rules = faults.list();
  const names = new Set(rules.map(({ rule }) => rule.name));
  let number = rules.length + 1;
  while (names.has(`fault-${String(number)}`)) number += 1;
  const rule = readRule(members as Record<string, unknown>, core, `fault-${String(number)}`);
  if (typeof rule === 'string') return text(400, rule);
  if (rules.length >= most) return text(409, `there are ${String(most)} rules; remove some`);
  faults.add(rule);
  return json(201, rule);
};

/** `DELETE /_countersign/faults?name=`: removes a rule; without a name all of them. */
export const removeFaults: Route = (core, request) => {
  const name = new URLSearchParams(request.query).get('name');
  if (name === null) {
    core.world.faults.clear();
    return json(200, {});
  }
  return core.world.faults.remove(name) ? json(200, {}) : text(404, `there is no rule ${name}`);
};
