import { empty, Refusal, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/misakey/types.gen.js';
import { authenticate, managedBox, memberBox, operationOf, pathId } from '../access.js';
import type { Context } from '../behaviour.js';
import { bodyObject, requiredText } from '../body.js';
import { answer, refusals } from '../refusals.js';
import { dropBox, identityOf, joinedBy, type Box } from '../state.js';
import { boxView, identityView } from '../views.js';

function joinedBoxes(context: Context, identityId: string): Box[] {
  const boxes: Box[] = [];
  for (const id of joinedBy(context.state, identityId)) {
    const box = context.state.boxes.get(id);
    if (box !== undefined) boxes.push(box);
  }
  return boxes;
}

/** `GET /boxes/joined`, newest first. */
export function listJoinedBoxes(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const { state, behaviour } = context;
  const boxes = joinedBoxes(context, identityId).reverse();
  return answer(
    200,
    boxes.map((box) => boxView(state, behaviour, box, identityId)),
  );
}

/** `HEAD /boxes/joined`: the number in `X-Total-Count`. */
export function countJoinedBoxes(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  return empty(204, { 'X-Total-Count': String(joinedBoxes(context, identityId).length) });
}

/** `GET /boxes/{id}`, for members. */
export function getBox(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const box = memberBox(context, pathId(context, 'id'), identityId);
  return answer(200, boxView(context.state, context.behaviour, box, identityId));
}

/** `DELETE /boxes/{id}`, for the creator, with the word `delete` as confirmation. */
export function deleteBox(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const id = pathId(context, 'id');
  const body = bodyObject(context);
  const box = managedBox(context, id, identityId);
  if (requiredText(body, 'user_confirmation') !== 'delete') {
    throw new Refusal(refusals.members({ user_confirmation: 'invalid' }, 'body'));
  }
  const { state, behaviour, world } = context;
  const recipients = [...box.members.keys()];
  dropBox(state, box);
  const object = {
    id: box.id,
    owner_org_id: state.ownerOrgId,
    sender_id: identityId,
    public_key: box.publicKey,
  };
  for (const recipient of recipients) {
    behaviour.publish(state, behaviour, recipient, { type: 'box.delete', object }, world);
  }
  return empty(204);
}

/** `GET /boxes/{id}/members`, for members. */
export function listBoxMembers(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const box = memberBox(context, pathId(context, 'id'), identityId);
  const shown = context.behaviour.showsIdentifiers(box, identityId);
  return answer(
    200,
    [...box.members.keys()].map((id) => identityView(identityOf(context.state, id), shown)),
  );
}

/** `GET /boxes/{id}/public`: what whoever knows a share hash may know. */
export function getBoxPublicInfo(context: Context): PlainResponse {
  const id = pathId(context, 'id');
  const { state } = context;
  const hash = context.query.get('other_share_hash') ?? context.query.get('invitation_share_hash');
  if (hash === null || hash === '') {
    throw new Refusal(refusals.members({ other_share_hash: 'required' }, 'query'));
  }
  const box = state.boxes.get(id);
  if (box === undefined || !context.behaviour.opensPublicInfo(state, box, hash)) {
    throw new Refusal(refusals.shareNotFound());
  }
  const info: components['schemas']['BoxPublicInfo'] = {
    title: box.title,
    creator: identityView(identityOf(state, box.creatorId), false),
    owner_org_id: state.ownerOrgId,
  };
  return answer(200, info);
}

/** `PUT /boxes/{id}/new-events-count/ack`: what an ack on the socket does, without an echo. */
export function resetNewEventsCount(context: Context): PlainResponse {
  const token = authenticate(context);
  const id = pathId(context, 'id');
  const body = bodyObject(context);
  const box = memberBox(context, id, token.identityId);
  const identityId = requiredText(body, 'identity_id');
  if (!context.behaviour.isRequestId(identityId)) {
    throw new Refusal(refusals.malformedId('identity_id', 'body'));
  }
  if (!context.behaviour.mayActFor(token, identityId, operationOf(context))) {
    throw new Refusal(refusals.notAllowed('identity_id must be the identity of the token'));
  }
  const membership = box.members.get(identityId);
  if (membership !== undefined) context.behaviour.acknowledge(membership);
  return empty(204);
}
