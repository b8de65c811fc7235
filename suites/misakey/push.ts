import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver, MadeBox } from './driver.js';
import { asRecord, isEvent, isNotification, messageOf, type Feed, type Message } from './feed.js';
import { expectMessage, expectUuid } from './judging.js';

/**
 * Waits for a message about a box in whatever form: its raw text holds the box's id. A message
 * with the title alone is tolerated.
 */
export async function announced(t: TestContext, feed: Feed, box: MadeBox): Promise<void> {
  if ((await feed.maybe(box.id)) !== null) return;
  if (feed.about(box.title).length > 0) {
    t.deviate('the message about the new box carries its title, and no box id');
    return;
  }
  t.expect.fail(`the contacted identity's socket received nothing about the new box ${box.id}`, {
    expected: `a message that holds the box id within ${String(t.patienceMs / 1_000)} s`,
    actual: `${String(feed.socket.frames.length)} other messages`,
  });
}

/** An invitation in either form that was seen. */
export function isInvitation(message: Message): boolean {
  return isNotification('box.auto_invite')(message) || message.type === 'box.auto_invite';
}

/** All strings in a value under a name that ends in title. */
function titlesIn(value: unknown, name = ''): readonly string[] {
  if (typeof value === 'string') return name.endsWith('title') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((entry) => titlesIn(entry));
  return Object.entries(asRecord(value)).flatMap(([key, inner]) => titlesIn(inner, key));
}

