import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/misakey/behaviour.js';
import { defineMutants } from '../../model.js';
import {
  editAnswer,
  editLastEvent,
  sessionOf,
  type Json,
  type Respond,
  type State,
  drop,
} from './tools.js';

const described = {
  'misakey.generated.contact-user-answers-as-described': 'the answer departs from its schema',
};

const otherEventId = {
  'misakey.push.creator-gets-create-event': 'the pushed event has the right id',
  'misakey.events.first-event-is-create': 'the stored event has the right id',
};

/** Changes the answer to a contact. */
function editContact(change: (body: Json) => Json): Respond {
  return editAnswer('contactUser', change);
}

/** Answers after a moment with the title and key that the session sent last. */
function mixingAnswers(): Respond {
  const last = new Map<string, Json>();
  return async (response, context): Promise<PlainResponse> => {
    if (context.operation?.id !== 'contactUser' || response.status !== 201) return response;
    const session = sessionOf(context);
    const body = JSON.parse(String(response.body)) as Json;
    last.set(session, body);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { title } = last.get(session) ?? body;
    return { ...response, body: JSON.stringify({ ...body, title }) };
  };
}

export const resultMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'event-id-is-a-number',
    bug: 'The id of the create event is a counter.',
    breaks: ['misakey.result.box-and-event-ids-are-uuids'],
    alsoBreaks: { ...described, ...otherEventId, 'misakey.result.box-id-fresh': 'it is no text' },
    respond: editLastEvent((event) => ({ ...event, id: 17 })),
  },
  {
    name: 'event-id-without-hyphens',
    bug: 'The id of the create event is a UUID without hyphens.',
    breaks: ['misakey.result.box-and-event-ids-are-uuids'],
    alsoBreaks: { ...described, ...otherEventId },
    respond: editLastEvent((event) => ({ ...event, id: String(event.id).replaceAll('-', '') })),
  },
  {
    name: 'event-id-is-box-id',
    bug: 'The create event has the id of the box.',
    breaks: ['misakey.result.box-and-event-ids-are-uuids'],
    alsoBreaks: otherEventId,
    respond: editContact((body) => ({
      ...body,
      last_event: { ...(body.last_event as Json), id: body.id },
    })),
  },
  {
    name: 'event-id-always-the-same',
    bug: 'All create events have one id.',
    breaks: ['misakey.result.box-id-fresh'],
    alsoBreaks: otherEventId,
    respond: editLastEvent((event) => ({ ...event, id: 'ff6114f3-9838-40ed-a80d-bb376fd929f5' })),
  },
  {
    name: 'box-time-without-zone',
    bug: 'server_created_at has no zone.',
    breaks: ['misakey.result.times-are-rfc3339'],
    alsoBreaks: described,
    respond: editContact((body) => ({
      ...body,
      server_created_at: String(body.server_created_at).replace('Z', ''),
    })),
  },
  {
    name: 'event-time-with-a-blank',
    bug: 'server_event_created_at has a blank between date and time.',
    breaks: ['misakey.result.times-are-rfc3339'],
    alsoBreaks: described,
    respond: editLastEvent((event) => ({
      ...event,
      server_event_created_at: String(event.server_event_created_at).replace('T', ' '),
    })),
  },
  {
    name: 'box-time-is-a-number',
    bug: 'server_created_at is a number of seconds.',
    breaks: ['misakey.result.times-are-rfc3339'],
    alsoBreaks: described,
    respond: editContact((body) => ({ ...body, server_created_at: 1_606_059_122 })),
  },
  {
    name: 'public-key-re-encoded',
    bug: 'The public key is decoded and encoded again, which pads it.',
    breaks: ['misakey.result.public-key-echoed', 'misakey.contact.public-key-forms-accepted'],
    alsoBreaks: { 'misakey.result.parallel-requests-independent': 'it compares keys' },
    respond: editContact((body) => ({
      ...body,
      public_key: Buffer.from(String(body.public_key), 'base64url').toString('base64'),
    })),
  },
  {
    name: 'title-escaped-for-html',
    bug: 'The title comes back escaped for HTML.',
    breaks: ['misakey.result.title-verbatim'],
    respond: editContact((body) => ({
      ...body,
      title: String(body.title).replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    })),
  },
  {
    name: 'title-in-ascii',
    bug: 'Characters outside ASCII are dropped from the title.',
    breaks: ['misakey.result.title-verbatim'],
    respond: editContact((body) => ({
      ...body,
      title: String(body.title).replaceAll(/[^\x20-\x7e]/gu, ''),
    })),
  },
  {
    name: 'blanks-of-a-title-collapsed',
    bug: 'Blanks at the ends of a title shrink to one.',
    breaks: ['misakey.result.title-verbatim'],
    respond: editContact((body) => ({ ...body, title: String(body.title).replaceAll(/ +/g, ' ') })),
  },
  {
    name: 'box-limited',
    bug: 'The box of a contact is limited.',
    breaks: ['misakey.result.access-mode-public'],
    respond: editContact((body) => ({ ...body, access_mode: 'limited' })),
  },
  {
    name: 'owner-by-name',
    bug: 'owner_org_id is the name of the organisation.',
    breaks: ['misakey.result.owner-org-id-uuid'],
    alsoBreaks: {
      ...described,
      'misakey.push.creator-gets-create-event': 'it compares owner_org_id',
      'misakey.push.auto-invite-notification': 'it compares owner_org_id',
      'misakey.events.box-deletion-announced': 'it compares owner_org_id',
      'misakey.events.settings-announced-to-owner': 'it compares owner_org_id',
    },
    respond: editContact((body) => ({ ...body, owner_org_id: 'misakey' })),
  },
  {
    name: 'creator-is-the-contact',
    bug: 'The creator of the box is the contacted identity.',
    breaks: ['misakey.result.creator-is-caller'],
    alsoBreaks: { 'misakey.result.last-event-sender': 'sender and creator differ' },
    respond: (response, context) => {
      const [, second] = context.state.identities.keys();
      return editContact((body) => ({
        ...body,
        creator: { ...(body.creator as Json), id: second },
      }))(response, context);
    },
  },
  {
    name: 'creator-without-avatar',
    bug: 'avatar_url is left out when there is none.',
    breaks: ['misakey.result.creator-identity-view'],
    alsoBreaks: described,
    respond: editContact((body) => {
      const creator = drop(body.creator as Json, 'avatar_url');
      return { ...body, creator };
    }),
  },
  {
    name: 'creator-identifier-null',
    bug: 'A hidden identifier is null in place of an empty string.',
    breaks: ['misakey.result.creator-identity-view', 'misakey.result.creator-identifier-shown'],
    alsoBreaks: described,
    respond: editContact((body) => ({
      ...body,
      creator: { ...(body.creator as Json), identifier_value: null },
    })),
  },
  {
    name: 'creator-identifier-hidden',
    bug: 'The caller does not see its own identifier.',
    breaks: ['misakey.result.creator-identifier-shown'],
    respond: editContact((body) => ({
      ...body,
      creator: { ...(body.creator as Json), identifier_value: '', identifier_kind: '' },
    })),
  },
  {
    name: 'last-event-is-the-newest',
    bug: 'last_event is the access mode that was stored after the create event.',
    breaks: ['misakey.result.last-event-is-create'],
    alsoBreaks: described,
    respond: editLastEvent((event) => ({ ...event, type: 'state.access_mode' })),
  },
  {
    name: 'event-content-without-title',
    bug: 'The content of the create event lacks the title.',
    breaks: ['misakey.result.last-event-content'],
    alsoBreaks: {
      ...described,
      'misakey.result.parallel-requests-independent': 'it compares the content',
    },
    respond: editLastEvent((event) => {
      const content = drop(event.content as Json, 'title');
      return { ...event, content };
    }),
  },
  {
    name: 'event-content-with-another-key',
    bug: 'The create event has the key of the server.',
    breaks: ['misakey.result.last-event-content'],
    alsoBreaks: { 'misakey.result.parallel-requests-independent': 'it compares the content' },
    respond: editLastEvent((event) => ({
      ...event,
      content: { ...(event.content as Json), public_key: 'ShouldBeUnpaddedUrlSafeBase64' },
    })),
  },
  {
    name: 'event-sent-by-the-contact',
    bug: 'The sender of the create event is the contacted identity.',
    breaks: ['misakey.result.last-event-sender'],
    respond: (response, context) => {
      const [, second] = context.state.identities.keys();
      return editLastEvent((event) => ({
        ...event,
        sender: { ...(event.sender as Json), id: second },
      }))(response, context);
    },
  },
  {
    name: 'event-sender-without-name',
    bug: 'The sender of the create event has no display_name.',
    breaks: ['misakey.result.last-event-sender'],
    alsoBreaks: described,
    respond: editLastEvent((event) => {
      const sender = drop(event.sender as Json, 'display_name');
      return { ...event, sender };
    }),
  },
  {
    name: 'answers-mixed-in-a-session',
    bug: 'An answer shows the title of the latest contact of its session.',
    breaks: ['misakey.result.parallel-requests-independent'],
    respond: mixingAnswers(),
  },
  {
    name: 'box-later-than-its-event',
    bug: 'The time of the box is taken two seconds late.',
    breaks: ['misakey.result.times-agree'],
    respond: editContact((body) => ({
      ...body,
      server_created_at: new Date(Date.parse(String(body.server_created_at)) + 2_000).toISOString(),
    })),
  },
]);
