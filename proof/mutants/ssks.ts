import type { Mutant } from '../model.js';
import { accessMutants } from './ssks/access.js';
import { challengeMutants } from './ssks/challenge.js';
import { createUserMutants } from './ssks/create-user.js';
import { deliveryMutants } from './ssks/delivery.js';

/** All mutants of Seald SDK Key Storage. */
export const ssksMutants: readonly Mutant[] = [
  ...accessMutants,
  ...challengeMutants,
  ...deliveryMutants,
  ...createUserMutants,
];