function countOf(frames: readonly string[], fits: (message: Message) => boolean): number {
  return frames.filter((text) => fits(parsed(text))).length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parsed(text: string): Message {
  try {
    return messageOf(JSON.parse(text));
  } catch {
    return messageOf(null);
  }
}

/** What is announced, to whom, how often and in which order ("Box Realtime", line 9). */
export const pushChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.push.contacted-identity-notified',
    title: 'an open socket of the contacted identity receives a message about the new box',
    async run(t, driver) {
      const feed = await driver.open(driver.other);
      await announced(t, feed, await driver.contacted());
    },
  },
  {
    requirement: 'misakey.push.consecutive-notifications',
    title: 'one socket receives a message for each of three contacts in a row',
    async run(t, driver) {
      const feed = await driver.open(driver.other);
      for (let round = 0; round < 3; round += 1) await announced(t, feed, await driver.contacted());
    },
  },
  {
    requirement: 'misakey.push.isolated-between-identities',
    title: 'the caller is not invited, and a third identity learns nothing',
    async run(t, driver) {
      const [mine, theirs] = [await driver.open(driver.me), await driver.open(driver.other)];
      const third = driver.third === null ? null : await driver.open(driver.third);
      const box = await driver.contacted();
      await t.given('the contacted identity being told', async () => {
        const arrived =
          (await theirs.maybe(box.id)) ?? (await theirs.maybe(box.title, undefined, 1));
        t.expect.ok(arrived !== null, 'nothing arrived');
      });
      const own = await mine.settled(box.id, box.title);
      t.expect.equal(
        countOf(own, isInvitation),
        0,
        "the number of invitations on the caller's socket",
      );
      if (third === null) return;
      const strange = await third.settled(box.id, box.title);
      t.expect.equal(strange.length, 0, 'the number of messages on the socket of a third identity');
    },
  },
  {
    requirement: 'misakey.push.reopened-socket-receives',
    title: 'a socket opened after an earlier one was closed receives what happens from then on',
    async run(t, driver) {
      const first = await driver.open(driver.other);
      first.socket.close();
      await t.given('closing the first socket', () => first.socket.closed());
      const second = await driver.open(driver.other);
      await announced(t, second, await driver.contacted());
    },
  },
  {
    requirement: 'misakey.push.sibling-close-harmless',
    title: 'closing one of two sockets leaves the other one its messages',
    async run(t, driver) {
      const [stays, goes] = [await driver.open(driver.other), await driver.open(driver.other)];
      goes.socket.close();
      await t.given('closing one of two sockets', () => goes.socket.closed());
      await announced(t, stays, await driver.contacted());
    },
  },
  {
    requirement: 'misakey.push.non-ascii-intact',
    title: 'a title with characters of 2, 3 and 4 bytes arrives intact',
    async run(t, driver) {
      const feed = await driver.open(driver.other);
      const title = `é 日本 🔐 ${t.random.text(12)}`;
      const box = await driver.contacted(driver.plan({ title }));
      const message = await feed.waitFor(`a message with the box id ${box.id}`, box.id);
      const [raw = ''] = feed.about(box.id);
      t.expect.ok(
        !raw.startsWith('{') || isJson(raw),
        'the message about the box is cut-off JSON',
        {
          expected: 'a whole JSON object',
          actual: raw.slice(-80),
        },
      );
      const titles = titlesIn(message.object);
      if (titles.length === 0) t.deviate('the message about the box does not carry its title');
      for (const shown of titles) t.expect.equal(shown, title, 'the title in the message');
      const next = await driver.contacted();
      await feed.waitFor('a message about the next box, after the one with such a title', next.id);
    },
  },
  {
    requirement: 'misakey.push.text-frame-envelope',
    title: 'each message is a text frame with a JSON object of type and object',
    async run(t, driver) {
      const [mine, theirs] = [await driver.open(driver.me), await driver.open(driver.other)];
      const box = await driver.contacted();
      // A text in hex, as binary frames are kept, holds no id: they are looked for as well.
      const hex = Buffer.from(box.id).toString('hex');
      for (const [side, feed] of [
        ['caller', mine],
        ['contacted identity', theirs],
      ] as const) {
        await feed.socket.waitFor(
          `a message about the box on the socket of the ${side}`,
          (_, text) => text.toLowerCase().includes(box.id) || text.includes(hex),
        );
        for (const text of [
          ...feed.about(box.id, hex),
          ...feed.about(feed.person.id).slice(0, 1),
        ]) {
          expectEnvelope(t, text);
        }
      }
    },
  },
  {
    requirement: 'misakey.push.every-socket-receives',
    title: 'both of two sockets of the contacted identity receive the message',
    async run(_t, driver) {
      const feeds = [await driver.open(driver.other), await driver.open(driver.other)];
      const box = await driver.contacted();
      for (const feed of feeds) {
        await feed.waitFor('a message about the new box on each of two sockets', box.id);
      }
    },
  },
  {
    requirement: 'misakey.push.delivered-once',
    title: 'each side receives its message once',
    async run(t, driver) {
      const [mine, theirs] = [await driver.open(driver.me), await driver.open(driver.other)];
      const box = await driver.contacted();
      await theirs.waitFor('the invitation', box.id, isInvitation);
      await mine.waitFor('the create event', box.id, isEvent('create'));
      const invitations = countOf(await theirs.settled(box.id), isInvitation);
      t.expect.equal(invitations, 1, 'the number of invitations on the contacted side');
      const creations = countOf(await mine.settled(box.id), isEvent('create'));
      t.expect.equal(creations, 1, "the number of create events on the caller's side");
    },
  },
  {
    requirement: 'misakey.push.no-replay',
    title: 'what was published while no socket was open is not delivered later',
    alone: 'in-run',
    async run(t, driver) {
      const [first, mine] = [await driver.open(driver.other), await driver.open(driver.me)];
      first.socket.close();
      await t.given('closing the socket', () => first.socket.closed());
      const missed = await driver.contacted();
      // Pushes may come after the answer: the time to publish this one has to pass first.
      await mine.maybe(missed.id);
      await mine.settled(missed.id);
      const second = await driver.open(driver.other);
      const next = await driver.contacted();
      await t.given('the next contact being announced', () =>
        second.waitFor('a message about the next box', next.id),
      );
      const replayed = await second.settled(missed.id, missed.title);
      t.expect.equal(replayed.length, 0, 'the number of messages about a box made before opening');
    },
  },
  {
    requirement: 'misakey.push.creation-order-kept',
    title: 'five contacts in a row are announced in that order',
    async run(t, driver) {
      const feed = await driver.open(driver.other);
      const boxes: MadeBox[] = [];
      for (let round = 0; round < 5; round += 1) boxes.push(await driver.contacted());
      for (const box of boxes) await feed.waitFor('a message about each of five boxes', box.id);
      const places = boxes.map((box) =>
        feed.socket.frames.findIndex((text) => text.toLowerCase().includes(box.id)),
      );
      t.expect.equal(
        places,
        [...places].sort((a, b) => a - b),
        'the order of the messages about five boxes made one after the other',
      );
    },
  },
  {
    requirement: 'misakey.push.creator-gets-create-event',
    title: 'the caller receives the create event of the answer',
    async run(t, driver) {
      const feed = await driver.open(driver.me);
      const box = await driver.contacted();
      const message = await feed.waitFor('event.new of type create', box.id, isEvent('create'));
      expectMessage(t, 'boxEvent', message);
      const { object } = message;
      t.expect.equal(object.id, asRecord(box.body.last_event).id, 'object.id (last_event.id)');
      t.expect.equal(object.box_id, box.id, 'object.box_id');
      t.expect.equal(asRecord(object.content).title, box.title, 'object.content.title');
      t.expect.equal(object.owner_org_id, box.body.owner_org_id, 'object.owner_org_id');
    },
  },
  {
    requirement: 'misakey.push.auto-invite-notification',
    title: 'the invitation is a notification of type box.auto_invite with the data of the box',
    async run(t, driver) {
      const feed = await driver.open(driver.other);
      const box = await driver.contacted();
      const message = await feed.waitFor('the invitation', box.id, isInvitation);
      if (message.type === 'box.auto_invite') {
        t.deviate('the invitation is a message type of its own in place of a notification');
        return;
      }
      expectMessage(t, 'notification', message);
      const { object } = message;
      t.expect.ok(Number.isInteger(object.id), 'object.id of a notification must be an integer');
      t.expect.equal(object.acknowledged_at, null, 'object.acknowledged_at');
      const details = asRecord(object.details);
      t.expect.equal(details.box_id, box.id, 'details.box_id');
      t.expect.equal(details.box_title, box.title, 'details.box_title');
      t.expect.equal(details.owner_org_id, box.body.owner_org_id, 'details.owner_org_id');
      expectUuid(t, details.cryptoaction_id, 'details.cryptoaction_id');
    },
  },
  {
    requirement: 'misakey.push.no-box-event-before-join',
    title: 'before its join the contact gets no event of the box, the caller only the create event',
    async run(t, driver) {
      const [mine, theirs] = [await driver.open(driver.me), await driver.open(driver.other)];
      const box = await driver.contacted();
      await t.given('both sides being told of the contact', async () => {
        await theirs.waitFor('a message about the new box', box.id);
        await mine.waitFor('the create event', box.id, isEvent('create'));
      });
      const isAny = (message: Message) => message.type === 'event.new';
      const seen = countOf(await theirs.settled(box.id), isAny);
      t.expect.equal(seen, 0, 'the number of event.new of the box on the contacted side');
      const others = (message: Message) => isAny(message) && message.object.type !== 'create';
      const extra = countOf(await mine.settled(box.id), others);
      t.expect.equal(extra, 0, 'the number of event.new other than create on the caller side');
    },
  },
  {
    requirement: 'misakey.push.event-object-members',
    title: 'the object of event.new has the members of a box event',
    async run(t, driver) {
      const feed = await driver.open(driver.me);
      const box = await driver.contacted();
      const message = await t.given('the create event arriving', () =>
        feed.waitFor('event.new', box.id, (candidate) => candidate.type === 'event.new'),
      );
      expectMessage(t, 'boxEvent', message);
      for (const member of ['id', 'box_id', 'owner_org_id']) {
        expectUuid(t, message.object[member], `object.${member}`);
      }
      for (const member of ['content', 'referrer_id']) {
        t.expect.ok(member in message.object, `object.${member} must be present, even when null`);
      }
    },
  },
]);

function expectEnvelope(t: TestContext, text: string): void {
  t.expect.ok(!text.startsWith('(binary)'), 'a message came as a binary frame, not as text');
  const value: unknown = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return t.expect.fail('a message is not JSON', { expected: 'JSON', actual: text });
    }
  })();
  const { type, object } = asRecord(value);
  t.expect.ok(
    typeof type === 'string' && typeof object === 'object' && object !== null,
    'a message lacks a string type or an object named object',
    { expected: '{"type": "…", "object": {…}}', actual: text.slice(0, 200) },
  );
}
