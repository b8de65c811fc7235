import { json } from '../../../mocks/engine/http.js';
import type { Behaviour, ContactMember } from '../../../mocks/systems/misakey/behaviour.js';
import { documented } from '../../../mocks/systems/misakey/documented.js';
import { defineMutants } from '../../model.js';
import { acceptances } from './contact-access.js';
import { before, editBody, replaceAnswer, type Json, type State } from './tools.js';

/** A leaf that may be missing, and what then stands for it. */
function optional(member: ContactMember): (base: Behaviour) => Partial<Behaviour> {
  return (base) => ({
    isMissing: (name, value) => name !== member && base.isMissing(name, value),
    titleFits: (title) => (member === 'title' && title === '') || base.titleFits(title),
    publicKeyIsWellFormed: (key) =>
      (member === 'public_key' && key === '') || base.publicKeyIsWellFormed(key),
    shareIsWellFormed: (name, value) =>
      (name === member && value === '') || base.shareIsWellFormed(name, value),
    hashIsUsed: (state, hash) => hash !== '' && base.hashIsUsed(state, hash),
    contactedIdIsWellFormed: (id) =>
      (member === 'contacted_identity_id' && id === '') || base.contactedIdIsWellFormed(id),
    findContact: (state, id) =>
      id === '' ? [...state.identities.values()][1] : base.findContact(state, id),
  });
}

const empties = { 'misakey.contact.empty-members-refused': 'an empty string counts as missing' };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

