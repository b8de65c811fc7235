import type { Variant } from '../model.js';
import { genericVariants } from './generic.js';

/** Servers that differ from the mock of Seald SDK Key Storage and still conform. */
export const ssksVariants: readonly Variant[] = [...genericVariants('ssks')];
