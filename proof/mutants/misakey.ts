import type { Mutant } from '../model.js';
import { boxMutants } from './misakey/boxes.js';
import { contactAccessMutants } from './misakey/contact-access.js';
import { contactFormMutants } from './misakey/contact-form.js';
import { contactValueMutants } from './misakey/contact-values.js';
import { pushFormMutants } from './misakey/push-form.js';
import { pushMutants } from './misakey/push.js';
import { resultMutants } from './misakey/result.js';
import { wsMutants } from './misakey/ws.js';

/** All mutants of Misakey box realtime. */
export const misakeyMutants: readonly Mutant[] = [
  ...wsMutants,
  ...pushMutants,
  ...pushFormMutants,
  ...contactAccessMutants,
  ...contactFormMutants,
  ...contactValueMutants,
  ...resultMutants,
  ...boxMutants,
];
