import type { ErasedSystem } from './engine/system.js';
import { keyservice } from './systems/keyservice/system.js';
import { misakey } from './systems/misakey/system.js';
import { quatrix } from './systems/quatrix/system.js';
import { ssks } from './systems/ssks/system.js';
import { textsecure } from './systems/textsecure/system.js';

/** Every system that the mock can serve. A new one is added here and in `suites/registry.ts`. */
export const systems: readonly ErasedSystem[] = [misakey, textsecure, ssks, keyservice, quatrix];

/** The systems of some slugs; without any, all. */
export function selectSystems(slugs: readonly string[] | undefined): readonly ErasedSystem[] {
  return slugs === undefined ? systems : systems.filter((system) => slugs.includes(system.slug));
}
