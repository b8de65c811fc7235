import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver } from './driver.js';
import { catchUp, change, createListener, type Listener } from './listener.js';
import { brings, notificationsOf, tellsOf } from './notification.js';
import { answerWithin, isEmptyAnswer, isRefusedPoll, openPollIn } from './poll.js';
import { timesOf } from './times.js';

/** What two polls that are open at the same time are told of one change. */
interface TwoPolls {
  /** How many of them were answered with it. */
  readonly told: number;
  /** How many were ended with 409. */
  readonly conflict: number;
  /** True when one of them had ended empty by the time of the change. */
  readonly cutShort: boolean;
}

/** Holds two polls open on a channel without a backlog, and makes a change. */
async function tellTwo(t: TestContext, listener: Listener): Promise<TwoPolls> {
  await catchUp(t, listener);
  const polls = [await listener.open(), await listener.open()];
  const early = await Promise.all(polls.map((poll) => answerWithin(poll, timesOf(t).refusal)));
  const conflict = early.filter((answer) => answer?.status === 409).length;
  const id = t.random.uuid();
  await change(t, [listener.user], [{ id }]);
  const ended = await Promise.all(polls.map((poll) => answerWithin(poll, 0)));
  const cutShort = ended.some((answer) => answer !== null && isEmptyAnswer(answer));
  const answers = await Promise.all(polls.map((poll) => answerWithin(poll, timesOf(t).delivery)));
  for (const poll of polls) poll.giveUp();
  const told = answers.filter((answer) => answer !== null && brings(answer, id)).length;
  return { told, conflict, cutShort };
}

/**
 * Watches a listener for some time and fails when this notification comes.
 * @param what the sentence of the failure
 */
async function nothingOf(
  t: TestContext,
  listener: Listener,
  id: string,
  what: string,
): Promise<void> {
  const { quiet } = timesOf(t);
  const found = await listener.find(id, { timeoutMs: quiet });
  t.expect.ok(found === null, what, {
    expected: `nothing of ${id} in ${String(quiet / 1000)} s`,
    actual: found?.exchange.text.slice(0, 200) ?? '',
  });
}

