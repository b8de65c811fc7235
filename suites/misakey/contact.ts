import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { base64UrlAlphabet, bodyOf } from './contact-body.js';
import type { Driver } from './driver.js';
import { asRecord } from './feed.js';
import { detailsOf } from './judging.js';

/** Samples of "Box Realtime", lines 56-62 and 86. */
const samples = {
  title: 'User1 - User2',
  publicKey: 'SXvalkvhuhcj2UiaS4d0Q3OeuHOhMVeQT7ZGfCH2YCw',
  misakeyShare: 'lBHT1vfwFAIBig5Nj_sD_w',
  encryptedShare: 'cGYMzgIO9rc03WoSLAyoiQdLu7he5VbMRImLhRPmwTQ',
  undecodableKey: 'ShouldBeUnpaddedUrlSafeBase64',
} as const;

/** Asserts a 201 with a box id, from a server that is known to refuse what is wrong. */
function accepted(
  t: TestContext,
  answer: Exchange,
  what: string,
): Readonly<Record<string, unknown>> {
  t.expect.status(answer, 201, { what });
  const body = answer.object();
  t.expect.text(body.id, `id of the box made by ${what}`);
  return body;
}

/** Contacts that succeed ("Box Realtime", lines 51-81). */
export const contactChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.contact.valid-request-created',
    title: 'a complete request for another identity is answered 201',
    async run(t, driver) {
      await driver.tellsContactsApart();
      accepted(t, await driver.contact(driver.plan()), 'a complete contact');
    },
  },
  {
    requirement: 'misakey.contact.documented-field-names-accepted',
    title: 'the member names of the document are accepted',
    async run(t, driver) {
      await driver.tellsContactsApart();
      const answer = await t.send(await driver.contactWith(bodyOf(driver.plan(), 'documented')));
      const names = Object.keys(detailsOf(answer));
      const older = ['identity_id', 'other_share_hash', 'invitation_data'];
      const namesOlder = names.some((name) => older.includes(name));
      if (answer.status === 400 && namesOlder && t.has('observed-fields')) {
        const retry = await t.send(await driver.contactWith(bodyOf(driver.plan(), 'older')));
        accepted(t, retry, 'the older member names, after those of the document were refused');
        t.deviate(`the older member names are asked for: ${names.join(', ')}`);
        return;
      }
      accepted(t, answer, 'the member names of the document');
    },
  },
  {
    requirement: 'misakey.contact.older-field-names-accepted',
    title: 'the older member names are accepted too',
    async run(t, driver) {
      await driver.tellsContactsApart();
      const older = await t.send(await driver.contactWith(bodyOf(driver.plan(), 'older')));
      accepted(t, older, 'the older member names');
      const { contacted_identity_id, ...rest } = bodyOf(driver.plan(), 'documented');
      const mixed = await t.send(
        await driver.contactWith({ ...rest, identity_id: contacted_identity_id }),
      );
      const what = 'identity_id with the other names of the document';
      if (t.expect.status(mixed, 201, { tolerate: 400, what })) accepted(t, mixed, what);
    },
  },
  {
    requirement: 'misakey.contact.result-is-json',
    title: 'the answer is declared as JSON and is an object',
    async run(t, driver) {
      const { answer, body, title } = await driver.contacted();
      t.expect.header(answer, 'content-type', /^application\/json\s*(;|$)/i, 'application/json');
      // An object that echoes nothing of this contact would show nothing.
      await t.given('the answer being about this contact', () => {
        t.expect.equal(body.title, title, 'title');
        return Promise.resolve();
      });
    },
  },
  {
    requirement: 'misakey.contact.seed-samples-accepted',
    title: 'the sample values of the document are accepted',
    async run(t, driver) {
      await driver.tellsContactsApart();
      const { title, publicKey, misakeyShare, encryptedShare } = samples;
      const hash = t.random.text(22, base64UrlAlphabet);
      const plan = driver.plan({ title, publicKey, misakeyShare, encryptedShare, hash });
      accepted(t, await driver.contact(plan), 'the sample values of the document');
    },
  },
  {
    requirement: 'misakey.contact.public-key-forms-accepted',
    title: 'a public key is limited by its alphabet only',
    async run(t, driver) {
      await driver.tellsContactsApart();
      const forms: readonly (readonly [string, string])[] = [
        ['1 character', t.random.text(1, base64UrlAlphabet)],
        ['300 characters', t.random.text(300, base64UrlAlphabet)],
        ['the sample of 29 characters, which no decoder takes', samples.undecodableKey],
        [
          '43 characters behind the prefix com.misakey.aes-rsa-enc:',
          `com.misakey.aes-rsa-enc:${t.random.text(43, base64UrlAlphabet)}`,
        ],
        ['the characters - and _', `-_${t.random.text(41, base64UrlAlphabet)}`],
      ];
      for (const [what, publicKey] of forms) {
        const answer = await driver.contact(driver.plan({ publicKey }));
        const body = accepted(t, answer, `a public key of ${what}`);
        t.expect.equal(body.public_key, publicKey, `public_key sent as ${what}`);
      }
    },
  },
  {
    requirement: 'misakey.contact.unknown-members-ignored',
    title: 'members that the document does not name are ignored',
    async run(t, driver) {
      await driver.tellsContactsApart();
      const body = bodyOf(driver.plan(), await driver.spelling());
      const extra = { countersign_extra: { nested: [1, null, 'x'] } };
      const json = {
        ...body,
        ...extra,
        box: { ...asRecord(body.box), ...extra },
        key_share: { ...asRecord(body.key_share), ...extra },
      };
      accepted(t, await t.send(await driver.contactWith(json)), 'unknown members');
    },
  },
]);
