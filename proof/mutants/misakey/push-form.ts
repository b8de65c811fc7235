import type { Behaviour } from '../../../mocks/systems/misakey/behaviour.js';
import { announceEvent, storeEvent } from '../../../mocks/systems/misakey/happenings.js';
import { defineMutants } from '../../model.js';
import {
  drop,
  editAnswer,
  editObject,
  editPush,
  kindOf,
  lose,
  type Json,
  type State,
} from './tools.js';

export const pushFormMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'sender-without-avatar',
    bug: 'The sender of a pushed create event lacks avatar_url when there is none.',
    breaks: ['misakey.push.event-object-members'],
    alsoBreaks: { 'misakey.push.creator-gets-create-event': 'it checks the form as well' },
    behaviour: (base) =>
      editObject(base, 'event.new/create', (object) => {
        const sender = drop(object.sender as Json, 'avatar_url');
        return { ...object, sender };
      }),
  },
  {
    name: 'event-without-referrer',
    bug: 'referrer_id is left out of an event that refers to nothing.',
    breaks: ['misakey.push.event-object-members'],
    alsoBreaks: { 'misakey.push.creator-gets-create-event': 'it checks the form as well' },
    behaviour: (base) =>
      editObject(base, 'event.new/create', (object) => drop(object, 'referrer_id')),
  },
  {
    name: 'event-time-without-zone',
    bug: 'The time of a pushed event has no zone.',
    breaks: ['misakey.push.event-object-members'],
    alsoBreaks: { 'misakey.push.creator-gets-create-event': 'it checks the form as well' },
    behaviour: (base) =>
      editObject(base, 'event.new/create', (object) => ({
        ...object,
        server_event_created_at: String(object.server_event_created_at).replace('Z', ''),
      })),
  },
  {
    name: 'identifiers-for-everyone',
    bug: 'Every member sees the addresses of the others.',
    breaks: ['misakey.push.identifier-hidden-from-others'],
    behaviour: () => ({ showsIdentifiers: () => true }),
  },
  {
    name: 'identifier-kind-shown',
    bug: 'Only the value of an identifier is hidden, not its kind.',
    breaks: ['misakey.push.identifier-hidden-from-others'],
    behaviour: (base) =>
      editObject(base, 'event.new/msg.text', (object) => ({
        ...object,
        sender: { ...(object.sender as Json), identifier_kind: 'email' },
      })),
  },
  {
    name: 'notifications-not-stored',
    bug: 'Notifications are pushed and not stored.',
    breaks: ['misakey.push.notification-listed'],
    respond: editAnswer('listNotifications', () => []),
  },
  {
    name: 'notification-listed-under-another-id',
    bug: 'The list of notifications counts from the newest.',
    breaks: ['misakey.push.notification-listed'],
    respond: editAnswer('listNotifications', (list) =>
      (list as unknown as Json[]).map((entry, index) => ({ ...entry, id: -1 - index })),
    ),
  },
  {
    name: 'share-told-in-the-invitation',
    bug: 'The invitation carries the share that the server keeps.',
    breaks: ['misakey.shares.not-told-to-others'],
    behaviour: (base) =>
      editPush(base, (message, _identityId, state) => {
        if (kindOf(message) !== 'notification/box.auto_invite') return message;
        const details = message.object.details as Json;
        const box = state.boxes.get(String(details.box_id));
        const share = [...state.keyShares.values()].at(-1)?.misakeyShare;
        const shown = { ...details, share: box === undefined ? null : share };
        return { ...message, object: { ...message.object, details: shown } };
      }),
  },
  {
    name: 'join-events-lost',
    bug: 'Joins are stored and not pushed.',
    breaks: ['misakey.events.contacted-can-join'],
    behaviour: (base) => lose(base, 'event.new/member.join'),
  },
  {
    name: 'leave-stored-as-text',
    bug: 'A member that leaves is announced as a message.',
    breaks: ['misakey.events.leave-refers-to-join'],
    handlers: {
      createBoxEvent: (next) => (context) => {
        const answer = next(context);
        const box = context.state.boxes.get(context.params.id ?? '');
        const event = box?.events.at(-1);
        if (box !== undefined && event?.type === 'member.leave') {
          const { senderId } = event;
          announceEvent(
            context,
            box,
            storeEvent(context, box, { type: 'msg.text', content: {}, senderId }),
          );
        }
        return answer;
      },
    },
    behaviour: (base) => lose(base, 'event.new/member.leave'),
  },
]);