/** Who is told, and that nothing is lost. */
export const mqDeliveryChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.mq.all-affected-notified',
    title: 'every user affected by a change is told',
    async run(t, driver) {
      const one = await createListener(t, driver, driver.first);
      const other = await createListener(t, driver, driver.second);
      for (const users of [
        [driver.first, driver.second],
        [driver.second, driver.first],
      ]) {
        const id = t.random.uuid();
        const polls = [await one.open(), await other.open()] as const;
        await change(t, users, [{ id }]);
        await one.expect(id, 'a user affected by a change is not told', polls[0]);
        await other.expect(id, 'a second user affected by a change is not told', polls[1]);
      }
    },
  },
  {
    requirement: 'quatrix.mq.unaffected-not-notified',
    title: 'a user who is not affected is not told',
    async run(t, driver) {
      const one = await createListener(t, driver, driver.first);
      const other = await createListener(t, driver, driver.second);
      const id = t.random.uuid();
      const polls = [await one.open(), await other.open()] as const;
      await change(t, [driver.first], [{ id }]);
      await t.given('the user who is affected is told', () =>
        one.expect(id, 'the change is not delivered', polls[0]),
      );
      const what = 'a user was told of a change that affects somebody else';
      const found = await other.find(id, { timeoutMs: timesOf(t).quiet, first: polls[1] });
      t.expect.ok(found === null, what);
      await nothingOf(t, other, id, `${what} by the next poll`);
    },
  },
  {
    requirement: 'quatrix.mq.unknown-id-gets-nothing',
    title: 'an id of nobody receives nothing',
    async run(t, driver) {
      const one = await createListener(t, driver, driver.first);
      const id = t.random.uuid();
      const stranger = await openPollIn(t, driver, one.mode, one.session, { id: t.random.uuid() });
      const first = await one.open();
      await answerWithin(stranger, timesOf(t).refusal);
      await change(t, [driver.first], [{ id }]);
      await t.given('the user who is affected is told', () =>
        one.expect(id, 'the change is not delivered', first),
      );
      const answer = await answerWithin(stranger, timesOf(t).quiet);
      stranger.giveUp();
      if (answer === null || isEmptyAnswer(answer)) return;
      t.expect.ok([400, 401, 403, 404].includes(answer.status), 'an id of nobody got an answer', {
        expected: 'a held poll, an empty answer, or a refusal with 400, 401, 403 or 404',
        actual: `status ${String(answer.status)}, body: ${answer.text.slice(0, 200)}`,
      });
    },
  },
  {
    requirement: 'quatrix.mq.change-between-polls',
    title: 'a change while no poll is open is delivered by the next one',
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      await catchUp(t, listener);
      const id = t.random.uuid();
      await change(t, [listener.user], [{ id }]);
      await listener.expect(id, 'a change between two polls is lost');
    },
  },
  {
    requirement: 'quatrix.mq.two-changes-between-polls',
    title: 'several changes between two polls are all delivered',
    alone: 'in-system',
    timeoutMs: 40_000,
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      await catchUp(t, listener);
      const ids = [t.random.uuid(), t.random.uuid(), t.random.uuid()];
      await Promise.all(ids.map((id) => change(t, [listener.user], [{ id }])));
      const missing = new Set(ids);
      const end = performance.now() + timesOf(t).delivery;
      while (missing.size > 0) {
        const timeoutMs = end - performance.now();
        const found = timeoutMs <= 0 ? null : await listener.find(missing, { timeoutMs });
        if (found === null) {
          return t.expect.fail('changes between two polls are lost', {
            expected: 'three notifications',
            actual: `${String(3 - missing.size)} of them`,
          });
        }
        for (const id of ids) if (brings(found.exchange, id)) missing.delete(id);
      }
    },
  },
  {
    requirement: 'quatrix.mq.aborted-poll-loses-nothing',
    title: 'a change is not lost to a poll that was given up',
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      await catchUp(t, listener);
      const poll = await listener.open();
      const early = await answerWithin(poll, timesOf(t).refusal);
      if (early !== null) listener.take(early);
      poll.giveUp();
      await new Promise((resolve) => setTimeout(resolve, timesOf(t).afterAbort));
      const id = t.random.uuid();
      await change(t, [listener.user], [{ id }]);
      await listener.expect(id, 'a change went to a poll that its client had closed');
    },
  },
  {
    requirement: 'quatrix.mq.in-order',
    title: 'notifications come in the order of the changes',
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      await catchUp(t, listener);
      const ids = [t.random.uuid(), t.random.uuid(), t.random.uuid()];
      for (const id of ids) await change(t, [listener.user], [{ id }]);
      const order: string[] = [];
      for (let missing = new Set(ids); missing.size > 0;) {
        const found = await t.given('all three changes are delivered', async () => {
          const delivery = await listener.find(missing);
          return delivery ?? t.expect.fail('one of them is not');
        });
        for (const entry of notificationsOf(found.exchange) ?? []) {
          order.push(...ids.filter((id) => missing.has(id) && tellsOf(entry, id)));
        }
        // In a body that cannot be read the order inside it cannot be seen either.
        order.push(...ids.filter((id) => !order.includes(id) && brings(found.exchange, id)));
        missing = new Set(ids.filter((id) => !order.includes(id)));
      }
      t.expect.equal(
        order.map((id) => ids.indexOf(id) + 1),
        [1, 2, 3],
        'the order in which three changes were delivered',
      );
    },
  },
  {
    requirement: 'quatrix.mq.delivered-once',
    title: 'a poll with the cursor of an answer does not bring it again',
    // A poll of another check might meet the repetition in its place.
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      const id = t.random.uuid();
      await t.given('a notification with a cursor', async () => {
        const first = await listener.open();
        await change(t, [listener.user], [{ id }]);
        await listener.expect(id, 'a change is not delivered', first);
        t.expect.ok(listener.cursor !== null, 'no answer had Last-Modified and Etag');
      });
      await nothingOf(t, listener, id, 'a notification came again, although its cursor was sent');
      const next = t.random.uuid();
      await change(t, [listener.user], [{ id: next }]);
      const both = new Set([id, next]);
      const found = await t.given('a new change is delivered', async () => {
        const delivery = await listener.find(both);
        return delivery ?? t.expect.fail('it is not');
      });
      t.expect.ok(brings(found.exchange, next), 'the old notification came before the new one');
    },
  },
  {
    requirement: 'quatrix.mq.both-pollers-released',
    title: 'two open polls on one channel both receive a change',
    alone: 'in-system',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      let { told, conflict, cutShort } = await tellTwo(t, listener);
      // A hold may be so short that it ends by itself in between. One that ends again and again
      // does so for another reason.
      for (let again = 0; again < 3 && cutShort; again += 1) {
        ({ told, conflict, cutShort } = await tellTwo(t, listener));
      }
      t.expect.ok(told + conflict === 2 && told > 0, 'a change did not reach both open polls', {
        expected: 'both polls answered with the change',
        actual: `${String(told)} of 2`,
      });
      if (conflict > 0) t.deviate('one of two polls was ended at once with 409');
    },
  },
  {
    requirement: 'quatrix.mq.null-cursor',
    title: 'the text null as cursor counts as none',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      const headers = { 'If-Modified-Since': 'null', 'If-None-Match': 'null' };
      const poll = await listener.open({ headers });
      const early = await answerWithin(poll, timesOf(t).refusal);
      if (early !== null) {
        t.expect.ok(!isRefusedPoll(early), 'a poll with the text null as cursor is refused', {
          expected: 'a held poll, or an older notification',
          actual: `status ${String(early.status)}, body: ${early.text.slice(0, 200)}`,
        });
      }
      const id = t.random.uuid();
      await change(t, [listener.user], [{ id }]);
      await listener.expect(id, 'a poll with the text null as cursor misses a change', poll);
    },
  },
  {
    requirement: 'quatrix.mq.session-token-as-id',
    title: 'the session token works as id of a poll',
    async run(t, driver) {
      const probe = await driver.session(driver.first);
      // Where polls are served is found with the channel: the token itself may be what is refused.
      await createListener(t, driver, driver.first);
      const listener = await createListener(t, driver, driver.first, probe.token);
      const first = await listener.open();
      const early = await answerWithin(first, timesOf(t).refusal);
      if (early !== null) {
        t.expect.ok(!isRefusedPoll(early), 'a poll with the session token is refused', {
          expected: 'a held poll, or a notification',
          actual: `status ${String(early.status)}, body: ${early.text.slice(0, 200)}`,
        });
      }
      const id = t.random.uuid();
      await change(t, [driver.first], [{ id }]);
      await listener.expect(id, 'a poll with the session token misses a change', first);
    },
  },
]);
