import { defineArea } from '../engine/check.js';
import { base64UrlAlphabet, bodyOf, type ContactPlan } from './contact-body.js';
import { anyOther4xx, type Driver } from './driver.js';
import { asRecord } from './feed.js';
import { contactsRefused, detailsOf, faultyPlan, without, type Faulty } from './judging.js';

type Change = readonly [what: string, changes: Partial<ContactPlan>];

async function faultsOf(driver: Driver, changes: readonly Change[]): Promise<readonly Faulty[]> {
  return Promise.all(changes.map(([what, change]) => faultyPlan(driver, what, change)));
}

const malformed = { expected: 400, tolerate: [422] };

/** A contact with another body in the place of the right one, as text. */
async function faultyText(driver: Driver, what: string, body: string | null): Promise<Faulty> {
  const { method, path, headers } = await driver.contactRequest(driver.plan());
  if (body === null) return { what, spec: { method, path, headers: { ...headers } } };
  const typed = { ...headers, 'Content-Type': 'application/json' };
  return { what, spec: { method, path, headers: typed, body } };
}

/**
 * The document's own sample as printed in lines 53-69, with its comma too many behind public_key
 * and the one that is missing before key_share.
 */
function printedSample(plan: ContactPlan): string {
  const text = (value: unknown): string => JSON.stringify(value);
  return [
    '{',
    `"contacted_identity_id": ${text(plan.contactedId)},`,
    '"box": {',
    `"title": ${text(plan.title)},`,
    `"public_key": ${text(plan.publicKey)},`,
    '}',
    '"key_share": {',
    `"misakey_share": ${text(plan.misakeyShare)},`,
    `"invitation_share_hash": ${text(plan.hash)},`,
    `"encrypted_invitation_key_share": ${text(plan.encryptedShare)}`,
    '},',
    `"crypto": { "invitation_data": ${text(plan.invitation)} }`,
    '}',
  ].join('\n');
}

