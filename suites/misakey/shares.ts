import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { posted } from './events.js';
import { errorOf } from './judging.js';

/** The shares that a contact leaves (observed in the server of March 2021). */
export const shareChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.shares.encrypted-share-for-contact',
    title: 'the contacted identity reads the encrypted share before it joins',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const path = `/box-key-shares/encrypted-invitation-key-share?box_id=${box.id}`;
      const answer = await driver.send(driver.other, 'GET', path);
      if (driver.other.acr < 2 && answer.status === 403 && errorOf(answer).origin === 'acr') {
        t.deviate('the encrypted share is given to tokens of ACR 2 only');
        return;
      }
      t.expect.status(answer, 200, { what: 'the contacted identity' });
      t.expect.equal(answer.json(), box.plan.encryptedShare, 'the encrypted share');
    },
  },
  {
    requirement: 'misakey.shares.key-share-members-only',
    title: 'the share kept by the server is for members',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const path = `/box-key-shares/${String(box.plan.hash)}`;
      const before = await driver.send(driver.other, 'GET', path);
      await posted(t, driver, driver.other, box, { type: 'member.join' });
      const after = await driver.send(driver.other, 'GET', path);
      t.expect.status(after, 200, { what: 'after the join' });
      t.expect.ok(
        Object.values(after.object()).includes(box.plan.misakeyShare),
        'no member of the answer is the misakey_share of the request',
      );
      t.expect.status(before, 403, { tolerate: 404, what: 'before the join' });
      t.expect.ok(
        !before.text.includes(String(box.plan.misakeyShare)),
        'the refusal before the join shows the share',
      );
    },
  },
  {
    requirement: 'misakey.shares.not-told-to-others',
    title: 'neither the answer nor a message holds the share that the server keeps',
    async run(t, driver) {
      const feeds = [await driver.open(driver.me), await driver.open(driver.other)];
      const box = await driver.contacted();
      const share = String(box.plan.misakeyShare);
      await t.given('the answer and the messages being about this contact', async () => {
        t.expect.equal(box.body.title, box.title, 'title');
        for (const feed of feeds) await feed.waitFor('a message about the new box', box.id);
      });
      t.expect.ok(!box.answer.text.includes(share), 'the answer holds misakey_share');
      for (const feed of feeds) {
        t.expect.equal(feed.about(share).length, 0, 'the number of messages with misakey_share');
      }
    },
  },
]);
