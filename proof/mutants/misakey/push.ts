import type { Behaviour, Context } from '../../../mocks/systems/misakey/behaviour.js';
import { announceEvent, notify } from '../../../mocks/systems/misakey/happenings.js';
import { notificationView } from '../../../mocks/systems/misakey/views.js';
import { defineMutants } from '../../model.js';
import {
  editObject,
  kindOf,
  onRefusal,
  sessionOf,
  withWire,
  type Json,
  type State,
  drop,
} from './tools.js';
import { disturbed, invited } from './consequences.js';

/** A mutant whose effect depends on how many contacts a session has made. */
function bySession(
  effect: (base: Behaviour, nth: () => number) => Partial<Behaviour>,
): Pick<Parameters<typeof defineMutants<State, Behaviour>>[2][number], 'handlers' | 'behaviour'> {
  const made = new Map<string, number>();
  let current = 0;
  return {
    handlers: {
      contactUser: (next) => (context) => {
        const session = sessionOf(context);
        current = made.get(session) ?? 0;
        const answer = next(context);
        made.set(session, current + 1);
        return answer;
      },
    },
    behaviour: (base) => effect(base, () => current),
  };
}

const titleOf = (context: Context): string => {
  const body = new TextDecoder().decode(context.request.body);
  return /"title":"([^"]*)"/.exec(body)?.[1] ?? '';
};

/** Rewrites the frame of every text that fits: its header is held back until the text is seen. */
function binaryFrames(fits: (text: string) => boolean): () => (chunk: Uint8Array) => Uint8Array {
  return () => {
    let held: Uint8Array | null = null;
    return (chunk) => {
      if (held !== null) {
        const header = Uint8Array.from(held);
        if (fits(Buffer.from(chunk).toString('utf8'))) header[0] = 0x82;
        held = null;
        return Buffer.concat([header, chunk]);
      }
      if (chunk[0] !== 0x81 || chunk.length > 10) return chunk;
      held = chunk;
      return new Uint8Array(0);
    };
  };
}

