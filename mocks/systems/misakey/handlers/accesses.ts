import { Refusal, type PlainResponse } from '../../../engine/http.js';
import { authenticate, managedBox, memberBox, pathId } from '../access.js';
import type { Context } from '../behaviour.js';
import { bodyObject, objectOf, requiredText, type JsonObject } from '../body.js';
import { announceEvent, notify, storeEvent } from '../happenings.js';
import { answer, refusals } from '../refusals.js';
import { bounds, removeMember, type Box, type StoredEvent } from '../state.js';
import { eventView } from '../views.js';

function isLive(box: Box, event: StoredEvent): boolean {
  return event.type === 'access.add' && !box.removedAccesses.has(event.id);
}

/** `GET /boxes/{id}/accesses`: the accesses in force; the creator sees identifiers. */
export function listBoxAccesses(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const box = memberBox(context, pathId(context, 'id'), identityId);
  const shown = context.behaviour.showsIdentifiers(box, identityId);
  return answer(
    200,
    box.events
      .filter((event) => isLive(box, event))
      .map((event) => eventView(context.state, event, shown)),
  );
}

/** One change of a batch, checked. */
type Change =
  | { readonly add: { readonly restriction_type: string; readonly value: string } }
  | { readonly remove: StoredEvent };

/** `POST /boxes/{id}/batch-events`: adds and removes accesses; all of it or nothing. */
export function createBoxEventBatch(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const id = pathId(context, 'id');
  const body = bodyObject(context);
  const box = managedBox(context, id, identityId);
  const changes = readChanges(box, body);
  // A removal may store a kick as well.
  if (box.events.length + 2 * changes.length > bounds.eventsPerBox) {
    throw new Refusal(refusals.boxFull());
  }
  const made = changes.flatMap((change) => apply(context, box, identityId, change));
  return answer(
    201,
    made.map((event) => eventView(context.state, event, false)),
  );
}

function readChanges(box: Box, body: JsonObject): readonly Change[] {
  if (requiredText(body, 'batch_type') !== 'accesses') {
    throw new Refusal(refusals.members({ batch_type: 'malformed' }, 'body'));
  }
  const { events } = body;
  if (!Array.isArray(events)) {
    const word = events === undefined || events === null ? 'required' : 'malformed';
    throw new Refusal(refusals.members({ events: word }, 'body'));
  }
  const removed = new Set<string>();
  return events.map((element: unknown) => {
    const change = readChange(box, objectOf(element, 'an element of events') ?? {});
    if ('remove' in change) {
      if (removed.has(change.remove.id)) {
        throw new Refusal(refusals.members({ referrer_id: 'invalid' }, 'body'));
      }
      removed.add(change.remove.id);
    }
    return change;
  });
}

function readChange(box: Box, element: JsonObject): Change {
  const type = requiredText(element, 'type');
  if (type === 'access.add') {
    const content = objectOf(element.content, 'content') ?? {};
    const restriction = requiredText(content, 'restriction_type');
    return { add: { restriction_type: restriction, value: requiredText(content, 'value') } };
  }
  if (type !== 'access.rm') throw new Refusal(refusals.members({ type: 'malformed' }, 'body'));
  const referrerId = requiredText(element, 'referrer_id');
  const access = box.events.find((event) => event.id === referrerId && isLive(box, event));
  if (access === undefined) {
    throw new Refusal(refusals.members({ referrer_id: 'invalid' }, 'body'));
  }
  return { remove: access };
}

function apply(context: Context, box: Box, creatorId: string, change: Change): StoredEvent[] {
  if ('add' in change) {
    const content = { ...change.add, auto_invite: false };
    return [storeEvent(context, box, { type: 'access.add', content, senderId: creatorId })];
  }
  box.removedAccesses.add(change.remove.id);
  const removal = storeEvent(context, box, {
    type: 'access.rm',
    content: null,
    senderId: creatorId,
    referrerId: change.remove.id,
  });
  const kick = kickNamed(context, box, creatorId, change.remove);
  return kick === null ? [removal] : [removal, kick];
}

/** Removes the member whose address an access names; the creator stays. */
function kickNamed(
  context: Context,
  box: Box,
  creatorId: string,
  access: StoredEvent,
): StoredEvent | null {
  const { state } = context;
  const address = access.content?.value;
  for (const [memberId, membership] of box.members) {
    if (memberId === box.creatorId) continue;
    if (state.identities.get(memberId)?.identifier.value !== address) continue;
    removeMember(state, box, memberId);
    const kick = storeEvent(context, box, {
      type: 'member.kick',
      content: null,
      senderId: memberId,
      referrerId: membership.joinEventId,
      kickerId: creatorId,
    });
    notify(context, memberId, 'member.kick', {
      id: box.id,
      title: box.title,
      owner_org_id: state.ownerOrgId,
    });
    announceEvent(context, box, kick);
    return kick;
  }
  return null;
}
