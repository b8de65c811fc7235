import { defineArea } from '../../../../suites/engine/check.js';
import type { GreeterDriver } from './driver.js';

export const greetingChecks = defineArea<GreeterDriver>(import.meta.url, [
  {
    requirement: 'greeter.greetings.by-name',
    title: 'a greeting holds the name it was made for',
    run: async (t, driver) => {
      const name = `Ann ${String(t.unique())}`;
      const exchange = await t.send(driver.greeting(name));
      t.expect.status(exchange, 201);
      const greeting = t.expect.text(exchange.object().text, 'member text');
      t.expect.ok(greeting.includes(name), 'the greeting does not hold the name', {
        expected: name,
        actual: greeting,
      });
    },
  },
  {
    requirement: 'greeter.greetings.read-back',
    title: 'a greeting reads the same again, and an unknown one is a 404',
    run: async (t, driver) => {
      const made = await driver.greet('Bob');
      const read = await t.send(driver.reading(made.id));
      t.expect.status(read, 200);
      t.expect.equal(read.object().text, made.text, 'the text');
      t.expect.status(await t.send(driver.reading(999_999)), 404);
    },
  },
  {
    requirement: 'greeter.greetings.mailed',
    title: 'a greeting reaches the mailbox of the name',
    run: async (t, driver) => {
      const name = `carl-${String(t.unique())}@greeter.test`;
      const made = await driver.greet(name);
      const message = await t.inbox.maybeNext('email', name);
      t.expect.equal(message?.body, made.text, 'the mail');
    },
  },
  {
    requirement: 'greeter.greetings.from-outside',
    title: 'a greeting from outside is like any other',
    run: async (t, driver) => {
      const before = await driver.greet('Dora');
      await t.trigger({ event: 'greet', affects: ['Emil'] });
      const found = (await driver.next(before.id)).json() as { text: string }[];
      t.expect.ok(
        found.some(({ text }) => text.includes('Emil')),
        'Emil was not greeted',
      );
    },
  },
  {
    requirement: 'greeter.live.frame-per-greeting',
    title: 'a watcher receives each greeting as one frame',
    run: async (t, driver) => {
      const socket = await driver.watch();
      const made = await driver.greet(`Fay ${String(t.unique())}`);
      const isIt = (frame: unknown): boolean => (frame as { id?: number }).id === made.id;
      const frame = await socket.waitFor('the greeting', isIt);
      t.expect.equal((frame as { text?: unknown }).text, made.text, 'the text of the frame');
    },
  },
  {
    requirement: 'greeter.live.needs-token',
    title: 'a watcher without a token is refused',
    run: async (t, driver) => {
      await driver.watch();
      const outcome = await t.openSocket('/greeter/live', { headers: {} });
      if ('socket' in outcome) t.expect.fail('an unknown watcher was let in');
      else t.expect.equal(outcome.refused.status, 401, 'the status');
    },
  },
  {
    requirement: 'greeter.poll.held',
    title: 'a poll is answered by the next greeting, not before it',
    alone: 'in-run',
    run: async (t, driver) => {
      const last = await driver.greet('Gus');
      const poll = driver.next(last.id);
      // Requests that go and come meanwhile leave the poll the time to be answered too early.
      for (let round = 0; round < 3; round += 1) await t.send(driver.reading(last.id));
      const made = await driver.greet('Hal');
      const ids = ((await poll).json() as { id: number }[]).map(({ id }) => id);
      t.expect.equal(ids, [made.id], 'what the poll tells');
    },
  },
  {
    requirement: 'greeter.poll.ends-empty',
    title: 'a poll ends with an empty list when its time is over',
    alone: 'in-run',
    run: async (t, driver) => {
      const last = await driver.greet('Ida');
      const poll = driver.next(last.id);
      for (let round = 0; round < 20; round += 1) {
        await t.advanceClock('1h');
        const first = await Promise.race([poll, new Promise((resolve) => setTimeout(resolve, 50))]);
        if (first !== undefined) break;
      }
      t.expect.equal((await poll).json(), [], 'the poll');
    },
  },
]);
