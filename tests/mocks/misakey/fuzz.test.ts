import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openapi } from '../../../specs/misakey/documents.gen.js';
import type { MisakeyState } from '../../../mocks/systems/misakey/state.js';
import { alice, bob, contactBody, createWorld } from './world.js';

const methods = new Set(['get', 'head', 'put', 'post', 'delete']);
const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((method) => methods.has(method))
    .map((method) => [method.toUpperCase(), path] as const),
);

const junk = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      type: fc.constantFrom('member.join', 'msg.text', 'msg.edit', 'state.key_share', 'x', null),
      content: fc.jsonValue(),
      referrer_id: fc.jsonValue(),
      extra: fc.jsonValue(),
      batch_type: fc.constantFrom('accesses', 1),
      events: fc.jsonValue(),
      box: fc.jsonValue(),
      key_share: fc.jsonValue(),
      crypto: fc.jsonValue(),
      contacted_identity_id: fc.oneof(fc.constant(bob.id), fc.jsonValue()),
      muted: fc.jsonValue(),
      user_confirmation: fc.jsonValue(),
      identity_id: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

/** What a refusal must leave as it was; members that only grow are counted. */
function digest(state: MisakeyState): string {
  return JSON.stringify([
    [...state.boxes.values()].map((box) => [
      box.id,
      box.accessMode,
      box.events.length,
      [...box.members],
      [...box.removedAccesses],
      box.shareHashes,
    ]),
    [...state.keyShares.keys()],
    state.lastNotificationId,
  ]);
}

describe('whatever is sent', () => {
  it.each(operations)(
    '%s %s answers a documented status and refuses without a trace',
    async (method, template) => {
      const world = createWorld();
      const box = (await world.contact(contactBody())).json() as { id: string };
      const state = world.core.world.state('misakey') as MisakeyState;
      const ids = fc.constantFrom(alice.id, bob.id, box.id, 'nope', '%E2%82%AC');
      const documented = Object.keys(
        (openapi.paths[template]?.[method.toLowerCase()] as { responses: object }).responses,
      );
      await fc.assert(
        fc.asyncProperty(
          ids,
          ids,
          junk,
          fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded'),
          async (first, second, body, type) => {
            const path = template.replace('{id}', first).replace(/\{\w+\}/, second);
            const before = digest(state);
            const answer = await world.send(method, path, {
              token: alice.token,
              body: JSON.stringify(body),
              headers: { 'content-type': type },
            });
            expect(documented).toContain(String(answer.status));
            if (answer.status >= 400) expect(digest(state)).toBe(before);
          },
        ),
        { numRuns: 60 },
      );
      expect(world.bugs).toEqual([]);
    },
  );
});
