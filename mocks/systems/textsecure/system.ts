import { asyncapi, openapi } from '../../../specs/textsecure/documents.gen.js';
import { defineSystem } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { documented } from './documented.js';
import { freedoms } from './freedoms.js';
import { peer, peerSignalingKey } from './federation.js';
import * as attachments from './handlers/attachments.js';
import * as directory from './handlers/directory.js';
import * as messages from './handlers/messages.js';
import * as prekeys from './handlers/prekeys.js';
import * as push from './handlers/push.js';
import * as registration from './handlers/registration.js';
import { observed } from './observed.js';
import { refuse } from './refusals.js';
import { scenarios } from './scenarios.js';
import { createState, restoreState, saveState, type State } from './state.js';

/** The TextSecure server, API v1 of 2013. */
export const textsecure = defineSystem<State, Behaviour>({
  slug: 'textsecure',
  title: 'TextSecure server, v1 (2013)',
  openapi,
  asyncapi,
  roots: ['v1', '_countersign/attachments'],
  behaviours: { documented, observed },
  settings: {},
  profile: {
    numberPrefix: '+1555',
    federation: {
      relay: peer.relay,
      number: peer.account.number,
      pushId: peer.account.push[0]?.id,
      signalingKey: peerSignalingKey,
    },
  },
  createState,
  saveState,
  restoreState: (saved, world) => restoreState(saved as ReturnType<typeof saveState>, world),
  handlers: {
    ...registration,
    ...push,
    ...prekeys,
    getContactIntersection: directory.getContactIntersection,
    getContact: directory.getContact,
    ...messages,
    ...attachments,
  },
  scenarios,
  freedoms,
  refuse,
  trigger(event, { state }) {
    if (event.event !== 'gcm-not-registered') return false;
    for (const id of event.affects) state.notRegistered.set(id, true);
    return true;
  },
  insight: async () => (await import('./insight.js')).insight,
});
