import type { components } from '../../../specs/misakey/types.gen.js';
import type { Behaviour, SocketMessage } from './behaviour.js';
import { formatInstant } from './instant.js';
import {
  identityOf,
  type Box,
  type Identity,
  type MisakeyState,
  type StoredEvent,
  type StoredNotification,
} from './state.js';

type Schemas = components['schemas'];
type BoxMembers = Schemas['BoxMembers'];

/** What a reader sees of an identity; its identifier only where that is shown. */
export function identityView(identity: Identity, withIdentifier: boolean): Schemas['IdentityView'] {
  return {
    id: identity.id,
    display_name: identity.displayName,
    avatar_url: identity.avatarUrl,
    identifier_value: withIdentifier ? identity.identifier.value : '',
    identifier_kind: withIdentifier ? identity.identifier.kind : '',
  };
}

/** An event as HTTP answers it; the order of members is that of the socket. */
export function eventView(
  state: MisakeyState,
  event: StoredEvent,
  withIdentifiers: boolean,
): Schemas['BoxEvent'] {
  const content =
    event.kickerId === undefined
      ? event.content
      : { kicker: identityView(identityOf(state, event.kickerId), withIdentifiers) };
  return {
    type: event.type,
    content,
    box_id: event.boxId,
    id: event.id,
    server_event_created_at: formatInstant(event.createdAt),
    referrer_id: event.referrerId,
    sender: identityView(identityOf(state, event.senderId), withIdentifiers),
  };
}

/** `event.new`, as one reader gets it. */
export function eventMessage(
  state: MisakeyState,
  event: StoredEvent,
  withIdentifiers: boolean,
): SocketMessage {
  return {
    type: 'event.new',
    object: { ...eventView(state, event, withIdentifiers), owner_org_id: state.ownerOrgId },
  };
}

export function notificationView(notification: StoredNotification): Schemas['Notification'] {
  return {
    id: notification.id,
    type: notification.type,
    details: notification.details,
    created_at: formatInstant(notification.createdAt),
    acknowledged_at: null,
  };
}

export function settingsView(box: Box, identityId: string): Schemas['BoxSettings'] {
  return {
    identity_id: identityId,
    box_id: box.id,
    muted: box.members.get(identityId)?.muted ?? false,
  };
}

function boxMembers(
  state: MisakeyState,
  behaviour: Behaviour,
  box: Box,
  readerId: string,
): BoxMembers {
  return {
    id: box.id,
    server_created_at: formatInstant(box.createdAt),
    public_key: box.publicKey,
    title: box.title,
    access_mode: box.accessMode,
    owner_org_id: state.ownerOrgId,
    datatag_id: null,
    subject: null,
    creator: identityView(
      identityOf(state, box.creatorId),
      behaviour.showsIdentifiers(box, readerId),
    ),
    events_count: box.members.get(readerId)?.newEvents ?? 0,
    settings: settingsView(box, readerId),
  };
}

/** The answer to a contact: the box with its create event. */
export function contactResult(
  state: MisakeyState,
  behaviour: Behaviour,
  box: Box,
  created: StoredEvent,
): BoxMembers & { last_event: Schemas['BoxEvent'] } {
  return {
    ...boxMembers(state, behaviour, box, box.creatorId),
    last_event: eventView(state, created, false),
  };
}

/** A box as one of its members sees it, with its newest stored event. */
export function boxView(
  state: MisakeyState,
  behaviour: Behaviour,
  box: Box,
  readerId: string,
): Schemas['Box'] {
  const newest = box.events.at(-1);
  if (newest === undefined) throw new Error(`box ${box.id} has no event`);
  return {
    ...boxMembers(state, behaviour, box, readerId),
    last_event: eventView(state, newest, false),
  };
}
