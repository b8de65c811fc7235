import type { Variant } from '../model.js';
import { genericVariants } from './generic.js';

/** Servers that differ from the mock of Key Service and still conform. */
export const keyserviceVariants: readonly Variant[] = [...genericVariants('keyservice')];