/** What a contact must have, and in which form ("Box Realtime", lines 51-71). */
export const contactFormChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.contact.contacted-id-missing-refused',
    title: "without the contacted identity's id a contact is refused",
    async run(t, driver) {
      const faults = await faultsOf(driver, [['no contacted id', { contactedId: undefined }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.contacted-id-malformed-refused',
    title: 'a contacted id that is no UUID is refused',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['the contacted id nope', { contactedId: 'nope' }],
        [
          'a contacted id without its last character',
          { contactedId: driver.other.id.slice(0, -1) },
        ],
      ]);
      await contactsRefused(t, driver, faults, { expected: 400, tolerate: [404, 422] });
    },
  },
  {
    requirement: 'misakey.contact.contacted-id-unknown-refused',
    title: 'a contacted id that no identity has is refused',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['an unknown contact', { contactedId: t.random.uuid() }],
      ]);
      const tolerate = [400, 403, 409, 422];
      await contactsRefused(t, driver, faults, { expected: 404, tolerate });
    },
  },
  {
    requirement: 'misakey.contact.no-account-refused',
    title: 'an identity without account cannot be contacted',
    async run(t, driver) {
      const contactedId = driver.section.contacts?.noAccount ?? t.lacks('contacts.noAccount');
      const invitation = { [t.random.text(43, base64UrlAlphabet)]: 'x' };
      const faults = await faultsOf(driver, [
        ['an identity without account', { contactedId, invitation }],
      ]);
      await contactsRefused(t, driver, faults, {
        expected: 403,
        tolerate: anyOther4xx(403),
        says: (answer) => detailsOf(answer).contacted_account === 'required',
      });
    },
  },
  {
    requirement: 'misakey.contact.no-key-refused',
    title: 'an identity whose account has no suitable key cannot be contacted',
    async run(t, driver) {
      const contactedId = driver.section.contacts?.noKey ?? t.lacks('contacts.noKey');
      const invitation = { [t.random.text(43, base64UrlAlphabet)]: 'x' };
      const faults = await faultsOf(driver, [
        ['an account without key', { contactedId, invitation }],
      ]);
      await contactsRefused(t, driver, faults, { expected: 409, tolerate: [400, 403, 404, 422] });
    },
  },
  {
    requirement: 'misakey.contact.title-missing-refused',
    title: 'box.title is required',
    async run(t, driver) {
      const faults = await faultsOf(driver, [['no box.title', { title: undefined }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.public-key-missing-refused',
    title: 'box.public_key is required',
    async run(t, driver) {
      const faults = await faultsOf(driver, [['no box.public_key', { publicKey: undefined }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.share-hash-missing-refused',
    title: 'the share hash is required',
    async run(t, driver) {
      const faults = await faultsOf(driver, [['no share hash', { hash: undefined }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.other-shares-missing-refused',
    title: 'misakey_share and encrypted_invitation_key_share are required, each',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['no misakey_share', { misakeyShare: undefined }],
        ['no encrypted_invitation_key_share', { encryptedShare: undefined }],
      ]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.box-and-key-share-required',
    title: 'the objects box and key_share are required, each',
    async run(t, driver) {
      const spelling = await driver.spelling();
      const faults: Faulty[] = [];
      for (const name of ['box', 'key_share']) {
        const rest = without(bodyOf(driver.plan(), spelling), name);
        faults.push({ what: `no ${name}`, spec: await driver.contactWith(rest) });
      }
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.invitation-data-missing-refused',
    title: 'the invitation data is required',
    async run(t, driver) {
      const faults = await faultsOf(driver, [['no invitation data', { invitation: undefined }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.empty-members-refused',
    title: 'an empty string counts as missing',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['an empty contacted id', { contactedId: '' }],
        ['an empty box.title', { title: '' }],
        ['an empty box.public_key', { publicKey: '' }],
        ['an empty misakey_share', { misakeyShare: '' }],
        ['an empty share hash', { hash: '' }],
        ['an empty encrypted_invitation_key_share', { encryptedShare: '' }],
      ]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.non-string-members-refused',
    title: 'members marked as strings must be JSON strings',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['a number for box.title', { title: 12_345 }],
        ['a number for box.public_key', { publicKey: 12_345 }],
        ['a number for misakey_share', { misakeyShare: 12_345 }],
        ['a number for the contacted id', { contactedId: 12_345 }],
      ]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.malformed-json-refused',
    title: 'a body that is not JSON is refused, the printed sample of the document included',
    async run(t, driver) {
      const valid = JSON.stringify(bodyOf(driver.plan(), await driver.spelling()));
      const faults = [
        await faultyText(driver, 'a body without its last brace', valid.slice(0, -1)),
        await faultyText(driver, 'a body cut in the middle', valid.slice(0, valid.length / 2)),
        await faultyText(driver, 'the sample as printed', printedSample(driver.plan())),
      ];
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.empty-or-array-body-refused',
    title: 'no body, an empty object and an array are refused',
    async run(t, driver) {
      const faults = [
        await faultyText(driver, 'an empty object', '{}'),
        await faultyText(driver, 'an array', '[]'),
        await faultyText(
          driver,
          'an array around a valid body',
          JSON.stringify([bodyOf(driver.plan(), await driver.spelling())]),
        ),
      ];
      const nothing = await t.send((await faultyText(driver, 'no body', null)).spec);
      await contactsRefused(t, driver, faults, malformed);
      t.expect.status(nothing, 400, { tolerate: [411, 415, 422], what: 'no body' });
    },
  },
  {
    requirement: 'misakey.contact.public-key-padding-refused',
    title: 'a padded public key is refused',
    async run(t, driver) {
      const publicKey = `${t.random.text(43, base64UrlAlphabet)}=`;
      const faults = await faultsOf(driver, [['a box.public_key with =', { publicKey }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.public-key-standard-alphabet-refused',
    title: 'a public key with + or / is refused',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['a box.public_key with +', { publicKey: `${t.random.text(42)}+` }],
        ['a box.public_key with /', { publicKey: `${t.random.text(20)}/${t.random.text(22)}` }],
      ]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.share-hash-padding-refused',
    title: 'a padded share hash is refused',
    async run(t, driver) {
      const hash = `${t.random.text(22, base64UrlAlphabet)}==`;
      const faults = await faultsOf(driver, [['a share hash with ==', { hash }]]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.share-hash-standard-alphabet-refused',
    title: 'a share hash with + or / is refused',
    async run(t, driver) {
      const faults = await faultsOf(driver, [
        ['a share hash with +', { hash: `${t.random.text(21)}+` }],
        ['a share hash with /', { hash: `${t.random.text(10)}/${t.random.text(11)}` }],
      ]);
      await contactsRefused(t, driver, faults, malformed);
    },
  },
  {
    requirement: 'misakey.contact.other-shares-alphabet-refused',
    title: 'misakey_share and encrypted_invitation_key_share with =, + or / are refused',
    async run(t, driver) {
      for (const [name, member] of [
        ['misakey_share', 'misakeyShare'],
        ['encrypted_invitation_key_share', 'encryptedShare'],
      ] as const) {
        const faults = await faultsOf(
          driver,
          ['=', '+', '/'].map((sign): Change => [
            `${sign} in ${name}`,
            { [member]: `${t.random.text(21)}${sign}` },
          ]),
        );
        await contactsRefused(t, driver, faults, {
          ...malformed,
          says: (answer) => detailsOf(answer)[name] === 'malformed',
        });
      }
    },
  },
  {
    requirement: 'misakey.contact.invitation-data-must-match',
    title: "the invitation data has one entry, under the contact's non-identified key",
    async run(t, driver) {
      const { invitation } = driver.plan();
      const strange = { [t.random.text(43, base64UrlAlphabet)]: 'x' };
      const faults = await faultsOf(driver, [
        ['no entry in the invitation data', { invitation: {} }],
        [
          'a second entry in the invitation data',
          { invitation: { ...asRecord(invitation), ...strange } },
        ],
        ['invitation data under another key', { invitation: strange }],
      ]);
      await contactsRefused(t, driver, faults, { expected: 400, tolerate: [409, 422] });
    },
  },
  {
    requirement: 'misakey.contact.identified-key-refused',
    title: "invitation data under the contact's identified key is refused",
    async run(t, driver) {
      const key = driver.section.contacts?.identifiedKey ?? t.lacks('contacts.identifiedKey');
      const faults = await faultsOf(driver, [
        ['invitation data under the identified key', { invitation: { [key]: 'x' } }],
      ]);
      await contactsRefused(t, driver, faults, { expected: 400, tolerate: [409, 422] });
    },
  },
]);
