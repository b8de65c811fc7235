import type { Mutant } from '../model.js';
import { accessMutants } from './ssks/access.js';
import { challengeMutants } from './ssks/challenge.js';
import { createUserMutants } from './ssks/create-user.js';
import { deliveryMutants } from './ssks/delivery.js';
import { identityMutants } from './ssks/identities.js';
import { passwordMutants } from './ssks/passwords.js';
import { sessionMutants } from './ssks/sessions.js';
import { userMutants } from './ssks/users.js';

/** All mutants of Seald SDK Key Storage. */
export const ssksMutants: readonly Mutant[] = [
  ...accessMutants,
  ...challengeMutants,
  ...deliveryMutants,
  ...createUserMutants,
  ...userMutants,
  ...sessionMutants,
  ...identityMutants,
  ...passwordMutants,
];
