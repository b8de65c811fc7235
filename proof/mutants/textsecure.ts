import type { Mutant } from '../model.js';
import { accessMutants } from './textsecure/access.js';
import { attachmentMutants } from './textsecure/attachments.js';
import { deliveryMutants } from './textsecure/delivery.js';
import { directoryMutants } from './textsecure/directory.js';
import { envelopeMutants } from './textsecure/envelope.js';
import { federationMutants } from './textsecure/federation.js';
import { messageMutants } from './textsecure/messages.js';
import { prekeyMutants } from './textsecure/prekeys.js';
import { pushMutants } from './textsecure/push.js';
import { rateLimitMutants } from './textsecure/ratelimit.js';
import { registrationMutants } from './textsecure/registration.js';

/** All mutants of the TextSecure server. */
export const textsecureMutants: readonly Mutant[] = [
  ...registrationMutants,
  ...accessMutants,
  ...pushMutants,
  ...prekeyMutants,
  ...directoryMutants,
  ...messageMutants,
  ...deliveryMutants,
  ...envelopeMutants,
  ...attachmentMutants,
  ...rateLimitMutants,
  ...federationMutants,
];
