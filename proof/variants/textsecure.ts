import type { Variant } from '../model.js';
import { genericVariants } from './generic.js';

export const textsecureVariants: readonly Variant[] = [...genericVariants('textsecure')];
