import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { RequestSpec } from '../engine/exchange.js';
import type { ContactPlan } from './contact-body.js';
import { isRefusal, type Driver } from './driver.js';
import { isEvent, messageOf, type Feed } from './feed.js';
import { isInvitation } from './push.js';
import { asRecord } from './feed.js';

interface Attempt {
  readonly title: string;
  readonly spec: RequestSpec;
}

/** Sends them, and returns the titles of those that were refused. */
async function refusedTitles(t: TestContext, attempts: readonly Attempt[]): Promise<string[]> {
  const titles: string[] = [];
  for (const { title, spec } of attempts) {
    if (isRefusal((await t.send(spec)).status)) titles.push(title);
  }
  return titles;
}

/** A contact that works and is announced on both sides: what came before it has been delivered. */
async function announcedOnBoth(t: TestContext, driver: Driver, feeds: readonly Feed[]) {
  const box = await driver.contacted();
  await t.given('a contact that works being announced', async () => {
    for (const feed of feeds) await feed.waitFor('a message about the new box', box.id);
  });
}

/** What is not announced. */
export const pushSilenceChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.push.refused-contact-silent',
    title: 'a refused contact pushes nothing to either side',
    async run(t, driver) {
      const feeds = [await driver.open(driver.me), await driver.open(driver.other)];
      const right = await driver.credentials(driver.me);
      const attempt = async (
        changes: Partial<ContactPlan>,
        options?: Parameters<Driver['contactRequest']>[1],
      ): Promise<Attempt> => {
        const plan = driver.plan(changes);
        return { title: String(plan.title), spec: await driver.contactRequest(plan, options) };
      };
      const attempts = [
        await attempt({}, { credentials: { ...right, csrfHeader: null } }),
        await attempt({}, { credentials: { csrf: await driver.csrf() } }),
        await attempt({}, { pathId: driver.other.id }),
        await attempt({ hash: undefined }),
        await attempt({ publicKey: `${t.random.text(43)}=` }),
        await attempt({ contactedId: t.random.uuid() }),
      ];
      const titles = await refusedTitles(t, attempts);
      await t.given('all six contacts being refused', () => {
        t.expect.equal(titles.length, attempts.length, 'the number of refusals');
        return Promise.resolve();
      });
      await announcedOnBoth(t, driver, feeds);
      for (const feed of feeds) {
        const leaked = await feed.settled(...titles);
        t.expect.equal(
          leaked.length,
          0,
          `the number of messages about refused contacts (${leaked.join(' | ')})`,
        );
      }
    },
  },
  {
    requirement: 'misakey.push.late-failure-silent',
    title: 'a contact refused for its hash, its length or its invitation pushes nothing',
    async run(t, driver) {
      const mine = await driver.open(driver.me);
      const theirs = await driver.open(driver.other);
      const used = await driver.contacted();
      const attempts: Attempt[] = [];
      for (const changes of [
        { hash: used.plan.hash },
        { misakeyShare: 'a'.repeat(2_048) },
        { invitation: { [t.random.text(43)]: 'x' } },
      ]) {
        const plan = driver.plan(changes);
        attempts.push({ title: String(plan.title), spec: await driver.contactRequest(plan) });
      }
      const titles = await refusedTitles(t, attempts);
      await t.given('at least one of the three contacts being refused', () => {
        t.expect.ok(titles.length > 0, 'none was');
        return Promise.resolve();
      });
      await announcedOnBoth(t, driver, [mine, theirs]);
      const told = await theirs.settled(...titles);
      t.expect.equal(told.length, 0, 'the number of messages on the contacted side');
      const own = await mine.settled(...titles);
      const creations = own.filter((text) => isEvent('create')(messageOf(JSON.parse(text))));
      t.expect.equal(own.length, creations.length, 'messages other than the create event');
      if (creations.length > 0) t.deviate('a contact refused late had pushed its create event');
    },
  },
  {
    requirement: 'misakey.push.identifier-hidden-from-others',
    title: 'a member who did not create the box sees senders without their identifier',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const join = { type: 'member.join' };
      const message = {
        type: 'msg.text',
        content: { encrypted: t.random.text(24), public_key: t.random.text(43) },
      };
      const theirs = await driver.open(driver.other);
      await t.given('the contacted identity joining and the creator writing', async () => {
        const path = `/boxes/${box.id}/events`;
        t.expect.status(await driver.send(driver.other, 'POST', path, join), 201);
        t.expect.status(await driver.send(driver.me, 'POST', path, message), 201);
      });
      const pushed = await t.given('the message reaching the contacted identity', () =>
        theirs.waitFor('event.new of type msg.text', box.id, isEvent('msg.text')),
      );
      const sender = asRecord(pushed.object.sender);
      t.expect.equal(sender.id, driver.me.id, 'sender.id');
      t.expect.equal(
        [sender.identifier_value, sender.identifier_kind],
        ['', ''],
        "identifier_value and identifier_kind of the sender in another member's copy",
      );
    },
  },
  {
    requirement: 'misakey.push.notification-listed',
    title: 'the notification of the socket is in the list of notifications',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const feed = await driver.open(driver.other);
      const box = await driver.contacted();
      const pushed = await t.given('the invitation arriving', () =>
        feed.waitFor('the invitation', box.id, isInvitation),
      );
      const path = `/identities/${driver.other.id}/notifications`;
      const answer = await driver.send(driver.other, 'GET', path);
      t.expect.status(answer, 200);
      const list = answer.json();
      t.expect.ok(Array.isArray(list), 'the list of notifications is no JSON array');
      const ids = (list as unknown[])
        .map(asRecord)
        .filter((entry) => asRecord(entry.details).box_id === box.id)
        .map((entry) => entry.id);
      t.expect.equal(ids.length, 1, 'the number of notifications about the box in the list');
      // An invitation that is a message type of its own has no id to compare.
      if (pushed.type !== 'notification') return;
      t.expect.equal(ids, [pushed.object.id], 'the ids of the notifications about the box');
    },
  },
]);
