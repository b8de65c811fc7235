import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver, MadeBox } from './driver.js';
import { asRecord } from './feed.js';
import { expectIdentityView, expectUuid } from './judging.js';
import { apart, nanosecondsOf } from './time.js';

const lastEvent = (box: MadeBox): Readonly<Record<string, unknown>> =>
  asRecord(box.body.last_event);

/**
 * A member of the answer that must be of some form says little about a server that answers every
 * contact alike: two contacts must differ first.
 */
async function twoBoxes(t: TestContext, driver: Driver): Promise<readonly [MadeBox, MadeBox]> {
  const boxes = [await driver.contacted(), await driver.contacted()] as const;
  await t.given('two contacts being answered with their own titles', () => {
    for (const box of boxes) t.expect.equal(box.body.title, box.title, 'title');
    return Promise.resolve();
  });
  return boxes;
}

function expectTime(t: TestContext, value: unknown, what: string): string {
  const text = t.expect.text(value, what);
  t.expect.ok(nanosecondsOf(text) !== null, `${what} is no RFC 3339 time`, {
    expected: 'such as 2020-06-12T13:38:32.142857839Z',
    actual: text,
  });
  return text;
}

/** The answer to a contact ("Box Realtime", lines 73-114). */
export const resultChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.result.box-and-event-ids-are-uuids',
    title: 'id and last_event.id are UUIDs, and differ',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      const id = expectUuid(t, box.body.id, 'id');
      const eventId = expectUuid(t, lastEvent(box).id, 'last_event.id');
      t.expect.notEqual(
        eventId.toLowerCase(),
        id.toLowerCase(),
        'last_event.id and the id of the box',
      );
    },
  },
  {
    requirement: 'misakey.result.box-id-fresh',
    title: 'every contact creates its own box and event',
    async run(t, driver) {
      const [first, second] = await twoBoxes(t, driver);
      t.expect.notEqual(second.id, first.id, 'id of a second contact');
      t.expect.text(lastEvent(first).id, 'last_event.id');
      t.expect.notEqual(
        lastEvent(second).id,
        lastEvent(first).id,
        'last_event.id of a second contact',
      );
    },
  },
  {
    requirement: 'misakey.result.times-are-rfc3339',
    title: 'server_created_at and server_event_created_at are RFC 3339 times',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      expectTime(t, box.body.server_created_at, 'server_created_at');
      expectTime(t, lastEvent(box).server_event_created_at, 'last_event.server_event_created_at');
    },
  },
  {
    requirement: 'misakey.result.public-key-echoed',
    title: 'public_key is the one of the request',
    async run(t, driver) {
      for (const box of [await driver.contacted(), await driver.contacted()]) {
        t.expect.equal(box.body.public_key, box.plan.publicKey, 'public_key');
        expectUuid(t, box.body.id, 'id');
      }
    },
  },
  {
    requirement: 'misakey.result.title-verbatim',
    title: 'title is the one of the request, character for character',
    async run(t, driver) {
      const word = t.random.text(8);
      for (const title of [
        `Plain ${word}`,
        `é 日本 🔐 ${word}`,
        `<b> & "quoted" 'too' ${word}`,
        `  ${word}  `,
      ]) {
        const box = await driver.contacted(driver.plan({ title }));
        expectUuid(t, box.body.id, 'id');
        if (title !== title.trim() && box.body.title === title.trim()) {
          t.deviate('blanks at the ends of a title are removed');
          continue;
        }
        t.expect.equal(box.body.title, title, 'title');
      }
    },
  },
  {
    requirement: 'misakey.result.access-mode-public',
    title: 'the box of a contact is public',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      t.expect.equal(box.body.access_mode, 'public', 'access_mode');
    },
  },
  {
    requirement: 'misakey.result.owner-org-id-uuid',
    title: 'owner_org_id is a UUID',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      expectUuid(t, box.body.owner_org_id, 'owner_org_id');
    },
  },
  {
    requirement: 'misakey.result.creator-is-caller',
    title: 'the creator is the caller',
    async run(t, driver) {
      const box = await driver.contacted();
      t.expect.equal(asRecord(box.body.creator).id, driver.me.id, 'creator.id');
    },
  },
  {
    requirement: 'misakey.result.creator-identity-view',
    title: 'creator has the five members of an identity view',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      expectIdentityView(t, box.body.creator, 'creator');
    },
  },
  {
    requirement: 'misakey.result.creator-identifier-shown',
    title: 'the caller sees its own identifier in creator',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      const creator = asRecord(box.body.creator);
      for (const member of ['identifier_value', 'identifier_kind']) {
        const shown = t.expect.text(creator[member], `creator.${member}`);
        t.expect.ok(shown !== '', `creator.${member} is empty for the creator itself`);
      }
    },
  },
  {
    requirement: 'misakey.result.last-event-is-create',
    title: 'the answer shows the create event that the box starts with',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      t.expect.equal(lastEvent(box).type, 'create', 'last_event.type');
    },
  },
  {
    requirement: 'misakey.result.last-event-content',
    title: 'the create event has the title and the public key of the box',
    async run(t, driver) {
      const box = await driver.contacted();
      const content = asRecord(lastEvent(box).content);
      t.expect.equal(content.title, box.plan.title, 'last_event.content.title');
      t.expect.equal(content.public_key, box.plan.publicKey, 'last_event.content.public_key');
    },
  },
  {
    requirement: 'misakey.result.last-event-sender',
    title: 'the create event was sent by the caller',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      const { sender } = lastEvent(box);
      expectIdentityView(t, sender, 'last_event.sender');
      t.expect.equal(asRecord(sender).id, asRecord(box.body.creator).id, 'last_event.sender.id');
    },
  },
  {
    requirement: 'misakey.result.parallel-requests-independent',
    title: 'eight contacts made at the same time do not mix',
    async run(t, driver) {
      await driver.csrf();
      await driver.spelling();
      const boxes = await Promise.all(Array.from({ length: 8 }, () => driver.contacted()));
      for (const box of boxes) {
        const content = asRecord(lastEvent(box).content);
        const shown = [box.body.title, box.body.public_key, content.title, content.public_key];
        const { title, publicKey } = box.plan;
        t.expect.equal(
          shown,
          [title, publicKey, title, publicKey],
          'title and public_key of two answers to requests at once',
        );
      }
      const ids = new Set(boxes.map((box) => box.id));
      t.expect.equal(ids.size, boxes.length, 'the number of different box ids');
    },
  },
  {
    requirement: 'misakey.result.times-agree',
    title: 'the box and its create event have the same time',
    async run(t, driver) {
      const [box] = await twoBoxes(t, driver);
      const [a, b] = await t.given('both being times', () =>
        Promise.resolve([
          expectTime(t, box.body.server_created_at, 'server_created_at'),
          expectTime(t, lastEvent(box).server_event_created_at, 'server_event_created_at'),
        ] as const),
      );
      const distance = apart(a, b) ?? 0n;
      if (distance <= 1_000n) return;
      if (distance <= 1_000_000_000n) {
        t.deviate(`the box and its create event are ${String(distance)} ns apart`);
        return;
      }
      t.expect.fail('the box and its create event have different times', {
        expected: 'equal to within 1 microsecond',
        actual: `${a} and ${b}`,
      });
    },
  },
]);
