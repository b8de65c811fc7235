import type { Behaviour } from './behaviour.js';
import { documented } from './documented.js';

/** The server of March 2021 without its defects: older names, other ACRs. */
export const observed: Behaviour = {
  ...documented,
  names: {
    contacted: ['identity_id'],
    hash: ['other_share_hash'],
    invitationInCrypto: false,
  },
  minimumAcr(operationId) {
    if (operationId === 'contactUser') return 2;
    return operationId === 'openRealtimeSocket' ? 0 : 1;
  },
};
