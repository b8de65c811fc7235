import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver, MadeBox } from './driver.js';
import { joinedBox, listOf, posted, textMessage } from './events.js';
import { ackText, messageOf } from './feed.js';
import { expectMessage } from './judging.js';

/** The count of new events of the second identity in a box. */
async function newEvents(t: TestContext, driver: Driver, box: MadeBox): Promise<unknown> {
  const answer = await driver.send(driver.other, 'GET', '/boxes/joined');
  t.expect.status(answer, 200);
  const found = listOf(t, answer).find((entry) => entry.id === box.id);
  t.expect.ok(found !== undefined, 'the list of joined boxes lacks a box that was joined');
  return found?.events_count;
}

/** A box in which the second identity has one new message. */
async function boxWithNews(t: TestContext, driver: Driver): Promise<MadeBox> {
  const { box } = await joinedBox(t, driver);
  await posted(t, driver, driver.me, box, textMessage(t));
  return box;
}

/** Acknowledgements (a document on realtime messages, and the server of March 2021). */
export const ackChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.ack.echoed-to-own-sockets',
    title: 'an ack comes back on all sockets of its identity',
    async run(t, driver) {
      const [first, second] = [await driver.open(driver.me), await driver.open(driver.me)];
      const boxId = t.random.uuid();
      const ack = ackText(driver.me.id, boxId);
      first.socket.send(ack);
      for (const feed of [first, second]) {
        const frame = await feed.socket.waitFor('the ack', (_, text) => text.includes(boxId));
        expectMessage(t, 'ack', frame);
        t.expect.equal(frame, JSON.parse(ack), 'the ack that came back');
      }
    },
  },
  {
    requirement: 'misakey.ack.resets-new-event-count',
    title: 'an ack sets the count of new events to 0',
    async run(t, driver) {
      const box = await boxWithNews(t, driver);
      const feed = await driver.open(driver.other);
      t.expect.equal(await newEvents(t, driver, box), 1, 'events_count after a message by another');
      feed.socket.send(ackText(driver.other.id, box.id));
      await feed.barrier();
      t.expect.equal(await newEvents(t, driver, box), 0, 'events_count after the ack');
    },
  },
  {
    requirement: 'misakey.ack.http-reset-is-silent',
    title: 'the HTTP way to acknowledge resets the count and sends nothing',
    async run(t, driver) {
      const box = await boxWithNews(t, driver);
      const feed = await driver.open(driver.other);
      t.expect.equal(await newEvents(t, driver, box), 1, 'events_count after a message by another');
      const path = `/boxes/${box.id}/new-events-count/ack`;
      const reset = await driver.send(driver.other, 'PUT', path, { identity_id: driver.other.id });
      t.expect.status(reset, [204, 200]);
      t.expect.equal(await newEvents(t, driver, box), 0, 'events_count after the reset');
      const acks = (await feed.settled(box.id)).filter(
        (text) => messageOf(JSON.parse(text)).type === 'ack',
      );
      t.expect.equal(acks.length, 0, 'the number of acks on the socket');
    },
  },
  {
    requirement: 'misakey.ack.foreign-sender-ignored',
    title: 'an ack that names another identity has no effect on it',
    async run(t, driver) {
      const [mine, theirs] = [await driver.open(driver.me), await driver.open(driver.other)];
      const [foreign, own] = [t.random.uuid(), t.random.uuid()];
      mine.socket.send(ackText(driver.other.id, foreign));
      mine.socket.send(ackText(driver.me.id, own));
      await t.given("the sender's own ack coming back", () =>
        mine.socket.waitFor('the ack', (_, text) => text.includes(own)),
      );
      const delivered = await theirs.settled(foreign);
      if (delivered.length > 0) t.deviate('an ack that names another identity was delivered to it');
    },
  },
  {
    requirement: 'misakey.ack.unusable-frames-ignored',
    title: 'text that is not JSON and messages of unknown type are ignored',
    async run(t, driver) {
      const feed = await driver.open(driver.me);
      const { socket, person } = feed;
      const marker = t.random.uuid();
      const object = { sender_id: person.id, box_id: marker };
      const frames = [
        `not JSON ${marker}`,
        'null',
        JSON.stringify([marker]),
        JSON.stringify({ type: 'countersign.unknown', object }),
        JSON.stringify({ type: 'ACK', object }),
        JSON.stringify({ type: 'ack', sender_id: person.id, box_id: marker }),
      ];
      for (const frame of frames) {
        const before = socket.frames.length;
        socket.send(frame);
        await feed.barrier();
        const replies = socket.frames.slice(before).filter((text) => isReply(text, marker, frame));
        t.expect.equal(replies, [], `the answers to the frame ${JSON.stringify(frame)}`);
      }
      const box = await driver.contacted();
      await socket.waitFor('a message about a new box, after all these frames', (_, text) =>
        text.toLowerCase().includes(box.id),
      );
    },
  },
]);

/** Types of messages that may come at any time, because of what others do. */
const unsolicited: ReadonlySet<unknown> = new Set([
  'event.new',
  'notification',
  'box.delete',
  'box.settings',
  'file.saved',
  'ack',
]);

/** True for an answer to a frame, as against news that happened to arrive. */
function isReply(text: string, marker: string, sent: string): boolean {
  if (text.includes(marker) || text === sent) return true;
  try {
    const { type } = messageOf(JSON.parse(text));
    return !unsolicited.has(type) && /error|invalid|unknown|bad/i.test(text);
  } catch {
    return true;
  }
}
