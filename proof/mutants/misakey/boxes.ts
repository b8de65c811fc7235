import { empty } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/misakey/behaviour.js';
import { authenticate } from '../../../mocks/systems/misakey/access.js';
import { storeEvent } from '../../../mocks/systems/misakey/happenings.js';
import { defineMutants } from '../../model.js';
import {
  before,
  editAnswer,
  editObject,
  editPush,
  kindOf,
  lose,
  replaceAnswer,
  type Json,
  type State,
  drop,
} from './tools.js';

const listed = (value: unknown): Json[] => value as Json[];

export const boxMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'events-oldest-first',
    bug: 'Events are listed oldest first.',
    breaks: ['misakey.events.first-event-is-create'],
    respond: editAnswer('listBoxEvents', (list) => listed(list).reverse()),
  },
  {
    name: 'create-event-listed-under-a-new-id',
    bug: 'The create event is stored under an id of its own.',
    breaks: ['misakey.events.first-event-is-create'],
    respond: editAnswer('listBoxEvents', (list) =>
      listed(list).map((event) =>
        event.type === 'create' ? { ...event, id: event.box_id } : event,
      ),
    ),
  },
  {
    name: 'silent-events-counted',
    bug: 'The count of events includes one that lists leave out.',
    breaks: ['misakey.events.contact-box-has-two-events'],
    handlers: {
      contactUser: (next) => (context) => {
        const answer = next(context);
        const box = [...context.state.boxes.values()].at(-1);
        if (box !== undefined && !('kind' in answer) && !(answer instanceof Promise)) {
          const senderId = box.creatorId;
          storeEvent(context, box, { type: 'state.counted', content: null, senderId });
        }
        return answer;
      },
    },
  },
  {
    name: 'contact-may-not-join',
    bug: 'The contacted identity is refused when it joins.',
    breaks: ['misakey.events.contacted-can-join'],
    behaviour: () => ({ mayJoin: () => false }),
  },
  {
    name: 'join-not-told-to-the-creator',
    bug: 'Only who joins is told of it.',
    breaks: ['misakey.events.contacted-can-join'],
    behaviour: (base) => ({
      eventRecipients: (box, event) =>
        event.type === 'member.join' ? [event.senderId] : base.eventRecipients(box, event),
    }),
  },
  {
    name: 'join-not-told-to-the-joiner',
    bug: 'The recipients of a join are read before the joiner is among them.',
    breaks: ['misakey.events.contacted-can-join'],
    behaviour: (base) => ({
      eventRecipients: (box, event) =>
        base
          .eventRecipients(box, event)
          .filter((id) => event.type !== 'member.join' || id !== event.senderId),
    }),
  },
  {
    name: 'join-with-content',
    bug: 'A join has an empty object for its content.',
    breaks: ['misakey.events.contacted-can-join'],
    behaviour: (base) =>
      editObject(base, 'event.new/member.join', (object) => ({ ...object, content: {} })),
  },
  {
    name: 'joining-twice',
    bug: 'A member may join again.',
    breaks: ['misakey.events.join-only-once'],
    behaviour: () => ({ mayJoinAgain: true }),
  },
  {
    name: 'contact-reads-before-joining',
    bug: 'The contacted identity counts as a member before it joins.',
    breaks: ['misakey.events.not-readable-before-join'],
    behaviour: (base) => ({
      isMember: (box, id) => box.contactedId === id || base.isMember(box, id),
    }),
  },
  {
    name: 'events-readable-by-anyone',
    bug: 'The events of a box are shown to any identity.',
    breaks: ['misakey.events.not-readable-before-join'],
    handlers: {
      listBoxEvents: (next) => (context) => {
        authenticate(context);
        const box = context.state.boxes.get(context.params.id ?? '');
        const shown = box?.members.has(authenticate(context).identityId) ?? false;
        return shown ? next(context) : { status: 200, headers: jsonHeaders, body: '[]' };
      },
    },
  },
  {
    name: 'members-without-the-joiner',
    bug: 'The list of members shows the creator only.',
    breaks: ['misakey.events.joined-box-readable'],
    respond: editAnswer('listBoxMembers', (list) => listed(list).slice(0, 1)),
  },
  {
    name: 'box-title-hidden-from-members',
    bug: 'A member who did not create the box sees no title.',
    breaks: ['misakey.events.joined-box-readable'],
    respond: editAnswer('getBox', (box) => ({ ...box, title: '' })),
  },
  {
    name: 'public-info-for-any-hash',
    bug: 'The share hash is not compared.',
    breaks: ['misakey.events.public-info-by-share-hash'],
    behaviour: () => ({ opensPublicInfo: () => true }),
  },
  {
    name: 'public-info-for-any-used-hash',
    bug: 'The hash of any box opens the public information of every box.',
    breaks: ['misakey.events.public-info-by-share-hash'],
    behaviour: () => ({ opensPublicInfo: (state, _box, hash) => state.keyShares.has(hash) }),
  },
  {
    name: 'public-info-with-address',
    bug: 'The public information shows the address of the creator.',
    breaks: ['misakey.events.public-info-by-share-hash'],
    respond: editAnswer('getBoxPublicInfo', (info) => ({
      ...info,
      creator: { ...(info.creator as Json), identifier_value: 'alice@misakey.example' },
    })),
  },
  {
    name: 'settings-not-stored',
    bug: 'Changed settings are announced and not stored.',
    breaks: ['misakey.events.settings-read-back'],
    respond: editAnswer('getBoxSettings', (settings) => ({ ...settings, muted: false })),
  },
  {
    name: 'boxes-muted-at-first',
    bug: 'A box is muted until somebody says otherwise.',
    breaks: ['misakey.events.settings-read-back'],
    respond: editAnswer('getBoxSettings', (settings) => ({ ...settings, muted: true })),
  },
  {
    name: 'sender-not-told-of-its-message',
    bug: 'A message is not pushed to who wrote it.',
    breaks: ['misakey.events.message-reaches-members'],
    behaviour: (base) => ({
      eventRecipients: (box, event) =>
        base
          .eventRecipients(box, event)
          .filter((id) => event.type !== 'msg.text' || id !== event.senderId),
    }),
  },
  {
    name: 'message-without-its-key',
    bug: 'A pushed message lacks the public key it was encrypted for.',
    breaks: ['misakey.events.message-reaches-members'],
    behaviour: (base) =>
      editObject(base, 'event.new/msg.text', (object) => ({
        ...object,
        content: { encrypted: (object.content as Json).encrypted },
      })),
  },
  {
    name: 'message-sent-twice',
    bug: 'A message is pushed once as a member and once as its sender.',
    breaks: ['misakey.events.message-reaches-members'],
    behaviour: (base) => ({
      eventRecipients: (box, event) => [
        ...base.eventRecipients(box, event),
        ...(event.type === 'msg.text' ? [event.senderId] : []),
      ],
    }),
  },
  {
    name: 'edit-without-referrer',
    bug: 'A pushed edit does not say which message it changes.',
    breaks: ['misakey.events.edit-and-delete-carry-referrer'],
    behaviour: (base) =>
      editObject(base, 'event.new/msg.edit', (object) => ({ ...object, referrer_id: null })),
  },
  {
    name: 'deletion-refers-to-itself',
    bug: 'A pushed deletion refers to itself.',
    breaks: ['misakey.events.edit-and-delete-carry-referrer'],
    behaviour: (base) =>
      editObject(base, 'event.new/msg.delete', (object) => ({ ...object, referrer_id: object.id })),
  },
  {
    name: 'deletion-with-content',
    bug: 'A pushed deletion still carries an object for its content.',
    breaks: ['misakey.events.edit-and-delete-carry-referrer'],
    behaviour: (base) =>
      editObject(base, 'event.new/msg.delete', (object) => ({ ...object, content: {} })),
  },
  {
    name: 'access-mode-told-to-the-creator-only',
    bug: 'A change of the access mode is told to the creator only.',
    breaks: ['misakey.events.access-mode-announced'],
    behaviour: (base) => ({
      eventRecipients: (box, event) =>
        event.type === 'state.access_mode' ? [box.creatorId] : base.eventRecipients(box, event),
    }),
  },
  {
    name: 'access-mode-before-the-change',
    bug: 'The announced access mode is the one before the change.',
    breaks: ['misakey.events.access-mode-announced'],
    behaviour: (base) =>
      editObject(base, 'event.new/state.access_mode', (object) => ({
        ...object,
        content: { value: 'public' },
      })),
  },
  {
    name: 'leave-without-join',
    bug: 'A pushed leave does not refer to the join.',
    breaks: ['misakey.events.leave-refers-to-join'],
    behaviour: (base) =>
      editObject(base, 'event.new/member.leave', (object) => ({ ...object, referrer_id: null })),
  },
  {
    name: 'leave-refers-to-the-first-event',
    bug: 'A pushed leave refers to the create event.',
    breaks: ['misakey.events.leave-refers-to-join'],
    behaviour: (base) =>
      editPush(base, (message, _id, state) => {
        if (kindOf(message) !== 'event.new/member.leave') return message;
        const box = state.boxes.get(String(message.object.box_id));
        const referrer = box?.events[0]?.id ?? null;
        return { ...message, object: { ...message.object, referrer_id: referrer } };
      }),
  },
  {
    name: 'kick-without-notification',
    bug: 'Who is kicked is not notified.',
    breaks: ['misakey.events.kick-announced'],
    behaviour: (base) => lose(base, 'notification/member.kick'),
  },
  {
    name: 'kick-by-the-kicked',
    bug: 'The kicker of a pushed kick is the one who was kicked.',
    breaks: ['misakey.events.kick-announced'],
    behaviour: (base) =>
      editObject(base, 'event.new/member.kick', (object) => ({
        ...object,
        content: { kicker: object.sender },
      })),
  },
  {
    name: 'removed-access-kicks-nobody',
    bug: 'An access is removed and its member stays.',
    breaks: ['misakey.events.kick-announced'],
    behaviour: (base) => ({
      ...editPush(base, (message) =>
        JSON.stringify(message).includes('member.kick') ? null : message,
      ),
    }),
  },
  {
    name: 'deletion-told-to-others-only',
    bug: 'Who deletes a box is not told.',
    breaks: ['misakey.events.box-deletion-announced'],
    behaviour: (base) =>
      editPush(base, (message, id) =>
        message.type === 'box.delete' && message.object.sender_id === id ? null : message,
      ),
  },
  {
    name: 'deletion-without-key',
    bug: 'box.delete lacks the public key.',
    breaks: ['misakey.events.box-deletion-announced'],
    behaviour: (base) => editObject(base, 'box.delete', (object) => drop(object, 'public_key')),
  },
  {
    name: 'settings-told-to-all-members',
    bug: 'Changed settings are told to all members.',
    breaks: ['misakey.events.settings-announced-to-owner'],
    behaviour: () => ({ settingsRecipients: (box) => [...box.members.keys()] }),
  },
  {
    name: 'settings-told-to-nobody',
    bug: 'Changed settings are not announced.',
    breaks: ['misakey.events.settings-announced-to-owner'],
    behaviour: () => ({ settingsRecipients: () => [] }),
  },
  {
    name: 'muted-as-text',
    bug: 'muted is a string in the message.',
    breaks: ['misakey.events.settings-announced-to-owner'],
    behaviour: (base) =>
      editObject(base, 'box.settings', (object) => ({ ...object, muted: String(object.muted) })),
  },
  {
    name: 'encrypted-share-for-members-only',
    bug: 'The encrypted share is given to members only.',
    breaks: ['misakey.shares.encrypted-share-for-contact'],
    behaviour: () => ({ mayReadEncryptedShare: (box, id) => box.members.has(id) }),
  },
  {
    name: 'encrypted-share-in-an-object',
    bug: 'The encrypted share comes in an object.',
    breaks: ['misakey.shares.encrypted-share-for-contact'],
    alsoBreaks: {
      'misakey.generated.get-encrypted-invitation-key-share-answers-as-described':
        'the answer departs from its schema',
    },
    respond: editAnswer('getEncryptedInvitationKeyShare', (share) => ({ share })),
  },
  {
    name: 'key-share-before-the-join',
    bug: 'The contacted identity reads the key share before it joins.',
    breaks: ['misakey.shares.key-share-members-only'],
    behaviour: () => ({
      mayReadKeyShare: (box, id) => box.members.has(id) || box.contactedId === id,
    }),
  },
  {
    name: 'key-share-shown-in-the-refusal',
    bug: 'The refusal of a key share shows it.',
    breaks: ['misakey.shares.key-share-members-only'],
    respond: (response, context) => {
      if (context.operation?.id !== 'getBoxKeyShare' || response.status !== 403) return response;
      const share = context.state.keyShares.get(context.params.hash ?? '');
      return { ...response, body: JSON.stringify({ share: share?.misakeyShare }) };
    },
  },
  {
    name: 'key-share-is-the-encrypted-one',
    bug: 'The wrong one of two shares is handed out.',
    breaks: ['misakey.shares.key-share-members-only'],
    respond: editAnswer('getBoxKeyShare', (share) => ({ ...share, misakey_share: 'encrypted' })),
  },
  {
    name: 'ack-to-the-sending-socket-only',
    bug: 'An ack goes back to the socket that sent it, and to no other.',
    breaks: ['misakey.ack.echoed-to-own-sockets'],
    behaviour: () => ({ ackRecipients: (_state, connection) => [connection] }),
  },
  {
    name: 'ack-to-the-other-sockets-only',
    bug: 'An ack does not go back to the socket that sent it.',
    breaks: ['misakey.ack.echoed-to-own-sockets'],
    behaviour: (base) => ({
      ackRecipients: (state, connection) =>
        [...base.ackRecipients(state, connection)].filter((other) => other !== connection),
    }),
  },
  {
    name: 'ack-wrapped',
    bug: 'An ack is sent on inside another message.',
    breaks: ['misakey.ack.echoed-to-own-sockets'],
    behaviour: (base) => ({
      ackRecipients: (state, connection) =>
        [...base.ackRecipients(state, connection)].map((sibling) => ({
          identityId: sibling.identityId,
          send: (text: string) => {
            sibling.send(
              JSON.stringify({ type: 'ack', object: { ack: JSON.parse(text) as unknown } }),
            );
          },
        })),
    }),
    alsoBreaks: {
      'misakey.push.text-frame-envelope': 'it looks at an ack, too',
    },
  },
  {
    name: 'ack-resets-nothing',
    bug: 'An ack is sent on and does not reset the count.',
    breaks: ['misakey.ack.resets-new-event-count', 'misakey.ack.http-reset-is-silent'],
    behaviour: () => ({ acknowledge: () => undefined }),
  },
  {
    name: 'ack-counts-down-by-one',
    bug: 'An ack goes below zero.',
    breaks: ['misakey.ack.resets-new-event-count', 'misakey.ack.http-reset-is-silent'],
    behaviour: () => ({
      acknowledge: (membership) => {
        membership.newEvents -= 2;
      },
    }),
  },
  {
    name: 'own-events-count-as-new',
    bug: 'Joining counts as a new event for the others.',
    breaks: ['misakey.ack.resets-new-event-count', 'misakey.ack.http-reset-is-silent'],
    behaviour: () => ({ countsAsNew: () => false }),
  },
  {
    name: 'http-reset-sends-an-ack',
    bug: 'The HTTP way to acknowledge sends an ack over the socket.',
    breaks: ['misakey.ack.http-reset-is-silent'],
    handlers: {
      resetNewEventsCount: (next) => (context) => {
        const { identityId } = authenticate(context);
        const answer = next(context);
        const { state, behaviour, world } = context;
        const object = { sender_id: identityId, box_id: context.params.id };
        behaviour.publish(state, behaviour, identityId, { type: 'ack', object }, world);
        return answer;
      },
    },
  },
  {
    name: 'http-reset-answered-and-forgotten',
    bug: 'The HTTP way to acknowledge does nothing.',
    breaks: ['misakey.ack.http-reset-is-silent'],
    handlers: before('resetNewEventsCount', (context) =>
      new TextDecoder().decode(context.request.body).includes('identity_id') &&
      context.header('cookie') !== undefined &&
      context.header('content-type') === 'application/json'
        ? empty(204)
        : undefined,
    ),
    alsoBreaks: {
      'misakey.generated.reset-new-events-count-body-schema-refused': 'nothing is looked at',
      'misakey.generated.reset-new-events-count-body-syntax-refused': 'nothing is looked at',
    },
  },
  {
    name: 'unusable-frames-answered',
    bug: 'A frame that is no ack is answered with an error.',
    breaks: ['misakey.ack.unusable-frames-ignored'],
    behaviour: () => ({
      answerUnusable: () => JSON.stringify({ type: 'error', object: { message: 'bad frame' } }),
    }),
  },
  {
    name: 'unusable-frames-echoed',
    bug: 'Every frame is sent back.',
    breaks: ['misakey.ack.unusable-frames-ignored'],
    behaviour: () => ({ answerUnusable: (text) => text }),
  },
  {
    name: 'unsaving-not-announced',
    bug: 'Only saving a file is announced.',
    breaks: ['misakey.files.saved-announced'],
    behaviour: (base) =>
      editPush(base, (message) =>
        message.type === 'file.saved' && message.object.is_saved === false ? null : message,
      ),
  },
  {
    name: 'file-announced-as-saved-always',
    bug: 'is_saved is true whatever happened.',
    breaks: ['misakey.files.saved-announced'],
    behaviour: (base) =>
      editObject(base, 'file.saved', (object) => ({ ...object, is_saved: true })),
  },
  {
    name: 'join-answered-200',
    bug: 'Joining is answered 200 without an event.',
    breaks: ['misakey.events.contacted-can-join'],
    respond: replaceAnswer(
      'createBoxEvent',
      ({ status, body }) => status === 201 && String(body).includes('member.join'),
      (response) => ({ ...response, status: 200 }),
    ),
  },
]);

const jsonHeaders = { 'Content-Type': 'application/json' };
