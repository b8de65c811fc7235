import { empty, Refusal, type PlainResponse } from '../../../engine/http.js';
import { authenticate, existingBox, memberBox, pathId } from '../access.js';
import type { Context } from '../behaviour.js';
import { bodyObject, requiredText, type JsonObject } from '../body.js';
import { eventRules, type EventRule } from '../event-rules.js';
import { announceEvent } from '../happenings.js';
import { answer, refusals } from '../refusals.js';
import { bounds, type Box, type StoredEvent } from '../state.js';
import { eventView } from '../views.js';

/** Events that lists and counts leave out. */
const unlisted: ReadonlySet<string> = new Set(['access.add', 'access.rm', 'state.key_share']);

function listedEvents(box: Box): readonly StoredEvent[] {
  return box.events.filter((event) => !unlisted.has(event.type));
}

/** `GET /boxes/{id}/events`, newest first, senders without identifiers. */
export function listBoxEvents(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const box = memberBox(context, pathId(context, 'id'), identityId);
  const events = listedEvents(box).map((event) => eventView(context.state, event, false));
  return answer(200, events.reverse());
}

/** `HEAD /boxes/{id}/events`: the number in `X-Total-Count`. */
export function countBoxEvents(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const box = memberBox(context, pathId(context, 'id'), identityId);
  return empty(204, { 'X-Total-Count': String(listedEvents(box).length) });
}

/** `POST /boxes/{id}/events`: joins, leaves, writes, or changes the state of a box. */
export function createBoxEvent(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const id = pathId(context, 'id');
  const body = bodyObject(context);
  const box = existingBox(context, id);
  const joins = body.type === 'member.join';
  if (!joins && !context.behaviour.isMember(box, identityId)) {
    throw new Refusal(refusals.notMember());
  }
  const event = ruleFor(body)(context, box, identityId, body);
  announceEvent(context, box, event);
  return answer(201, eventView(context.state, event, false));
}

function ruleFor(body: JsonObject): EventRule {
  const type = requiredText(body, 'type');
  const rule = Object.hasOwn(eventRules, type) ? eventRules[type] : undefined;
  if (rule === undefined) throw new Refusal(refusals.members({ type: 'malformed' }, 'body'));
  return (context, box, senderId, content) => {
    if (box.events.length >= bounds.eventsPerBox) throw new Refusal(refusals.boxFull());
    return rule(context, box, senderId, content);
  };
}
