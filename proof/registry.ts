import { systems } from '../mocks/registry.js';
import { catalog } from '../specs/catalog.js';
import { suites } from '../suites/registry.js';
import type { Bench } from './judge.js';
import type { Mutant, Variant } from './model.js';
import { keyserviceMutants } from './mutants/keyservice.js';
import { misakeyMutants } from './mutants/misakey.js';
import { quatrixMutants } from './mutants/quatrix.js';
import { ssksMutants } from './mutants/ssks.js';
import { textsecureMutants } from './mutants/textsecure.js';
import { keyserviceVariants } from './variants/keyservice.js';
import { misakeyVariants } from './variants/misakey.js';
import { quatrixVariants } from './variants/quatrix.js';
import { ssksVariants } from './variants/ssks.js';
import { textsecureVariants } from './variants/textsecure.js';

/** Every mutant, by id. */
export const mutants: ReadonlyMap<string, Mutant> = byId([
  ...misakeyMutants,
  ...textsecureMutants,
  ...ssksMutants,
  ...keyserviceMutants,
  ...quatrixMutants,
]);

/** Every legal variant, by id. */
export const variants: ReadonlyMap<string, Variant> = byId([
  ...misakeyVariants,
  ...textsecureVariants,
  ...ssksVariants,
  ...keyserviceVariants,
  ...quatrixVariants,
]);

/** What the judge needs for a system. */
export function benchOf(slug: string): Bench {
  const system = systems.find((candidate) => candidate.slug === slug);
  const suite = suites.get(slug);
  const specs = catalog.get(slug);
  if (system === undefined || suite === undefined || specs === undefined) {
    throw new Error(`there is no system ${slug}`);
  }
  return { system, suite, requirements: specs.requirements };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map(items.map((item) => [item.id, item]));
  if (map.size !== items.length) {
    const ids = items.map((item) => item.id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    throw new Error(`two mutants or variants are called ${String(twice)}`);
  }
  return map;
}
