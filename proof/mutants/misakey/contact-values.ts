import type { Behaviour } from '../../../mocks/systems/misakey/behaviour.js';
import { defineMutants } from '../../model.js';
import { acceptances } from './contact-access.js';
import { replaceAnswer, type Json, type State } from './tools.js';

/** A public key of another form is taken as well. */
function keyAlso(pattern: RegExp): (base: Behaviour) => Partial<Behaviour> {
  return (base) => ({
    publicKeyIsWellFormed: (key) => base.publicKeyIsWellFormed(key) || pattern.test(key),
  });
}

/** A share of another form is taken as well. */
function shareAlso(member: string, pattern: RegExp): (base: Behaviour) => Partial<Behaviour> {
  return (base) => ({
    shareIsWellFormed: (name, value) =>
      base.shareIsWellFormed(name, value) || (name === member && pattern.test(value)),
  });
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

export const contactValueMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'hash-must-be-sha-512',
    bug: 'A share hash must have the length of a SHA-512.',
    breaks: ['misakey.contact.seed-samples-accepted'],
    alsoBreaks: { 'misakey.contact.share-length-limits': 'its hash has 255 characters' },
    behaviour: (base) => ({
      shareIsWellFormed: (name, value) =>
        base.shareIsWellFormed(name, value) &&
        (name !== 'invitation_share_hash' || value.length === 86),
    }),
  },
  {
    name: 'underscore-outside-the-alphabet',
    bug: 'misakey_share must not hold an underscore: the standard alphabet has none.',
    breaks: ['misakey.contact.seed-samples-accepted'],
    alsoBreaks: acceptances,
    behaviour: (base) => ({
      shareIsWellFormed: (name, value) =>
        base.shareIsWellFormed(name, value) && !value.includes('Nj_sD'),
    }),
  },
  {
    name: 'public-key-must-decode',
    bug: 'A public key is refused when no decoder can take its length.',
    breaks: ['misakey.contact.public-key-forms-accepted'],
    behaviour: (base) => ({
      publicKeyIsWellFormed: (key) => base.publicKeyIsWellFormed(key) && key.length % 4 !== 1,
    }),
  },
  {
    name: 'public-key-of-256-at-most',
    bug: 'A public key has at most 256 characters.',
    breaks: ['misakey.contact.public-key-forms-accepted'],
    behaviour: (base) => ({
      publicKeyIsWellFormed: (key) => base.publicKeyIsWellFormed(key) && key.length <= 256,
    }),
  },
  {
    name: 'public-key-prefix-unknown',
    bug: 'The prefix com.misakey.aes-rsa-enc: is not known.',
    breaks: ['misakey.contact.public-key-forms-accepted'],
    behaviour: () => ({ publicKeyIsWellFormed: (key) => /^[A-Za-z0-9_-]+$/.test(key) }),
  },
  {
    name: 'unknown-members-refused',
    bug: 'Members that are not known are refused.',
    breaks: ['misakey.contact.unknown-members-ignored'],
    behaviour: (base) => ({
      parseBody: (text) => (text.includes('countersign_extra') ? undefined : base.parseBody(text)),
    }),
  },
  {
    name: 'public-key-padding-accepted',
    bug: 'A public key may be padded.',
    breaks: ['misakey.contact.public-key-padding-refused'],
    behaviour: keyAlso(/^[A-Za-z0-9_-]+=$/),
  },
  {
    name: 'public-key-with-plus',
    bug: 'A public key may hold the + of the standard alphabet.',
    breaks: ['misakey.contact.public-key-standard-alphabet-refused'],
    behaviour: keyAlso(/^[A-Za-z0-9+]+$/),
  },
  {
    name: 'public-key-with-slash',
    bug: 'A public key may hold the / of the standard alphabet.',
    breaks: ['misakey.contact.public-key-standard-alphabet-refused'],
    behaviour: keyAlso(/^[A-Za-z0-9/]+$/),
  },
  {
    name: 'share-hash-padding-accepted',
    bug: 'A share hash may be padded.',
    breaks: ['misakey.contact.share-hash-padding-refused'],
    behaviour: shareAlso('invitation_share_hash', /^[A-Za-z0-9_-]+==$/),
  },
  {
    name: 'share-hash-with-plus',
    bug: 'A share hash may hold the + of the standard alphabet.',
    breaks: ['misakey.contact.share-hash-standard-alphabet-refused'],
    behaviour: shareAlso('invitation_share_hash', /^[A-Za-z0-9+]+$/),
  },
  {
    name: 'share-hash-with-slash',
    bug: 'A share hash may hold the / of the standard alphabet.',
    breaks: ['misakey.contact.share-hash-standard-alphabet-refused'],
    behaviour: shareAlso('invitation_share_hash', /^[A-Za-z0-9/]+$/),
  },
  {
    name: 'misakey-share-padding-accepted',
    bug: 'A misakey_share may be padded.',
    breaks: ['misakey.contact.other-shares-alphabet-refused'],
    behaviour: shareAlso('misakey_share', /^[A-Za-z0-9]+=$/),
  },
  {
    name: 'encrypted-share-with-slash',
    bug: 'An encrypted share may hold the / of the standard alphabet.',
    breaks: ['misakey.contact.other-shares-alphabet-refused'],
    behaviour: shareAlso('encrypted_invitation_key_share', /^[A-Za-z0-9/]+$/),
  },
  {
    name: 'title-limit-51',
    bug: 'The limit of a title is off by one: 51 bytes are accepted.',
    breaks: ['misakey.contact.title-length-limit'],
    behaviour: () => ({ titleFits: (title) => Buffer.byteLength(title) <= 51 }),
  },
  {
    name: 'title-limit-49',
    bug: 'A title of exactly 50 bytes is refused.',
    breaks: ['misakey.contact.title-length-limit', 'misakey.contact.title-limit-counts-bytes'],
    behaviour: () => ({ titleFits: (title) => Buffer.byteLength(title) < 50 }),
  },
  {
    name: 'title-counts-three-bytes-a-letter',
    bug: 'Every character outside ASCII is counted as three bytes.',
    breaks: ['misakey.contact.title-limit-counts-bytes'],
    behaviour: (base) => ({
      titleFits: (title) =>
        base.titleFits(title) && title.replaceAll(/[^\x20-\x7e]/gu, '***').length <= 50,
    }),
  },
  {
    name: 'title-without-limit',
    bug: 'A title has no limit.',
    breaks: ['misakey.contact.title-length-limit', 'misakey.contact.title-limit-counts-bytes'],
    behaviour: () => ({ titleFits: () => true }),
  },
  {
    name: 'share-hash-used-twice',
    bug: 'A share hash may be used again.',
    breaks: ['misakey.contact.share-hash-reuse-refused'],
    behaviour: () => ({ hashIsUsed: () => false }),
  },
  {
    name: 'share-hash-without-regard-to-case',
    bug: 'Share hashes are compared without regard to case.',
    breaks: ['misakey.contact.share-hash-reuse-refused'],
    behaviour: () => ({
      hashIsUsed: (state, hash) =>
        [...state.keyShares.keys()].some((used) => used.toLowerCase() === hash.toLowerCase()),
    }),
  },
  {
    name: 'hash-limit-254',
    bug: 'A share hash of exactly 255 characters is too long.',
    breaks: ['misakey.contact.share-length-limits'],
    behaviour: (base) => ({
      shareLimit: (name) => (name === 'invitation_share_hash' ? 254 : base.shareLimit(name)),
    }),
  },
  {
    name: 'encrypted-share-limit-2047',
    bug: 'The encrypted share has the limit of the other one.',
    breaks: ['misakey.contact.share-length-limits'],
    behaviour: (base) => ({
      shareLimit: (name) =>
        name === 'encrypted_invitation_key_share' ? 2_047 : base.shareLimit(name),
    }),
  },
  {
    name: 'long-share-crashes',
    bug: 'An over-long share reaches the data base, which fails.',
    breaks: ['misakey.contact.share-length-limits'],
    respond: replaceAnswer(
      'contactUser',
      ({ status }) => status === 413,
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'more-invitations-than-one',
    bug: 'The invitation data may hold further entries.',
    breaks: ['misakey.contact.invitation-data-must-match'],
    behaviour: (base) => ({
      encryptedInvitation: (data, key) =>
        isObject(data) && typeof data[key] === 'string'
          ? data[key]
          : base.encryptedInvitation(data, key),
    }),
  },
  {
    name: 'no-invitation-at-all',
    bug: 'The invitation data may be empty.',
    breaks: ['misakey.contact.invitation-data-must-match'],
    behaviour: (base) => ({
      encryptedInvitation: (data, key) =>
        isObject(data) && Object.keys(data).length === 0 ? '' : base.encryptedInvitation(data, key),
    }),
  },
  {
    name: 'invitation-under-any-key',
    bug: 'The key of the invitation is not compared with the one of the contact.',
    breaks: [
      'misakey.contact.invitation-data-must-match',
      'misakey.contact.identified-key-refused',
    ],
    behaviour: (base) => ({
      encryptedInvitation: (data, key) => {
        const only = isObject(data) ? Object.values(data) : [];
        return only.length === 1 ? String(only[0]) : base.encryptedInvitation(data, key);
      },
    }),
  },
  {
    name: 'invitation-under-the-identified-key',
    bug: 'The invitation may be under the identified key of the contact.',
    breaks: ['misakey.contact.identified-key-refused'],
    behaviour: (base) => {
      const identified = new Map<string, string>();
      return {
        findContact(state, id) {
          const found = base.findContact(state, id);
          if (typeof found?.nonIdentifiedKey === 'string' && found.identifiedKey !== null) {
            identified.set(found.nonIdentifiedKey, found.identifiedKey);
          }
          return found;
        },
        encryptedInvitation: (data, key) =>
          base.encryptedInvitation(data, key) ??
          base.encryptedInvitation(data, identified.get(key) ?? key),
      };
    },
  },
]);
