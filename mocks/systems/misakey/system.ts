import { asyncapi, openapi } from '../../../specs/misakey/documents.gen.js';
import { defineSystem } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { completeAnswer, csrfFault } from './csrf.js';
import { documented } from './documented.js';
import { freedoms } from './freedoms.js';
import { createBoxEventBatch, listBoxAccesses } from './handlers/accesses.js';
import {
  countJoinedBoxes,
  deleteBox,
  getBox,
  getBoxPublicInfo,
  listBoxMembers,
  listJoinedBoxes,
  resetNewEventsCount,
} from './handlers/boxes.js';
import { contactUser } from './handlers/contact.js';
import { getCsrfToken } from './handlers/csrf.js';
import { countBoxEvents, createBoxEvent, listBoxEvents } from './handlers/events.js';
import { listNotifications } from './handlers/notifications.js';
import { getBoxSettings, updateBoxSettings } from './handlers/settings.js';
import { getBoxKeyShare, getEncryptedInvitationKeyShare } from './handlers/shares.js';
import { openRealtimeSocket } from './handlers/socket.js';
import { observed } from './observed.js';
import { profile } from './profile.js';
import { refuse } from './refusals.js';
import { scenarios } from './scenarios.js';
import { createState, type MisakeyState } from './state.js';
import { trigger } from './trigger.js';

/** Misakey box realtime: the socket of an identity, contacting, and the routes around a box. */
export const misakey = defineSystem<MisakeyState, Behaviour>({
  slug: 'misakey',
  title: 'Misakey box realtime',
  openapi,
  asyncapi,
  roots: ['csrf', 'box-users', 'boxes', 'box-key-shares', 'identities'],
  behaviours: { documented, observed },
  settings: {},
  createState,
  profile,
  handlers: {
    getCsrfToken,
    openRealtimeSocket,
    contactUser,
    getBoxSettings,
    updateBoxSettings,
    listJoinedBoxes,
    countJoinedBoxes,
    getBox,
    deleteBox,
    listBoxEvents,
    countBoxEvents,
    createBoxEvent,
    createBoxEventBatch,
    listBoxAccesses,
    listBoxMembers,
    getBoxPublicInfo,
    resetNewEventsCount,
    getEncryptedInvitationKeyShare,
    getBoxKeyShare,
    listNotifications,
  },
  before: csrfFault,
  scenarios,
  freedoms,
  refuse,
  after: completeAnswer,
  trigger,
  insight: async () => (await import('./insight.js')).insight,
});
