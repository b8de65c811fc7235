import { takingFreedom, type ErasedFreedom } from '../../mocks/engine/freedoms.js';
import type { Variant } from '../model.js';

/** A variant of each freedom that a system has: the mock in chaos takes them by chance. */
export function freedomVariants(
  system: string,
  freedoms: readonly ErasedFreedom[],
): readonly Variant[] {
  return freedoms.map((freedom) => ({
    id: `${freedom.name}/${system}`,
    family: freedom.name,
    system,
    difference: freedom.difference,
    alterations: [takingFreedom(system, freedom)],
  }));
}
