/** Documents and code cannot drift apart: what one names, the other has. */
import { describe, expect, test } from 'vitest';
import { systems } from '../../mocks/registry.js';
import { mutants, variants } from '../../proof/registry.js';
import { catalog } from '../../specs/catalog.js';
import { operationsOf } from '../../specs/operations.js';
import { suites } from '../../suites/registry.js';

const slugs = [...catalog.keys()];

test('every system is described, served, tested and proven', () => {
  expect(systems.map(({ slug }) => slug).toSorted()).toEqual(slugs.toSorted());
  expect([...suites.keys()].toSorted()).toEqual(slugs.toSorted());
  const proven = new Set([...mutants.values()].map(({ system }) => system));
  expect([...proven].toSorted()).toEqual(slugs.toSorted());
  const varied = new Set([...variants.values()].map(({ system }) => system));
  expect([...varied].toSorted()).toEqual(slugs.toSorted());
});

describe.each(slugs)('%s', (slug) => {
  const requirements = catalog.get(slug)?.requirements ?? [];
  const known = new Set(requirements.map(({ id }) => id));
  const checks = suites.get(slug)?.checks ?? [];
  const own = [...mutants.values()].filter(({ system }) => system === slug);

  test('every operation has a handler, and every handler an operation', () => {
    const definition = systems.find((system) => system.slug === slug);
    const handlers = Object.keys(definition?.handlers ?? {});
    const openapi = catalog.get(slug)?.openapi;
    const operations = openapi === undefined ? [] : operationsOf(openapi).map(({ id }) => id);
    expect(handlers.toSorted()).toEqual(operations.toSorted());
  });

  test('every requirement has a check', () => {
    const tested = new Set(checks.flatMap((check) => check.requirements));
    expect([...known].filter((id) => !tested.has(id))).toEqual([]);
  });

  test('a check names known requirements only', () => {
    const named = checks.flatMap((check) => check.requirements);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  test('a mutant names known requirements only, and breaks one at least', () => {
    const named = own.flatMap(({ breaks, alsoBreaks }) => [...breaks, ...Object.keys(alsoBreaks)]);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
    expect(own.filter(({ breaks }) => breaks.length === 0).map(({ id }) => id)).toEqual([]);
  });

  test('every must and every should has a mutant that breaks it', () => {
    const broken = new Set(own.flatMap(({ breaks }) => breaks));
    const due = requirements.filter(({ level }) => level !== 'may').map(({ id }) => id);
    expect(due.filter((id) => !broken.has(id))).toEqual([]);
  });
});
