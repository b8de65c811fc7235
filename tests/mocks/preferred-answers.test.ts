/** `Prefer` on every operation: each status and each example of the documents can be had. */
import { describe, expect, it } from 'vitest';
import { createFront } from '../../mocks/control/front.js';
import type { PlainResponse } from '../../mocks/engine/http.js';
import { createWorlds } from '../../mocks/engine/worlds.js';
import { systems } from '../../mocks/registry.js';
import { operationsOf } from '../../specs/operations.js';
import { plainRequest } from '../support/request.js';

describe.each(systems.map((system) => ({ slug: system.slug, system })))('$slug', ({ system }) => {
  const bugs: unknown[] = [];
  const worlds = createWorlds({ systems: [system], onBug: (error) => bugs.push(error) });
  const front = createFront(worlds);

  async function prefer(method: string, path: string, preference: string): Promise<PlainResponse> {
    const request = plainRequest({ method, path, headers: { prefer: preference } });
    const outcome = await front(method, path, request.headers).run(request);
    if ('kind' in outcome) throw new Error('an upgrade');
    return outcome;
  }

  const operations = operationsOf(system.openapi).map((operation) => ({
    id: operation.id,
    operation,
    path: operation.path.replaceAll(/\{[^}]+\}/g, 'x'),
  }));

  it.each(operations)('$id', async ({ operation, path }) => {
    for (const status of Object.keys(operation.object.responses).map(Number)) {
      if (status < 200) continue;
      const answer = await prefer(operation.method, path, `code=${String(status)}`);
      expect([operation.id, answer.status]).toEqual([operation.id, status]);
      expect(answer.headers['Preference-Applied']).toBe(`code=${String(status)}`);
    }
    for (const [status, answer] of Object.entries(operation.object.responses)) {
      for (const media of Object.values(answer.content ?? {})) {
        for (const name of Object.keys(media.examples ?? {})) {
          const given = await prefer(operation.method, path, `code=${status}, example=${name}`);
          expect([name, given.status, given.body === null]).toEqual([name, Number(status), false]);
        }
      }
    }
    expect(bugs).toEqual([]);
  });
});
