import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { Driver, MadeBox } from './driver.js';
import { asRecord, isEvent, withLowerIds, type Feed, type Message } from './feed.js';
import { expectMessage } from './judging.js';
import type { Person } from './profile.js';

/** A JSON array of objects. */
export function listOf(
  t: TestContext,
  answer: Exchange,
): readonly Readonly<Record<string, unknown>>[] {
  const list = answer.json();
  t.expect.ok(Array.isArray(list), `${answer.label} did not answer a JSON array`);
  return (list as unknown[]).map((entry) => asRecord(withLowerIds(entry)));
}

/** Posts an event. */
export function postEvent(driver: Driver, who: Person, box: MadeBox, event: unknown) {
  return driver.send(who, 'POST', `/boxes/${box.id}/events`, event);
}

/** A fresh msg.text. */
export function textMessage(t: TestContext) {
  return {
    type: 'msg.text',
    content: { encrypted: t.random.text(24), public_key: t.random.text(43) },
  };
}

/** Posts an event that must be taken before anything can be judged; its id. */
export function posted(
  t: TestContext,
  driver: Driver,
  who: Person,
  box: MadeBox,
  event: { readonly type: string },
): Promise<string> {
  return t.given(`posting an event of type ${event.type}`, async () => {
    const answer = await postEvent(driver, who, box, event);
    t.expect.status(answer, 201);
    return t.expect.text(answer.object().id, 'id of the event');
  });
}

/** A box with the contacted identity in it. */
export async function joinedBox(
  t: TestContext,
  driver: Driver,
): Promise<{ readonly box: MadeBox; readonly joinId: string }> {
  await driver.needsBoxRoutes();
  const box = await driver.contacted();
  return { box, joinId: await posted(t, driver, driver.other, box, { type: 'member.join' }) };
}

/** Both sides' sockets. */
export async function bothSides(driver: Driver): Promise<{ mine: Feed; theirs: Feed }> {
  return { mine: await driver.open(driver.me), theirs: await driver.open(driver.other) };
}

/** Waits for an event.new of a type about a box and checks its form. */
export async function eventOn(
  t: TestContext,
  feed: Feed,
  box: MadeBox,
  type: string,
): Promise<Message> {
  const message = await feed.waitFor(`event.new of type ${type}`, box.id, isEvent(type));
  expectMessage(t, 'boxEvent', message);
  return message;
}

/** Boxes and their events, over HTTP (observed in the server of March 2021). */
export const eventChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.events.first-event-is-create',
    title: 'the oldest stored event is the create event of the answer',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const answer = await driver.send(driver.me, 'GET', `/boxes/${box.id}/events`);
      t.expect.status(answer, 200);
      const last = listOf(t, answer).at(-1);
      const created = asRecord(box.body.last_event);
      t.expect.equal(
        [last?.type, last?.id],
        ['create', created.id],
        'type and id of the last element',
      );
    },
  },
  {
    requirement: 'misakey.events.contact-box-has-two-events',
    title: 'right after a contact HEAD counts two events',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const events = await driver.send(driver.me, 'HEAD', `/boxes/${box.id}/events`);
      t.expect.status(events, [204, 200]);
      t.expect.header(events, 'x-total-count', '2');
      const boxes = await driver.send(driver.me, 'HEAD', '/boxes/joined');
      t.expect.status(boxes, [204, 200]);
      t.expect.header(boxes, 'x-total-count', /^[1-9][0-9]*$/, 'a number above 0');
    },
  },
  {
    requirement: 'misakey.events.contacted-can-join',
    title: 'the contacted identity joins, and both sides are told',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const { mine, theirs } = await bothSides(driver);
      const answer = await postEvent(driver, driver.other, box, { type: 'member.join' });
      t.expect.status(answer, 201, { what: 'the contacted identity joining' });
      for (const feed of [mine, theirs]) {
        const { object } = await eventOn(t, feed, box, 'member.join');
        const seen = [object.content, object.referrer_id, asRecord(object.sender).id];
        t.expect.equal(seen, [null, null, driver.other.id], 'content, referrer_id and sender.id');
      }
    },
  },
  {
    requirement: 'misakey.events.join-only-once',
    title: 'a member cannot join again',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const again = await postEvent(driver, driver.other, box, { type: 'member.join' });
      await posted(t, driver, driver.other, box, textMessage(t));
      t.expect.status(again, 409, { tolerate: [400, 403], what: 'joining again' });
    },
  },
  {
    requirement: 'misakey.events.not-readable-before-join',
    title: 'the contacted identity cannot read the box before it has joined',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const paths = [`/boxes/${box.id}`, `/boxes/${box.id}/events`];
      const before: Exchange[] = [];
      for (const path of paths) before.push(await driver.send(driver.other, 'GET', path));
      await posted(t, driver, driver.other, box, { type: 'member.join' });
      for (const path of paths) {
        await t.given('reading the box after the join', async () => {
          t.expect.status(await driver.send(driver.other, 'GET', path), 200);
        });
      }
      for (const answer of before) {
        t.expect.status(answer, 403, { tolerate: 404, what: 'reading before the join' });
      }
    },
  },
  {
    requirement: 'misakey.events.joined-box-readable',
    title: 'after its join the contacted identity reads the box and is among its members',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const answer = await driver.send(driver.other, 'GET', `/boxes/${box.id}`);
      t.expect.status(answer, 200);
      const shown = answer.object();
      t.expect.equal(
        [shown.id, shown.title, shown.public_key],
        [box.id, box.title, box.plan.publicKey],
        'id, title and public_key of the box',
      );
      const members = await driver.send(driver.other, 'GET', `/boxes/${box.id}/members`);
      t.expect.status(members, 200);
      const ids = listOf(t, members).map((member) => String(member.id));
      t.expect.equal(ids.sort(), [driver.me.id, driver.other.id].sort(), 'the ids of the members');
    },
  },
  {
    requirement: 'misakey.events.public-info-by-share-hash',
    title: 'who has the share hash can read the title without credentials, nobody else',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const [box, strange] = [await driver.contacted(), await driver.contacted()];
      const read = (hash: unknown) =>
        t.send({
          method: 'GET',
          path: `/boxes/${box.id}/public?other_share_hash=${String(hash)}`,
        });
      const right = await read(box.plan.hash);
      t.expect.status(right, 200, { what: 'the right share hash' });
      const info = right.object();
      const creator = asRecord(info.creator);
      t.expect.equal(
        [info.title, creator.id, creator.identifier_value],
        [box.title, driver.me.id, ''],
        'title, creator.id and creator.identifier_value',
      );
      const tolerate = [400, 403];
      t.expect.status(await read(strange.plan.hash), 404, { tolerate, what: "another box's hash" });
      t.expect.status(await read(t.random.text(86)), 404, { tolerate, what: 'an unknown hash' });
    },
  },
  {
    requirement: 'misakey.events.settings-read-back',
    title: 'settings of a box are unmuted at first and read back as they were set',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const box = await driver.contacted();
      const path = `/box-users/${driver.me.id}/boxes/${box.id}/settings`;
      const read = async (): Promise<unknown> => {
        const answer = await driver.send(driver.me, 'GET', path);
        t.expect.status(answer, 200);
        return answer.object().muted;
      };
      t.expect.equal(await read(), false, 'muted before it was set');
      t.expect.status(await driver.send(driver.me, 'PUT', path, { muted: true }), [204, 200]);
      t.expect.equal(await read(), true, 'muted after it was set');
    },
  },
]);
