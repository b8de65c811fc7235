import { defineFreedoms } from '../../engine/freedoms.js';
import type { SsksBehaviour } from './behaviour.js';
import type { SsksState } from './state.js';

/** What the documents leave to a server; see `Freedom`. */
export const freedoms = defineFreedoms<SsksState, SsksBehaviour>([
  {
    name: 'other-ids',
    difference: 'Ids are no UUIDs: opaque strings are all that is promised.',
    behaviour: (base) => ({
      newSessionId: (random) => `s.${random.text(40, 'ABCdef012-_')}`,
      storeIdentity: (store, session, data, newId) =>
        base.storeIdentity(store, session, data, () => `tmr:${newId().slice(0, 13)}`),
      storeRow: (store, userId, secret, data, newId) =>
        base.storeRow(store, userId, secret, data, () => newId().replaceAll('-', '').toUpperCase()),
    }),
  },
]);
