import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { base64UrlAlphabet } from './contact-body.js';
import type { Driver } from './driver.js';
import { detailsOf } from './judging.js';

/** A title of this many ASCII characters. */
function titleOf(t: TestContext, length: number): string {
  return t.random.text(length);
}

/** Lengths and uniqueness (observed in the server of March 2021). */
export const contactLimitChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.contact.title-length-limit',
    title: 'a title of 50 bytes is accepted, one of 51 is not',
    async run(t, driver) {
      const over = await driver.contact(driver.plan({ title: titleOf(t, 51) }));
      const under = await driver.contact(driver.plan({ title: titleOf(t, 50) }));
      await driver.contacted();
      t.expect.status(under, 201, { what: 'a title of 50 bytes' });
      if (t.expect.status(over, 400, { tolerate: 422, what: 'a title of 51 bytes' })) {
        t.expect.equal(detailsOf(over).title, 'malformed', 'details.title for a title of 51 bytes');
      }
    },
  },
  {
    requirement: 'misakey.contact.title-limit-counts-bytes',
    title: 'the limit of a title counts bytes: 25 times é is accepted, 26 times is not',
    async run(t, driver) {
      const over = await driver.contact(driver.plan({ title: 'é'.repeat(26) }));
      const under = await driver.contact(driver.plan({ title: 'é'.repeat(25) }));
      const tooLong = await driver.contact(driver.plan({ title: titleOf(t, 51) }));
      await driver.contacted();
      t.expect.status(under, 201, { what: 'a title of 25 characters and 50 bytes' });
      const what = 'a title of 26 characters and 52 bytes';
      if (over.status === 201 && tooLong.status !== 201) {
        t.deviate('the limit of a title counts characters, not bytes');
        return;
      }
      t.expect.status(over, 400, { tolerate: 422, what });
    },
  },
  {
    requirement: 'misakey.contact.share-hash-reuse-refused',
    title: 'a share hash can be used once',
    async run(t, driver) {
      const first = await driver.contacted();
      const again = await driver.contact(driver.plan({ hash: first.plan.hash }));
      await driver.contacted();
      t.expect.status(again, 409, { tolerate: [400, 422], what: 'a share hash that is in use' });
      // Upper and lower case are different characters of the alphabet.
      const swapped = String(first.plan.hash).replaceAll(/[a-z]/gi, (letter) =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      );
      const other = await driver.contact(driver.plan({ hash: swapped }));
      t.expect.status(other, 201, { what: 'a hash that differs from a used one in case only' });
    },
  },
  {
    requirement: 'misakey.contact.share-length-limits',
    title: 'shares have limits of 255, 2047 and 4095 characters',
    async run(t, driver) {
      const limits = [
        ['invitation_share_hash', 'hash', 255],
        ['misakey_share', 'misakeyShare', 2_047],
        ['encrypted_invitation_key_share', 'encryptedShare', 4_095],
      ] as const;
      for (const [name, member, limit] of limits) {
        const of = (length: number) => ({ [member]: t.random.text(length, base64UrlAlphabet) });
        const over = await driver.contact(driver.plan(of(limit + 1)));
        const under = await driver.contact(driver.plan(of(limit)));
        await driver.contacted();
        t.expect.status(under, 201, { what: `${name} of ${String(limit)} characters` });
        const what = `${name} of ${String(limit + 1)} characters`;
        t.expect.status(over, 413, { tolerate: [400, 422, 201], what });
      }
    },
  },
]);
