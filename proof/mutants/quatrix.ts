import type { Mutant } from '../model.js';
import { callMutants, callRefusalMutants } from './quatrix/call.js';
import { keyMutants, signatureMutants } from './quatrix/key-and-signature.js';
import { loginMutants } from './quatrix/login.js';
import { loginRefusalMutants } from './quatrix/login-refusals.js';
import { mqDeliveryMutants } from './quatrix/mq-delivery.js';
import { mqHoldMutants } from './quatrix/mq-hold.js';
import { mqMessageMutants } from './quatrix/mq-message.js';
import { profileMutants, queryMutants } from './quatrix/query-and-profile.js';
import { errorMutants, sessionMutants } from './quatrix/session-and-errors.js';

/** All mutants of Maytech Quatrix, API 0.1. */
export const quatrixMutants: readonly Mutant[] = [
  ...loginMutants,
  ...loginRefusalMutants,
  ...keyMutants,
  ...signatureMutants,
  ...callMutants,
  ...callRefusalMutants,
  ...queryMutants,
  ...profileMutants,
  ...mqHoldMutants,
  ...mqMessageMutants,
  ...mqDeliveryMutants,
  ...sessionMutants,
  ...errorMutants,
];
