import type { WorldServices } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import type { Instant } from './instant.js';
import {
  bounds,
  type Box,
  type EventContent,
  type MisakeyState,
  type StoredEvent,
  type StoredNotification,
} from './state.js';
import { eventMessage, notificationView } from './views.js';

/** What a happening needs: where it is stored, and how and to whom it is told. */
export interface Stage {
  readonly state: MisakeyState;
  readonly behaviour: Behaviour;
  readonly world: WorldServices;
}

/** Now, with nanoseconds by chance: the mock's clock has only milliseconds. */
export function instantNow(world: WorldServices): Instant {
  return { milliseconds: world.clock.now(), nanoseconds: world.random.integer(1_000_000) };
}

/** An event that is about to be stored. */
export interface EventDraft {
  readonly type: string;
  readonly content: EventContent;
  readonly senderId: string;
  readonly referrerId?: string | null;
  readonly kickerId?: string;
}

export function storeEvent(
  stage: Stage,
  box: Box,
  draft: EventDraft,
  createdAt = instantNow(stage.world),
): StoredEvent {
  const event: StoredEvent = {
    referrerId: null,
    ...draft,
    id: stage.world.random.uuid(),
    boxId: box.id,
    createdAt,
  };
  box.events.push(event);
  if (stage.behaviour.countsAsNew(event)) {
    for (const [identityId, membership] of box.members) {
      if (identityId !== event.senderId) membership.newEvents += 1;
    }
  }
  return event;
}

/** Pushes `event.new`; only the creator of the box sees identifiers. */
export function announceEvent(
  stage: Stage,
  box: Box,
  event: StoredEvent,
  recipients: readonly string[] = stage.behaviour.eventRecipients(box, event),
): void {
  const { state, behaviour, world } = stage;
  for (const identityId of recipients) {
    if (!state.sockets.has(identityId)) continue;
    const message = eventMessage(state, event, behaviour.showsIdentifiers(box, identityId));
    behaviour.publish(state, behaviour, identityId, message, world);
  }
}

/** Stores a notification for an identity and pushes it. */
export function notify(
  stage: Stage,
  identityId: string,
  type: string,
  details: StoredNotification['details'],
): void {
  const { state, behaviour, world } = stage;
  state.lastNotificationId += 1;
  const notification: StoredNotification = {
    id: state.lastNotificationId,
    type,
    details,
    createdAt: instantNow(world),
  };
  let kept = state.notifications.get(identityId);
  if (kept === undefined) {
    kept = [];
    state.notifications.set(identityId, kept);
  }
  kept.push(notification);
  if (kept.length > bounds.notificationsPerIdentity) kept.shift();
  const object = notificationView(notification);
  behaviour.publish(state, behaviour, identityId, { type: 'notification', object }, world);
}
