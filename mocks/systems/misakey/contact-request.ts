import { Refusal } from '../../engine/http.js';
import type { Behaviour, Context, ShareMember } from './behaviour.js';
import { objectOf, type JsonObject } from './body.js';
import { refusals, type Details } from './refusals.js';
import type { Identity } from './state.js';

/** Invitation data as it was sent; any value at all until the last check. */
export type InvitationField =
  { readonly present: false } | { readonly present: true; readonly value: unknown };

/** The leaves of a contact request; an absent text is ''. */
export interface ContactFields {
  readonly contactedId: string;
  readonly title: string;
  readonly publicKey: string;
  readonly shares: Readonly<Record<ShareMember, string>>;
  readonly invitation: InvitationField;
}

/** The value under the first of several names that is present, whatever it is. */
function firstPresent(object: JsonObject, names: readonly string[]): unknown {
  const name = names.find((candidate) => Object.hasOwn(object, candidate));
  return name === undefined ? undefined : object[name];
}

function invitationField(body: JsonObject, behaviour: Behaviour): InvitationField {
  if (behaviour.names.invitationInCrypto) {
    const crypto = objectOf(body.crypto, 'crypto');
    if (crypto !== null && Object.hasOwn(crypto, 'invitation_data')) {
      return { present: true, value: crypto.invitation_data };
    }
  }
  return Object.hasOwn(body, 'invitation_data')
    ? { present: true, value: body.invitation_data }
    : { present: false };
}

/** Takes the body apart; a member of a wrong type is refused without naming it in `details`. */
export function readContact(body: JsonObject, behaviour: Behaviour): ContactFields {
  const { names } = behaviour;
  const text = (value: unknown, subject: string): string => {
    const read = behaviour.readText(value);
    if (read === null) throw new Refusal(refusals.body(`${subject} must be a string`));
    return read;
  };
  const box = objectOf(body.box, 'box') ?? {};
  const share = objectOf(body.key_share, 'key_share') ?? {};
  return {
    contactedId: text(firstPresent(body, names.contacted), 'the contacted id'),
    title: text(box.title, 'box.title'),
    publicKey: text(box.public_key, 'box.public_key'),
    shares: {
      misakey_share: text(share.misakey_share, 'key_share.misakey_share'),
      invitation_share_hash: text(firstPresent(share, names.hash), 'the share hash'),
      encrypted_invitation_key_share: text(
        share.encrypted_invitation_key_share,
        'key_share.encrypted_invitation_key_share',
      ),
    },
    invitation: invitationField(body, behaviour),
  };
}

const shareMembers: readonly ShareMember[] = [
  'misakey_share',
  'invitation_share_hash',
  'encrypted_invitation_key_share',
];

/** The name under which the caller's dialect knows a share. */
function spellingOf(member: ShareMember, behaviour: Behaviour): string {
  return member === 'invitation_share_hash' ? (behaviour.names.hash[0] ?? member) : member;
}

/** The three groups of checks on the form; each reports all its faults, the first one ends it. */
export function checkForm(pathId: string, fields: ContactFields, behaviour: Behaviour): void {
  refuseWhenAny(whomFaults(pathId, fields, behaviour));
  refuseWhenAny(boxFaults(fields, behaviour));
  refuseWhenAny(shareFaults(fields, behaviour));
}

function refuseWhenAny(details: Details): void {
  if (Object.keys(details).length > 0) throw new Refusal(refusals.members(details));
}

function whomFaults(pathId: string, fields: ContactFields, behaviour: Behaviour): Details {
  const details: Record<string, string> = {};
  const name = behaviour.names.contacted[0] ?? 'contacted_identity_id';
  if (!behaviour.isRequestId(pathId)) details.identity_id = 'malformed';
  if (behaviour.isMissing('contacted_identity_id', fields.contactedId)) details[name] = 'required';
  else if (!behaviour.contactedIdIsWellFormed(fields.contactedId)) details[name] = 'malformed';
  if (!fields.invitation.present) details.invitation_data = 'required';
  return details;
}

function boxFaults(fields: ContactFields, behaviour: Behaviour): Details {
  const details: Record<string, string> = {};
  if (behaviour.isMissing('title', fields.title)) details.title = 'required';
  else if (!behaviour.titleFits(fields.title)) details.title = 'malformed';
  if (behaviour.isMissing('public_key', fields.publicKey)) details.public_key = 'required';
  return details;
}

function shareFaults(fields: ContactFields, behaviour: Behaviour): Details {
  const details: Record<string, string> = {};
  for (const member of shareMembers) {
    const value = fields.shares[member];
    const name = spellingOf(member, behaviour);
    if (behaviour.isMissing(member, value)) details[name] = 'required';
    else if (!behaviour.shareIsWellFormed(member, value)) details[name] = 'malformed';
  }
  return details;
}

/** A contact that passed every check. */
export interface AcceptedContact {
  readonly contact: Identity;
  readonly accountId: string;
  readonly invitationKey: string;
  readonly encryptedInvitation: string;
}

/** The checks against the world, in the order of the real server. */
export function checkAgainstWorld(context: Context, fields: ContactFields): AcceptedContact {
  const { behaviour, state } = context;
  const contact = behaviour.findContact(state, fields.contactedId);
  if (contact === undefined) throw new Refusal(refusals.contactUnknown());
  if (contact.accountId === null) throw new Refusal(refusals.contactWithoutAccount());
  if (!behaviour.publicKeyIsWellFormed(fields.publicKey)) {
    throw new Refusal(refusals.publicKeyAlphabet());
  }
  if (behaviour.hashIsUsed(state, fields.shares.invitation_share_hash)) {
    throw new Refusal(refusals.hashUsed());
  }
  for (const member of shareMembers) {
    const limit = behaviour.shareLimit(member);
    if (fields.shares[member].length > limit) {
      throw new Refusal(refusals.shareTooLong(spellingOf(member, behaviour), limit));
    }
  }
  const invitationKey = behaviour.invitationKeyOf(contact);
  if (invitationKey === null) throw new Refusal(refusals.contactWithoutKey());
  const data = fields.invitation.present ? fields.invitation.value : undefined;
  const encryptedInvitation = behaviour.encryptedInvitation(data, invitationKey);
  if (encryptedInvitation === null) throw new Refusal(refusals.invitationData());
  return { contact, accountId: contact.accountId, invitationKey, encryptedInvitation };
}
