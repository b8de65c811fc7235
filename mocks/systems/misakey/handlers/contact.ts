import type { PlainResponse } from '../../../engine/http.js';
import { authenticate, requireIdentity } from '../access.js';
import type { Context } from '../behaviour.js';
import { bodyObject } from '../body.js';
import {
  checkAgainstWorld,
  checkForm,
  readContact,
  type AcceptedContact,
  type ContactFields,
} from '../contact-request.js';
import { announceEvent, instantNow, notify, storeEvent } from '../happenings.js';
import { toMicroseconds } from '../instant.js';
import { answer } from '../refusals.js';
import { addBox, addMember, type Box, type StoredEvent } from '../state.js';
import { contactResult } from '../views.js';

/**
 * `POST /box-users/{id}/contact`: a box, its first events, a key share and an invitation, or
 * nothing at all ("Box Realtime", lines 34-114; the order of checks was observed).
 */
export function contactUser(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const token = authenticate(context);
  const fields = readContact(bodyObject(context), behaviour);
  const callerId = context.param('id');
  checkForm(callerId, fields, behaviour);
  requireIdentity(context, token, callerId);
  const accepted = checkAgainstWorld(context, fields);
  const { box, created } = createBox(context, callerId, fields, accepted);
  announceEvent(context, box, created, behaviour.createEventRecipients(box));
  for (const identityId of behaviour.invitationRecipients(box)) {
    notify(context, identityId, 'box.auto_invite', {
      box_id: box.id,
      box_title: box.title,
      owner_org_id: state.ownerOrgId,
      cryptoaction_id: box.cryptoAction.id,
    });
  }
  return answer(201, contactResult(state, behaviour, box, created));
}

function createBox(
  context: Context,
  callerId: string,
  fields: ContactFields,
  accepted: AcceptedContact,
): { box: Box; created: StoredEvent } {
  const { state, world } = context;
  const hash = fields.shares.invitation_share_hash;
  const now = instantNow(world);
  const box: Box = {
    id: world.random.uuid(),
    createdAt: toMicroseconds(now),
    publicKey: fields.publicKey,
    title: fields.title,
    creatorId: callerId,
    accessMode: 'public',
    members: new Map(),
    events: [],
    removedAccesses: new Set(),
    contactedId: accepted.contact.id,
    cryptoAction: {
      id: world.random.uuid(),
      accountId: accepted.accountId,
      type: 'invitation',
      publicKey: accepted.invitationKey,
      encrypted: accepted.encryptedInvitation,
    },
    shareHashes: [hash],
  };
  addBox(state, box);
  addMember(state, box, callerId, null);
  const created = storeEvent(
    context,
    box,
    {
      type: 'create',
      content: { owner_org_id: state.ownerOrgId, public_key: box.publicKey, title: box.title },
      senderId: callerId,
    },
    now,
  );
  storeEvent(context, box, {
    type: 'state.access_mode',
    content: { value: 'public' },
    senderId: callerId,
  });
  state.keyShares.set(hash, {
    hash,
    misakeyShare: fields.shares.misakey_share,
    encryptedInvitationKeyShare: fields.shares.encrypted_invitation_key_share,
    boxId: box.id,
    creatorId: callerId,
  });
  return { box, created };
}
