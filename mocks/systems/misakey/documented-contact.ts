import type { Behaviour, ShareMember } from './behaviour.js';
import { parseLeadingJson } from './leading-json.js';

const encoder = new TextEncoder();
const unpaddedBase64Url = /^[A-Za-z0-9_-]+$/;
const publicKeyForm = /^([A-Za-z0-9_-]+|com\.misakey\.aes-rsa-enc:[A-Za-z0-9_-]*)$/;

/** Most characters of a share (observed in the server of March 2021). */
const shareLimits: Readonly<Record<ShareMember, number>> = {
  misakey_share: 2_047,
  invitation_share_hash: 255,
  encrypted_invitation_key_share: 4_095,
};

/** Most bytes of a title (observed in the server of March 2021). */
const titleBytes = 50;

/** What a contact request must look like ("Box Realtime", lines 51-71). */
export const contactRules: Pick<
  Behaviour,
  | 'names'
  | 'parseBody'
  | 'readText'
  | 'isMissing'
  | 'contactedIdIsWellFormed'
  | 'findContact'
  | 'invitationKeyOf'
  | 'titleFits'
  | 'publicKeyIsWellFormed'
  | 'shareIsWellFormed'
  | 'shareLimit'
  | 'hashIsUsed'
  | 'encryptedInvitation'
  | 'createEventRecipients'
  | 'invitationRecipients'
> = {
  names: {
    contacted: ['contacted_identity_id', 'identity_id'],
    hash: ['invitation_share_hash', 'other_share_hash'],
    invitationInCrypto: true,
  },
  parseBody: parseLeadingJson,
  readText(value) {
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : null;
  },
  isMissing: (_member, value) => value === '',
  contactedIdIsWellFormed: (id) =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
  findContact: (state, id) => state.identities.get(id),
  invitationKeyOf: (contact) => contact.nonIdentifiedKey,
  titleFits: (title) => title.length <= titleBytes && encoder.encode(title).length <= titleBytes,
  publicKeyIsWellFormed: (key) => publicKeyForm.test(key),
  shareIsWellFormed: (_member, value) => unpaddedBase64Url.test(value),
  shareLimit: (member) => shareLimits[member],
  hashIsUsed: (state, hash) => state.keyShares.has(hash),
  encryptedInvitation(data, invitationKey) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
    const entries = Object.entries(data);
    const [entry] = entries;
    if (entry === undefined || entries.length !== 1 || entry[0] !== invitationKey) return null;
    const encrypted: unknown = entry[1];
    return typeof encrypted === 'string' ? encrypted : null;
  },
  createEventRecipients: (box) => [box.creatorId],
  invitationRecipients: (box) => [box.contactedId],
};
