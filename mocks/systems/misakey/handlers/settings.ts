import { empty, Refusal, type PlainResponse } from '../../../engine/http.js';
import { authenticate, memberBox, ownIdentity, pathId } from '../access.js';
import type { Context } from '../behaviour.js';
import { bodyObject } from '../body.js';
import { answer, refusals } from '../refusals.js';
import { settingsView } from '../views.js';

/** `GET /box-users/{id}/boxes/{box_id}/settings`. */
export function getBoxSettings(context: Context): PlainResponse {
  const identityId = ownIdentity(context, authenticate(context));
  const box = memberBox(context, pathId(context, 'box_id'), identityId);
  return answer(200, settingsView(box, identityId));
}

/** `PUT` of the same; tells the identity's own sockets, and nobody else. */
export function updateBoxSettings(context: Context): PlainResponse {
  const identityId = ownIdentity(context, authenticate(context));
  const boxId = pathId(context, 'box_id');
  const body = bodyObject(context);
  const box = memberBox(context, boxId, identityId);
  const { muted } = body;
  if (typeof muted !== 'boolean') {
    const word = muted === undefined || muted === null ? 'required' : 'malformed';
    throw new Refusal(refusals.members({ muted: word }, 'body'));
  }
  const membership = box.members.get(identityId);
  if (membership !== undefined) membership.muted = muted;
  const { state, behaviour, world } = context;
  const object = { identity_id: identityId, box_id: box.id, muted, owner_org_id: state.ownerOrgId };
  for (const recipient of behaviour.settingsRecipients(box, identityId)) {
    behaviour.publish(state, behaviour, recipient, { type: 'box.settings', object }, world);
  }
  return empty(204);
}
