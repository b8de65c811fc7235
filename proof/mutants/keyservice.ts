import type { Mutant } from '../model.js';
import { createMutants, uploadMutants } from './keyservice/create.js';
import { deleteMutants } from './keyservice/delete.js';
import { filesMutants } from './keyservice/files.js';
import { formatMutants } from './keyservice/format.js';
import { getMutants } from './keyservice/get.js';
import { getencMutants } from './keyservice/getenc.js';
import { sendMutants } from './keyservice/send.js';
import { isolationMutants, textMutants } from './keyservice/text.js';
import { cryptoMutants, transportMutants } from './keyservice/transport.js';

/** All mutants of Key Service (CryptAByte). */
export const keyserviceMutants: readonly Mutant[] = [
  ...createMutants,
  ...uploadMutants,
  ...sendMutants,
  ...getMutants,
  ...textMutants,
  ...isolationMutants,
  ...getencMutants,
  ...deleteMutants,
  ...filesMutants,
  ...formatMutants,
  ...transportMutants,
  ...cryptoMutants,
];
