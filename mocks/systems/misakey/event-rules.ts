import { Refusal } from '../../engine/http.js';
import type { Context, ShareMember } from './behaviour.js';
import { objectOf, requiredText, type JsonObject } from './body.js';
import { storeEvent } from './happenings.js';
import { refusals } from './refusals.js';
import { addMember, identityOf, removeMember, type Box, type StoredEvent } from './state.js';

/** Checks an event of one type and stores it. */
export type EventRule = (
  context: Context,
  box: Box,
  senderId: string,
  body: JsonObject,
) => StoredEvent;

/** The types that may be sent, and what each of them asks for. */
export const eventRules: Readonly<Record<string, EventRule>> = {
  'member.join': join,
  'member.leave': leave,
  'msg.text': (context, box, senderId, body) =>
    storeEvent(context, box, {
      type: 'msg.text',
      content: contentOf(body, ['encrypted', 'public_key']),
      senderId,
    }),
  'msg.edit': (context, box, senderId, body) => {
    const referrerId = ownMessage(box, senderId, body);
    const content = contentOf(body, ['new_encrypted', 'new_public_key']);
    return storeEvent(context, box, { type: 'msg.edit', content, senderId, referrerId });
  },
  'msg.delete': (context, box, senderId, body) => {
    const referrerId = ownMessage(box, senderId, body);
    return storeEvent(context, box, { type: 'msg.delete', content: null, senderId, referrerId });
  },
  'state.access_mode': changeAccessMode,
  'state.key_share': addKeyShare,
};

/** The named members of `content`, all of them non-empty strings. */
function contentOf(body: JsonObject, members: readonly string[]): Record<string, string> {
  const content = objectOf(body.content, 'content') ?? {};
  return Object.fromEntries(members.map((member) => [member, requiredText(content, member)]));
}

function join(context: Context, box: Box, senderId: string): StoredEvent {
  const { state, behaviour } = context;
  if (box.members.has(senderId) && !behaviour.mayJoinAgain) {
    throw new Refusal(refusals.alreadyMember());
  }
  const identity = identityOf(state, senderId);
  if (!behaviour.mayJoin(box, identity)) {
    throw new Refusal(refusals.notAllowed('the box is limited and no access names this identity'));
  }
  if (box.accessMode === 'public') {
    storeEvent(context, box, {
      type: 'access.add',
      content: {
        restriction_type: 'identifier',
        value: identity.identifier.value,
        auto_invite: false,
      },
      senderId,
    });
  }
  const event = storeEvent(context, box, { type: 'member.join', content: null, senderId });
  addMember(state, box, senderId, event.id);
  return event;
}

function leave(context: Context, box: Box, senderId: string): StoredEvent {
  const referrerId = box.members.get(senderId)?.joinEventId ?? null;
  if (referrerId === null) {
    throw new Refusal(refusals.notAllowed('the creator of a box cannot leave it'));
  }
  removeMember(context.state, box, senderId);
  return storeEvent(context, box, { type: 'member.leave', content: null, senderId, referrerId });
}

/** The id of a message of this box that the sender wrote. */
function ownMessage(box: Box, senderId: string, body: JsonObject): string {
  const referrerId = requiredText(body, 'referrer_id');
  const message = box.events.find(
    (event) => event.id === referrerId && (event.type === 'msg.text' || event.type === 'msg.file'),
  );
  if (message === undefined) {
    throw new Refusal(refusals.members({ referrer_id: 'invalid' }, 'body'));
  }
  if (message.senderId !== senderId) {
    throw new Refusal(refusals.notAllowed('the message is by another member'));
  }
  return referrerId;
}

function requireCreator(context: Context, box: Box, senderId: string): void {
  if (!context.behaviour.mayManage(box, senderId)) {
    throw new Refusal(refusals.notAllowed('only the creator of the box may do this'));
  }
}

function changeAccessMode(
  context: Context,
  box: Box,
  senderId: string,
  body: JsonObject,
): StoredEvent {
  requireCreator(context, box, senderId);
  const value = objectOf(body.content, 'content')?.value;
  if (value !== 'public' && value !== 'limited') {
    throw new Refusal(refusals.members({ value: 'malformed' }, 'body'));
  }
  box.accessMode = value;
  return storeEvent(context, box, { type: 'state.access_mode', content: { value }, senderId });
}

function addKeyShare(context: Context, box: Box, senderId: string, body: JsonObject): StoredEvent {
  const { state, behaviour } = context;
  requireCreator(context, box, senderId);
  const extra = objectOf(body.extra, 'extra') ?? {};
  const share = (member: ShareMember, name: string = member): string => {
    const value = requiredText(extra, name);
    if (!behaviour.shareIsWellFormed(member, value)) {
      throw new Refusal(refusals.members({ [name]: 'malformed' }, 'body'));
    }
    const limit = behaviour.shareLimit(member);
    if (value.length > limit) throw new Refusal(refusals.shareTooLong(name, limit));
    return value;
  };
  const misakeyShare = share('misakey_share');
  const hash = share('invitation_share_hash', 'other_share_hash');
  const encryptedInvitationKeyShare = share('encrypted_invitation_key_share');
  if (behaviour.hashIsUsed(state, hash)) throw new Refusal(refusals.hashUsed());
  const creatorId = senderId;
  state.keyShares.set(hash, {
    hash,
    misakeyShare,
    encryptedInvitationKeyShare,
    boxId: box.id,
    creatorId,
  });
  box.shareHashes.push(hash);
  return storeEvent(context, box, { type: 'state.key_share', content: null, senderId });
}