export const pushMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'contact-not-announced',
    bug: 'Nobody is told of an invitation.',
    breaks: [...invited],
    behaviour: () => ({ invitationRecipients: () => [] }),
  },
  {
    name: 'announced-to-the-caller',
    bug: 'The invitation goes to the caller in place of the contact.',
    breaks: ['misakey.push.contacted-identity-notified', 'misakey.push.auto-invite-notification'],
    alsoBreaks: Object.fromEntries(invited.map((id) => [id, 'no invitation arrives'])),
    behaviour: () => ({ invitationRecipients: (box) => [box.creatorId] }),
  },
  {
    name: 'announced-without-box-id',
    bug: 'The invitation names neither the box nor its title.',
    breaks: ['misakey.push.contacted-identity-notified', 'misakey.push.auto-invite-notification'],
    alsoBreaks: Object.fromEntries(invited.map((id) => [id, 'the invitation is not recognised'])),
    behaviour: (base) =>
      editObject(base, 'notification/box.auto_invite', (object) => ({
        ...object,
        details: { cryptoaction_id: (object.details as Json).cryptoaction_id },
      })),
  },
  {
    name: 'announced-once-per-session',
    bug: 'Only the first contact of a session is announced.',
    breaks: ['misakey.push.consecutive-notifications'],
    alsoBreaks: {
      'misakey.push.non-ascii-intact': 'its last step is a second contact',
      'misakey.push.creation-order-kept': 'four of five contacts are not announced',
    },
    ...bySession((base, nth) => ({
      invitationRecipients: (box) => (nth() === 0 ? base.invitationRecipients(box) : []),
    })),
  },
  {
    name: 'caller-invited-too',
    bug: 'The caller is invited into its own box as well.',
    breaks: ['misakey.push.isolated-between-identities'],
    behaviour: () => ({ invitationRecipients: (box) => [box.contactedId, box.creatorId] }),
  },
  {
    name: 'everybody-invited',
    bug: 'An invitation is broadcast to all identities.',
    breaks: ['misakey.push.isolated-between-identities'],
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        const all = message.type === 'notification' ? [...state.sockets.keys()] : [identityId];
        for (const id of all) base.publish(state, behaviour, id, message, world);
      },
    }),
  },
  {
    name: 'third-identity-told',
    bug: 'The create event reaches an identity that has nothing to do with the box.',
    breaks: ['misakey.push.isolated-between-identities'],
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        base.publish(state, behaviour, identityId, message, world);
        if (kindOf(message) !== 'event.new/create') return;
        const ids = [...state.identities.keys()];
        const third = ids[2];
        if (third !== undefined) base.publish(state, behaviour, third, message, world);
      },
    }),
  },
  {
    name: 'no-second-socket-after-a-close',
    bug: 'An identity that closed a socket is never subscribed again.',
    breaks: ['misakey.push.reopened-socket-receives'],
    alsoBreaks: {
      ...disturbed(
        'other checks close sockets of the same identities',
        'misakey.push.reopened-socket-receives',
      ),
      'misakey.push.no-replay': 'it opens a socket after closing one',
    },
    behaviour: (base) => {
      const gone = new Set<string>();
      return {
        subscribe(state, connection) {
          if (!gone.has(connection.identityId)) base.subscribe(state, connection);
        },
        unsubscribe(state, connection) {
          gone.add(connection.identityId);
          base.unsubscribe(state, connection);
        },
      };
    },
  },
  {
    name: 'close-silences-siblings',
    bug: 'Closing one socket ends the subscription of all sockets of the identity.',
    breaks: ['misakey.push.sibling-close-harmless'],
    alsoBreaks: disturbed(
      'other checks close sockets of the same identities',
      'misakey.push.sibling-close-harmless',
    ),
    behaviour: () => ({
      unsubscribe: (state, connection) => {
        state.sockets.delete(connection.identityId);
      },
    }),
  },
  {
    name: 'non-ascii-as-question-marks',
    bug: 'Messages are encoded as ASCII.',
    breaks: ['misakey.push.non-ascii-intact'],
    behaviour: (base) => ({
      encodeMessage: (message) => base.encodeMessage(message).replaceAll(/[^\x20-\x7e]/gu, '?'),
    }),
  },
  {
    name: 'utf-8-decoded-as-latin-1',
    bug: 'UTF-8 is taken for Latin-1 and encoded again.',
    breaks: ['misakey.push.non-ascii-intact'],
    behaviour: (base) => ({
      encodeMessage: (message) =>
        Buffer.from(base.encodeMessage(message), 'utf8').toString('latin1'),
    }),
  },
  {
    name: 'text-cut-by-characters',
    bug: 'The length of a message in characters is taken for its length in bytes.',
    breaks: ['misakey.push.non-ascii-intact'],
    behaviour: (base) => ({
      encodeMessage(message) {
        const text = base.encodeMessage(message);
        return Buffer.from(text, 'utf8').subarray(0, text.length).toString('utf8');
      },
    }),
  },
  {
    name: 'create-event-in-a-binary-frame',
    bug: 'The create event is sent as a binary frame.',
    breaks: ['misakey.push.text-frame-envelope'],
    alsoBreaks: {
      'misakey.push.creator-gets-create-event': 'binary frames are no messages',
      'misakey.push.delivered-once': 'binary frames are no messages',
      'misakey.ack.unusable-frames-ignored': 'its last step waits for the create event',
    },
    handlers: withWire(binaryFrames((text) => text.includes('"type":"create"'))),
  },
  {
    name: 'notification-without-envelope',
    bug: 'A notification is sent without the envelope of type and object.',
    breaks: ['misakey.push.text-frame-envelope'],
    alsoBreaks: { 'misakey.events.kick-announced': 'its notification is not recognised' },
    behaviour: (base) => ({
      encodeMessage: (message) =>
        message.type === 'notification'
          ? JSON.stringify({ ...message.object, type: message.object.type })
          : base.encodeMessage(message),
    }),
  },
  {
    name: 'one-socket-per-identity',
    bug: 'Only the newest socket of an identity receives.',
    breaks: ['misakey.push.every-socket-receives'],
    alsoBreaks: {
      ...disturbed(
        'other checks open sockets of the same identities',
        'misakey.push.every-socket-receives',
      ),
    },
    behaviour: (base) => ({
      publish(state, _behaviour, identityId, message) {
        const newest = [...(state.sockets.get(identityId) ?? [])].at(-1);
        newest?.send(base.encodeMessage(message));
      },
    }),
  },
  {
    name: 'notification-sent-twice',
    bug: 'A notification is sent twice.',
    breaks: ['misakey.push.delivered-once'],
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        base.publish(state, behaviour, identityId, message, world);
        if (message.type !== 'notification') return;
        base.publish(state, behaviour, identityId, message, world);
      },
    }),
  },
  {
    name: 'create-event-sent-again-later',
    bug: 'The create event is sent again when it was not acknowledged at once.',
    breaks: ['misakey.push.delivered-once'],
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        base.publish(state, behaviour, identityId, message, world);
        if (kindOf(message) !== 'event.new/create') return;
        world.clock.after(40, () => {
          base.publish(state, behaviour, identityId, message, world);
        });
      },
    }),
  },
  {
    name: 'missed-notifications-replayed',
    bug: 'A socket gets the latest stored notifications when it opens.',
    breaks: ['misakey.push.no-replay'],
    behaviour: (base) => ({
      subscribe(state, connection) {
        base.subscribe(state, connection);
        for (const stored of (state.notifications.get(connection.identityId) ?? []).slice(-3)) {
          const object = notificationView(stored);
          connection.send(base.encodeMessage({ type: 'notification', object }));
        }
      },
    }),
  },
  {
    name: 'first-notification-overtaken',
    bug: 'The first notification of a session is prepared while later ones pass it.',
    breaks: ['misakey.push.creation-order-kept'],
    alsoBreaks: { 'misakey.push.no-replay': 'its first contact is told after the socket reopens' },
    ...bySession((base, nth) => ({
      publish(state, behaviour, identityId, message, world) {
        const send = (): void => {
          base.publish(state, behaviour, identityId, message, world);
        };
        if (message.type === 'notification' && nth() === 0) world.clock.after(80, send);
        else send();
      },
    })),
  },
  {
    name: 'create-event-not-pushed',
    bug: 'The caller is not told of its create event.',
    breaks: ['misakey.push.creator-gets-create-event'],
    alsoBreaks: {
      'misakey.push.text-frame-envelope': 'it looks at the create event',
      'misakey.push.delivered-once': 'it counts create events',
      'misakey.ack.unusable-frames-ignored': 'its last step waits for the create event',
    },
    behaviour: () => ({ createEventRecipients: () => [] }),
  },
  {
    name: 'pushed-event-has-another-id',
    bug: 'The pushed create event has an id of its own.',
    breaks: ['misakey.push.creator-gets-create-event'],
    behaviour: (base) =>
      editObject(base, 'event.new/create', (object) => ({ ...object, id: object.box_id })),
  },
  {
    name: 'pushed-event-without-owner',
    bug: 'owner_org_id is missing in pushed create events.',
    breaks: ['misakey.push.creator-gets-create-event', 'misakey.push.event-object-members'],
    behaviour: (base) =>
      editObject(base, 'event.new/create', (object) => drop(object, 'owner_org_id')),
  },
  {
    name: 'notification-id-is-text',
    bug: 'The id of a notification is a string on the socket.',
    breaks: ['misakey.push.auto-invite-notification'],
    alsoBreaks: {
      'misakey.push.notification-listed': 'the id in the list is a number',
    },
    behaviour: (base) =>
      editObject(base, 'notification/box.auto_invite', (object) => ({
        ...object,
        id: String(object.id),
      })),
  },
  {
    name: 'invitation-without-crypto-action',
    bug: 'The invitation does not name its crypto action.',
    breaks: ['misakey.push.auto-invite-notification'],
    behaviour: (base) =>
      editObject(base, 'notification/box.auto_invite', (object) => ({
        ...object,
        details: { ...(object.details as Json), cryptoaction_id: null },
      })),
  },
  {
    name: 'invitation-acknowledged-at-once',
    bug: 'A notification counts as acknowledged when it is made.',
    breaks: ['misakey.push.auto-invite-notification'],
    behaviour: (base) =>
      editObject(base, 'notification/box.auto_invite', (object) => ({
        ...object,
        acknowledged_at: object.created_at,
      })),
  },
  {
    name: 'contact-gets-create-event',
    bug: 'The contacted identity gets the create event before it has joined.',
    breaks: ['misakey.push.no-box-event-before-join'],
    behaviour: () => ({ createEventRecipients: (box) => [box.creatorId, box.contactedId] }),
  },
  {
    name: 'access-mode-of-a-contact-pushed',
    bug: 'The state.access_mode that a contact makes is pushed to the caller.',
    breaks: ['misakey.push.no-box-event-before-join'],
    handlers: {
      contactUser: (next) => (context) => {
        const answer = next(context);
        const box = [...context.state.boxes.values()].at(-1);
        const event = box?.events[1];
        if (box !== undefined && event !== undefined) announceEvent(context, box, event);
        return answer;
      },
    },
  },
  {
    name: 'announced-before-it-is-checked',
    bug: 'The contact is told before the body has been checked.',
    breaks: ['misakey.push.refused-contact-silent'],
    handlers: onRefusal('contactUser', (context, refusal) => {
      if (refusal.status !== 400 || titleOf(context) === '') return;
      const [, contacted] = context.state.identities.keys();
      if (contacted === undefined || !String(refusal.body).includes('required')) return;
      notify(context, contacted, 'box.auto_invite', { box_title: titleOf(context) });
    }),
  },
  {
    name: 'unknown-contact-still-pushed',
    bug: 'The create event of a contact that fails for an unknown identity is pushed.',
    breaks: ['misakey.push.refused-contact-silent'],
    handlers: onRefusal('contactUser', (context, refusal) => {
      if (refusal.status !== 404) return;
      const box = [...context.state.boxes.values()].at(-1);
      if (box === undefined) return;
      const [caller] = context.state.identities.keys();
      const { state, behaviour, world } = context;
      const object = { type: 'create', content: { title: titleOf(context) } };
      behaviour.publish(state, behaviour, caller ?? '', { type: 'event.new', object }, world);
    }),
  },
  {
    name: 'late-refusal-announced',
    bug: 'The contact is told although the share hash turns out to be used.',
    breaks: ['misakey.push.late-failure-silent'],
    handlers: onRefusal('contactUser', (context, refusal) => {
      const [, contacted] = context.state.identities.keys();
      if (refusal.status !== 409 || contacted === undefined) return;
      notify(context, contacted, 'box.auto_invite', { box_title: titleOf(context) });
    }),
  },
]);