export const contactFormMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'new-names-unprocessable',
    bug: 'contacted_identity_id is an unknown member, answered 422.',
    breaks: ['misakey.contact.documented-field-names-accepted'],
    handlers: before('contactUser', ({ request }) =>
      new TextDecoder().decode(request.body).includes('"contacted_identity_id"')
        ? json(422, { code: 'unprocessable_entity', origin: 'body', desc: '', details: {} })
        : undefined,
    ),
  },
  {
    name: 'hash-under-a-third-name',
    bug: 'The share hash is looked for under a name that no document has.',
    breaks: ['misakey.contact.documented-field-names-accepted'],
    alsoBreaks: acceptances,
    behaviour: (base) => ({ names: { ...base.names, hash: ['share_hash'] } }),
  },
  {
    name: 'older-names-dropped',
    bug: 'The older member names are no longer read.',
    breaks: ['misakey.contact.older-field-names-accepted'],
    behaviour: (base) => ({
      names: {
        ...base.names,
        contacted: ['contacted_identity_id'],
        hash: ['invitation_share_hash'],
      },
    }),
  },
  {
    name: 'result-declared-as-text',
    bug: 'The answer to a contact is declared as plain text.',
    breaks: ['misakey.contact.result-is-json'],
    respond: replaceAnswer(
      'contactUser',
      ({ status }) => status === 201,
      (response) => ({ ...response, headers: { 'Content-Type': 'text/plain; charset=utf-8' } }),
    ),
  },
  {
    name: 'contacted-id-optional',
    bug: 'Without a contacted id somebody is contacted.',
    breaks: ['misakey.contact.contacted-id-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('contacted_identity_id'),
  },
  {
    name: 'contacted-id-found-by-prefix',
    bug: 'A contacted id is found by its beginning.',
    breaks: ['misakey.contact.contacted-id-malformed-refused'],
    behaviour: (base) => ({
      contactedIdIsWellFormed: (id) => id.length >= 35,
      findContact: (state, id) =>
        base.findContact(state, id) ??
        (id.length === 35
          ? [...state.identities.values()].find((identity) => identity.id.startsWith(id))
          : undefined),
    }),
  },
  {
    name: 'malformed-contact-crashes',
    bug: 'A contacted id that is no UUID makes the server fail.',
    breaks: ['misakey.contact.contacted-id-malformed-refused'],
    respond: replaceAnswer(
      'contactUser',
      ({ status, body }) =>
        status === 400 && String(body).includes('"contacted_identity_id":"malformed"'),
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'unknown-contact-created',
    bug: 'An unknown identity is contacted as if it were there.',
    breaks: ['misakey.contact.contacted-id-unknown-refused'],
    behaviour: (base) => ({
      findContact: (state, id) => base.findContact(state, id) ?? [...state.identities.values()][1],
    }),
  },
  {
    name: 'account-not-needed',
    bug: 'An identity without account can be contacted.',
    breaks: ['misakey.contact.no-account-refused'],
    behaviour: (base) => ({
      findContact(state, id) {
        const found = base.findContact(state, id);
        return found?.accountId === null
          ? { ...found, accountId: found.id, nonIdentifiedKey: 'any' }
          : found;
      },
      encryptedInvitation: (data, key) =>
        key === 'any' ? 'x' : base.encryptedInvitation(data, key),
    }),
  },
  {
    name: 'key-not-needed',
    bug: 'An account without key can be contacted.',
    breaks: ['misakey.contact.no-key-refused'],
    behaviour: (base) => ({
      invitationKeyOf: (contact) => base.invitationKeyOf(contact) ?? 'any',
      encryptedInvitation: (data, key) =>
        key === 'any' ? 'x' : base.encryptedInvitation(data, key),
    }),
  },
  {
    name: 'title-optional',
    bug: 'A box needs no title.',
    breaks: ['misakey.contact.title-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('title'),
  },
  {
    name: 'public-key-optional',
    bug: 'A box needs no public key.',
    breaks: ['misakey.contact.public-key-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('public_key'),
  },
  {
    name: 'share-hash-optional',
    bug: 'A contact needs no share hash.',
    breaks: ['misakey.contact.share-hash-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('invitation_share_hash'),
  },
  {
    name: 'misakey-share-optional',
    bug: 'A contact needs no misakey_share.',
    breaks: ['misakey.contact.other-shares-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('misakey_share'),
  },
  {
    name: 'encrypted-share-optional',
    bug: 'A contact needs no encrypted share.',
    breaks: ['misakey.contact.other-shares-missing-refused'],
    alsoBreaks: empties,
    behaviour: optional('encrypted_invitation_key_share'),
  },
  {
    name: 'box-made-up-when-absent',
    bug: 'Without box a title and a key are made up.',
    breaks: ['misakey.contact.box-and-key-share-required'],
    alsoBreaks: {
      'misakey.generated.contact-user-body-schema-refused': 'it leaves out box',
      'misakey.contact.empty-or-array-body-refused': 'an empty object has no box',
    },
    behaviour: () => editBody((body) => ({ box: { title: 'Untitled', public_key: 'a' }, ...body })),
  },
  {
    name: 'shares-made-up-when-absent',
    bug: 'Without key_share the server makes one up.',
    breaks: ['misakey.contact.box-and-key-share-required'],
    alsoBreaks: { 'misakey.generated.contact-user-body-schema-refused': 'it leaves out key_share' },
    behaviour: () =>
      editBody((body) => ({
        key_share: {
          misakey_share: 'a',
          invitation_share_hash: `made-up-${String(Object.keys(body).length)}-${String(madeUp++)}`,
          encrypted_invitation_key_share: 'a',
        },
        ...body,
      })),
  },
  {
    name: 'invitation-data-optional',
    bug: 'A contact needs no invitation data.',
    breaks: ['misakey.contact.invitation-data-missing-refused'],
    behaviour: (base) => ({
      ...editBody((body) =>
        isObject(body.crypto) || 'invitation_data' in body
          ? body
          : { ...body, crypto: { invitation_data: null } },
      ),
      encryptedInvitation: (data, key) =>
        data === null ? '' : base.encryptedInvitation(data, key),
    }),
  },
  {
    name: 'empty-share-filled-in',
    bug: 'An empty share is replaced by one of the server.',
    breaks: ['misakey.contact.empty-members-refused'],
    behaviour: () =>
      editBody((body) => {
        const share = body.key_share;
        return isObject(share) && share.misakey_share === ''
          ? { ...body, key_share: { ...share, misakey_share: 'filled' } }
          : body;
      }),
  },
  {
    name: 'numbers-turned-into-text',
    bug: 'Numbers are turned into strings.',
    breaks: ['misakey.contact.non-string-members-refused'],
    behaviour: (base) => ({
      readText: (value) => (typeof value === 'number' ? String(value) : base.readText(value)),
    }),
  },
  {
    name: 'missing-brace-supplied',
    bug: 'A brace that is missing at the end of a body is supplied.',
    breaks: ['misakey.contact.malformed-json-refused'],
    alsoBreaks: Object.fromEntries(
      [
        'contact-user',
        'create-box-event',
        'create-box-event-batch',
        'delete-box',
        'reset-new-events-count',
        'update-box-settings',
      ].map((id) => [`misakey.generated.${id}-body-syntax-refused`, 'it lacks the last brace']),
    ),
    behaviour: (base) => ({
      parseBody: (text) => base.parseBody(text) ?? base.parseBody(`${text}}`),
    }),
  },
  {
    name: 'commas-forgiven',
    bug: 'Commas may be missing or too many, as in the sample of the document.',
    breaks: ['misakey.contact.malformed-json-refused'],
    behaviour: (base) => ({
      parseBody: (text) =>
        base.parseBody(text) ??
        base.parseBody(text.replaceAll(/,(\s*})/g, '$1').replaceAll(/}(\s*")/g, '},$1')),
    }),
  },
  {
    name: 'array-unwrapped',
    bug: 'An array around the body is unwrapped.',
    breaks: ['misakey.contact.empty-or-array-body-refused'],
    behaviour: () => ({
      parseBody(text) {
        const value = documented.parseBody(text);
        return Array.isArray(value) ? (value[0] as unknown) : value;
      },
    }),
  },
]);

/** Makes the hashes of the mutant that makes shares up different. */
let madeUp = 0;
