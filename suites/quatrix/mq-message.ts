import { asyncapi } from '../../specs/quatrix/documents.gen.js';
import { schemaSet } from '../../specs/schemas.js';
import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { Driver } from './driver.js';
import { isHttpDate } from './cursor.js';
import { catchUp, change, createListener, type Delivery, type Listener } from './listener.js';
import { dataOf, isObject, tellsOf, type Notification } from './notification.js';

const schemas = schemaSet(asyncapi);

/** One change of one user, delivered; the check is not judged without it. */
async function delivered(
  t: TestContext,
  driver: Driver,
  data?: readonly unknown[],
): Promise<Delivery & { readonly jobId: string }> {
  const listener = await createListener(t, driver, driver.first);
  const id = t.random.uuid();
  return t.given('a change that is delivered to its user', async () => {
    const first = await listener.open();
    const jobId = await change(t, [listener.user], data ?? [{ id }]);
    const wanted = data === undefined ? id : idOfFirst(data);
    return { ...(await listener.expect(wanted, 'a change is not delivered', first)), jobId };
  });
}

/** The same, read; the check is not judged when it is not JSON, which another one says. */
async function read(
  t: TestContext,
  driver: Driver,
  data?: readonly unknown[],
): Promise<{ notification: Notification; exchange: Exchange }> {
  const { notification, exchange } = await delivered(t, driver, data);
  return { notification: await readable(t, notification), exchange };
}

function readable(t: TestContext, notification: Notification | null): Promise<Notification> {
  return t.given('a notification that can be read as JSON', () =>
    Promise.resolve(notification ?? t.expect.fail('it is not JSON')),
  );
}

function idOfFirst(data: readonly unknown[]): string {
  const [first] = data;
  return isObject(first) && typeof first.id === 'string' ? first.id : '';
}

/** Every given member with its value, at every depth; members that were not given are ignored. */
function holds(actual: unknown, given: unknown): boolean {
  if (Array.isArray(given)) {
    const list: readonly unknown[] = given;
    return (
      Array.isArray(actual) &&
      actual.length === list.length &&
      list.every((entry, index) => holds((actual as unknown[])[index], entry))
    );
  }
  if (isObject(given)) {
    return (
      isObject(actual) && Object.entries(given).every(([name, value]) => holds(actual[name], value))
    );
  }
  return actual === given;
}

