/** What documents leave to a server: drawn by chaos at each turn or once, always taken in a variant. */
import { describe, expect, it } from 'vitest';
import { defineFreedoms, drawnFreedoms, takingFreedom } from '../../mocks/engine/freedoms.js';
import { json } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import {
  defineSystem,
  type ErasedAlteration,
  type ErasedSystem,
  type SystemDefinition,
} from '../../mocks/engine/system.js';
import { systems } from '../../mocks/registry.js';
import { call } from '../support/request.js';
import { probe } from './probe.js';

interface Decisions {
  newId(): string;
  readonly dates: { readonly json: () => string; readonly xml: () => string };
  name(): string;
  find(id: string): boolean;
}

const own: Decisions = {
  newId: () => 'own',
  dates: { json: () => 'json', xml: () => 'xml' },
  name: () => 'plain',
  find: (id) => id === 'plain',
};

const freedoms = defineFreedoms<unknown, Decisions>([
  {
    name: 'other-ids',
    difference: 'Ids are longer.',
    behaviour: (base) => ({ newId: () => `${base.newId()}-other` }),
  },
  {
    name: 'other-dates',
    difference: 'Dates in JSON are others.',
    behaviour: (base) => ({ dates: { ...base.dates, json: () => 'iso' } }),
  },
  {
    name: 'other-name',
    difference: 'The name ends otherwise.',
    once: true,
    reads: (base) => ({ find: (id) => base.find(id.replace('!', '')) }),
    behaviour: (base) => ({ name: () => `${base.name()}!` }),
  },
  {
    name: 'marked',
    difference: 'Answers have a header.',
    respond: (response) => ({ ...response, headers: { ...response.headers, Marked: 'yes' } }),
  },
]);

function system(): ErasedSystem {
  const handler: SystemDefinition<unknown, Decisions>['handlers'][string] = ({ behaviour }) =>
    json(200, {
      id: behaviour.newId(),
      json: behaviour.dates.json(),
      xml: behaviour.dates.xml(),
      name: behaviour.name(),
      found: behaviour.find('plain') && behaviour.find('plain!'),
    });
  const base = probe({ 'GET /probe': {} }) as unknown as SystemDefinition<unknown, Decisions>;
  return defineSystem<unknown, Decisions>({
    ...base,
    behaviours: { documented: own, observed: own },
    handlers: { 'GET /probe': handler },
    freedoms,
  });
}

function coreWith(alterations: readonly ErasedAlteration[]): MockCore {
  return createMockCore({ systems: [system()], seed: 1, alterations });
}

interface Seen {
  readonly id: string;
  readonly json: string;
  readonly xml: string;
  readonly name: string;
  readonly found: boolean;
  readonly marked: boolean;
}

async function forty(core: MockCore): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const answer = await call(core, { path: '/probe' });
    seen.push({ ...(answer.json() as Seen), marked: 'Marked' in answer.headers });
  }
  return seen;
}

const valuesOf = (seen: readonly Seen[], member: keyof Seen): readonly unknown[] =>
  [...new Set(seen.map((one) => one[member]))].sort();

const chaos = (seed: number, member?: string): MockCore =>
  coreWith(drawnFreedoms([system()], { seed, member }));

describe('freedoms in chaos', () => {
  it('are drawn at each call, record by record, and for each answer', async () => {
    const seen = await forty(chaos(1));
    expect(valuesOf(seen, 'id')).toEqual(['own', 'own-other']);
    expect(valuesOf(seen, 'json')).toEqual(['iso', 'json']);
    expect(valuesOf(seen, 'xml')).toEqual(['xml']);
    expect(valuesOf(seen, 'marked')).toEqual([false, true]);
  });

  it('are drawn once where calls must agree; what reads both ways is always there', async () => {
    const names: unknown[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const seen = await forty(chaos(seed));
      expect(valuesOf(seen, 'name')).toHaveLength(1);
      expect(valuesOf(seen, 'found')).toEqual([true]);
      names.push(seen[0]?.name);
    }
    expect(new Set(names)).toEqual(new Set(['plain', 'plain!']));
  });

  it('are the same again at the same seed, and others at another or in another process', async () => {
    const first = await forty(chaos(1));
    expect(await forty(chaos(1))).toEqual(first);
    expect(await forty(chaos(2))).not.toEqual(first);
    const other = await forty(chaos(1, 'worker 2'));
    expect(other).not.toEqual(first);
    expect(valuesOf(other, 'name')).toEqual(valuesOf(first, 'name'));
  });
});

describe('a freedom that is taken', () => {
  it.each([
    [0, { id: 'own-other', json: 'json', name: 'plain', marked: false }],
    [1, { id: 'own', json: 'iso', name: 'plain', marked: false }],
    [2, { id: 'own', json: 'json', name: 'plain!', marked: false, found: true }],
    [3, { id: 'own', json: 'json', name: 'plain', marked: true }],
  ])('is there in every answer: %i', async (at, expected) => {
    const freedom = freedoms[at];
    if (freedom === undefined) throw new Error('there is no such freedom');
    const seen = await forty(coreWith([takingFreedom('probe', freedom)]));
    for (const one of seen) expect(one).toMatchObject(expected);
  });
});

describe('the freedoms of the systems', () => {
  it('have names of their own and a sentence each', () => {
    for (const { slug, freedoms: mine = [] } of systems) {
      expect(mine.length, slug).toBeGreaterThan(0);
      expect(new Set(mine.map(({ name }) => name)).size).toBe(mine.length);
      for (const { name, difference } of mine) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(difference).toMatch(/\.$/);
      }
    }
  });
});