/** What a notification looks like (lines 122-131). */
export const mqMessageChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.mq.json-object',
    title: 'a notification is one JSON object',
    async run(t, driver) {
      const { exchange } = await delivered(t, driver);
      exchange.object();
    },
  },
  {
    requirement: 'quatrix.mq.one-object-per-answer',
    title: 'an answer carries one notification, even when two wait',
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      await catchUp(t, listener);
      const ids = new Set([t.random.uuid(), t.random.uuid()]);
      for (const id of ids) await change(t, [listener.user], [{ id }]);
      const seen = new Set<string>();
      for (let at = 0; at < 2; at += 1) {
        const found = await nextOf(t, listener, ids);
        seen.add(found);
      }
      t.expect.ok(seen.size === 2, 'the second poll brought the first notification again');
    },
  },
  {
    requirement: 'quatrix.mq.status-object',
    title: 'a notification has a status with errmsg and errcode',
    async run(t, driver) {
      const { status } = (await read(t, driver)).notification;
      t.expect.ok(isObject(status), 'status is not an object', {
        expected: '{"errmsg": …, "errcode": …}',
        actual: shown(status),
      });
      for (const member of ['errmsg', 'errcode']) {
        t.expect.ok(isObject(status) && member in status, `status has no member ${member}`);
      }
    },
  },
  {
    requirement: 'quatrix.mq.status-types',
    title: 'a successful change has the code 0 and a text',
    async run(t, driver) {
      const { status } = (await read(t, driver)).notification;
      const faults = schemas.at('/components/schemas/Notification/properties/status')(status);
      t.expect.ok(
        faults === null,
        `status of a notification departs from its schema: ${faults?.[0]?.message ?? ''}`,
      );
      const { errcode, errmsg } = status as Record<string, unknown>;
      if (errcode === null || errmsg === null) t.deviate('errcode or errmsg is null');
      if (errcode !== null) t.expect.equal(errcode, 0, 'errcode of a successful change');
    },
  },
  {
    requirement: 'quatrix.mq.job-id-present',
    title: 'a notification has the member job_id',
    async run(t, driver) {
      const { notification } = await read(t, driver);
      t.expect.ok('job_id' in notification, 'the notification has no member job_id', {
        expected: 'job_id at the top level',
        actual: `members ${Object.keys(notification).join(', ')}`,
      });
    },
  },
  {
    requirement: 'quatrix.mq.job-id-of-the-change',
    title: 'job_id names the job of the change, to every user',
    async run(t, driver) {
      const users = [driver.first, driver.second];
      const listeners = [
        await createListener(t, driver, driver.first),
        await createListener(t, driver, driver.second),
      ];
      const id = t.random.uuid();
      const polls = await Promise.all(listeners.map((listener) => listener.open()));
      const jobId = await change(t, users, [{ id }]);
      if (jobId === '') t.skip('the trigger names no job');
      for (const [index, listener] of listeners.entries()) {
        const delivery = await t.given('the change is delivered to both users', () =>
          listener.expect(id, 'it is not', polls[index]),
        );
        const notification = await readable(t, delivery.notification);
        if (notification.job_id === null) t.deviate('job_id is null');
        else t.expect.equal(notification.job_id, jobId, 'job_id');
      }
    },
  },
  {
    requirement: 'quatrix.mq.data-array',
    title: 'data is an array, for one object and for several',
    async run(t, driver) {
      for (const count of [1, 3]) {
        const data = Array.from({ length: count }, () => ({ id: t.random.uuid() }));
        const { notification } = await read(t, driver, data);
        t.expect.ok(Array.isArray(notification.data), 'data is not an array', {
          expected: `an array with an entry for each modified object, ${String(count)} in all`,
          actual: shown(notification.data),
        });
      }
    },
  },
  {
    requirement: 'quatrix.mq.data-complete',
    title: 'data holds every modified object',
    async run(t, driver) {
      const ids = Array.from({ length: 5 }, () => t.random.uuid());
      const { notification } = await read(
        t,
        driver,
        ids.map((id) => ({ id })),
      );
      const found = dataOf(notification).map((entry) => (isObject(entry) ? entry.id : entry));
      const missing = ids.filter((id) => !found.includes(id));
      t.expect.ok(missing.length === 0, 'objects of a change are missing in data', {
        expected: 'the five ids of the change',
        actual: `${String(ids.length - missing.length)} of them`,
      });
      if (found.length > ids.length) t.deviate('data holds further objects');
    },
  },
  {
    requirement: 'quatrix.mq.data-intact',
    title: 'data arrives unchanged, text beyond ASCII included',
    async run(t, driver) {
      const given = {
        id: t.random.uuid(),
        name: 'Größe Привет 🗂 日本',
        size: 1_234_567,
        shared: true,
        owner: null,
        path: { parts: ['Übung', 'Жук'], depth: { level: 2 } },
      };
      // Control: what is plain ASCII can be read.
      await read(t, driver);
      const { notification, exchange } = await delivered(t, driver, [given]);
      // What is plain could be read, so it is the text beyond ASCII that breaks it.
      t.expect.ok(notification !== null, 'text beyond ASCII makes the notification no JSON', {
        expected: 'JSON in UTF-8, its Content-Length counted in bytes',
        actual: exchange.text.slice(-200),
      });
      const found = dataOf(notification ?? {}).find(
        (entry) => isObject(entry) && entry.id === given.id,
      );
      t.expect.ok(holds(found, given), 'the object of a change arrived changed', {
        expected: JSON.stringify(given),
        actual: shown(found),
      });
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(exchange.body);
      } catch {
        t.expect.fail('the notification is not valid UTF-8');
      }
    },
  },
  {
    requirement: 'quatrix.mq.cursor-headers',
    title: 'a notification comes with Last-Modified and Etag',
    async run(t, driver) {
      const { exchange } = await delivered(t, driver);
      const date = exchange.header('last-modified');
      t.expect.ok(date !== null && isHttpDate(date), 'Last-Modified is no HTTP date', {
        expected: 'a date such as Thu, 01 Jan 2026 00:00:00 GMT',
        actual: date ?? 'no such header',
      });
      t.expect.header(exchange, 'etag', /\S/);
    },
  },
]);

/** The next answer with a notification: one JSON object that is one of these; returns its id. */
async function nextOf(
  t: TestContext,
  listener: Listener,
  ids: ReadonlySet<string>,
): Promise<string> {
  const { exchange } = await t.given('a waiting notification is delivered', async () => {
    const found = await listener.find(ids);
    return found ?? t.expect.fail('it is not');
  });
  const value: unknown = parsed(exchange.text);
  const told = isObject(value) ? [...ids].filter((id) => tellsOf(value, id)) : [];
  const [id] = told;
  if (id !== undefined && told.length === 1) return id;
  return t.expect.fail('an answer does not carry exactly one notification', {
    expected: 'one JSON object, one of the two that wait',
    actual: exchange.text.slice(0, 300),
  });
}

/** A value for a message; what is absent has no JSON. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 300);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
