import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { isNoRoute, type Driver } from './driver.js';
import { change, createListener, type Listener } from './listener.js';
import { brings, dataOf, isObject, notificationsOf } from './notification.js';
import {
  answerWithin,
  isDisplaced,
  isEmptyAnswer,
  isRefusedPoll,
  openPollIn,
  type PollMode,
} from './poll.js';
import { apiPrefix } from './subject.js';
import { timesOf } from './times.js';

/** How often a poll that a backlog or other work has answered is opened again. */
const attempts = 200;

/** What became of one held poll when a change was made. */
interface Release {
  /** Milliseconds from the trigger's answer to the poll's. */
  readonly after: number;
}

/**
 * Lets a poll be held, makes a change and waits for this very request. Where other work answers
 * it first, or its hold ends within a second, that proves nothing and another poll is tried.
 * @returns null when the change was made and the request was not answered by it
 */
async function releaseOnce(t: TestContext, listener: Listener): Promise<Release | null> {
  const { drained, delivery, shortHold } = timesOf(t);
  let emptied = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const poll = await listener.open({ timeoutMs: drained + 2 * delivery });
    const early = await answerWithin(poll, drained);
    if (early !== null) {
      t.expect.ok(
        !isRefusedPoll(early),
        `${early.label} answered ${String(early.status)} to a poll`,
      );
      listener.take(early);
      continue;
    }
    const id = t.random.uuid();
    await change(t, [listener.user], [{ id }]);
    const triggered = performance.now();
    const answer = await answerWithin(poll, delivery);
    const after = performance.now() - triggered;
    poll.giveUp();
    if (answer === null) return null;
    listener.take(answer);
    if (isEmptyAnswer(answer)) {
      // Once may be the end of the hold by chance.
      emptied += 1;
      if (after > shortHold || emptied === 2) return null;
      continue;
    }
    t.expect.ok(
      !isRefusedPoll(answer),
      `${answer.label} answered ${String(answer.status)} to a poll`,
    );
    if (brings(answer, id)) return { after };
  }
  return t.given('a channel that is quiet for half a second', () =>
    Promise.resolve(
      t.expect.fail(`${String(attempts)} polls in a row were answered by other work`),
    ),
  );
}

/** The status of a poll that is not held, within a second; null while it is held. */
async function statusOf(
  t: TestContext,
  driver: Driver,
  listener: Listener,
  mode: PollMode,
): Promise<number | null> {
  const poll = await openPollIn(t, driver, mode, listener.session, {
    id: listener.id,
    cursor: listener.cursor,
  });
  const answer = await answerWithin(poll, timesOf(t).shortHold);
  poll.giveUp();
  return answer?.status ?? null;
}

function serves(status: number | null): boolean {
  return status === null || !isRefusedPoll({ status });
}

/** That a poll is held, and what ends it. */
export const mqHoldChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.mq.long-poll-held',
    title: 'with nothing to deliver a poll is held open',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      const times = timesOf(t);
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const opened = performance.now();
        const poll = await listener.open();
        const answer = await answerWithin(poll, times.held);
        const held = performance.now() - opened;
        if (answer === null) {
          poll.giveUp();
          return;
        }
        t.expect.ok(!isRefusedPoll(answer), `${answer.label} answered ${String(answer.status)}`);
        listener.take(answer);
        if (isDisplaced(answer)) await answerWithin(poll, times.pause);
        if (!isEmptyAnswer(answer)) continue;
        t.expect.ok(
          held >= times.shortHold,
          'a poll with nothing to deliver was answered at once',
          {
            expected: `no answer for at least ${String(times.held / 1000)} s`,
            actual: `status ${String(answer.status)} without a body after ${String(Math.round(held))} ms`,
          },
        );
        t.deviate(`the hold ended after ${String(Math.round(held))} ms`);
        return;
      }
      t.expect.fail(
        'polls on a quiet channel are never held: each is answered at once, with a body',
        {
          expected: `no answer for at least ${String(times.held / 1000)} s once all is delivered`,
          actual: `${String(attempts)} answers in a row`,
        },
      );
    },
  },
  {
    requirement: 'quatrix.mq.bare-route',
    title: 'polls are served at /mq/req',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      const { signed } = listener.mode;
      const bare = await statusOf(t, driver, listener, { prefix: '', signed });
      if (serves(bare)) return;
      const noRoute = bare !== null && isNoRoute({ status: bare });
      const prefixed = await statusOf(t, driver, listener, { prefix: apiPrefix, signed });
      t.expect.ok(noRoute && serves(prefixed), 'GET /mq/req is not served at the root', {
        expected: 'a held poll, a notification, or an empty answer',
        actual: `status ${String(bare)}`,
      });
      t.deviate(`polls are served under ${apiPrefix} only`);
    },
  },
  {
    requirement: 'quatrix.mq.released-by-change',
    title: 'a change answers the very poll that is held',
    // Changes of other checks would answer it as well.
    alone: 'in-system',
    timeoutMs: 60_000,
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      const release = await releaseOnce(t, listener);
      t.expect.ok(release !== null, 'a change did not answer the poll that was held', {
        expected: `the held request answered 200 within ${String(timesOf(t).delivery / 1000)} s of the change`,
        actual: 'no answer, or an empty one',
      });
    },
  },
  {
    requirement: 'quatrix.mq.released-promptly',
    title: 'a held poll is answered within two seconds of the change',
    alone: 'in-system',
    timeoutMs: 60_000,
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.first);
      const release = await t.given('a change that answers a held poll', async () => {
        const found = await releaseOnce(t, listener);
        return found ?? t.expect.fail('it was not answered');
      });
      const { prompt } = timesOf(t);
      t.expect.ok(
        release.after <= prompt,
        `the held poll was answered ${String(Math.round(release.after))} ms after the change`,
        {
          expected: `at most ${String(prompt)} ms after the trigger's answer`,
          actual: `${String(Math.round(release.after))} ms`,
        },
      );
    },
  },
  {
    requirement: 'quatrix.mq.unsigned-poll',
    title: 'a poll needs no signature and no token',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      const { prefix } = listener.mode;
      const unsigned = await statusOf(t, driver, listener, { prefix, signed: false });
      if (serves(unsigned)) return;
      const signed = await statusOf(t, driver, listener, { prefix, signed: true });
      const tolerated = (unsigned === 401 || unsigned === 403) && serves(signed);
      t.expect.ok(tolerated, 'a poll without any authentication is refused', {
        expected: 'a held poll, a notification, or an empty answer',
        actual: `status ${String(unsigned)}`,
      });
      t.deviate('polls must be signed');
    },
  },
  {
    requirement: 'quatrix.mq.missing-id-refused',
    title: 'a poll without id is refused',
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      for (const id of [null, '']) {
        const poll = await openPollIn(t, driver, listener.mode, listener.session, { id });
        const answer = await answerWithin(poll, timesOf(t).shortHold);
        poll.giveUp();
        const what = id === null ? 'no id' : 'an empty id';
        if (answer === null) t.deviate(`a poll with ${what} is held`);
        else t.expect.status(answer, 400, { tolerate: [401, 403, 404, 405], what });
      }
    },
  },
  {
    requirement: 'quatrix.mq.timeout-empty',
    title: 'a hold without a change ends with an empty answer',
    alone: 'in-run',
    timeoutMs: 150_000,
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      await holdToItsEnd(t, driver, listener);
    },
  },
  {
    requirement: 'quatrix.mq.poll-after-timeout',
    title: 'a change after such an end is delivered by the next poll',
    alone: 'in-run',
    timeoutMs: 150_000,
    async run(t, driver) {
      const listener = await createListener(t, driver, driver.quiet);
      await t.given('a hold that ends without a notification', () =>
        holdToItsEnd(t, driver, listener),
      );
      const id = t.random.uuid();
      await change(t, [listener.user], [{ id }]);
      await listener.expect(id, 'a change after the end of a hold is lost');
    },
  },
]);

/** Milliseconds after which a hold counts as endless. */
const longestHold = 90_000;

/** Polls a quiet channel until a hold ends by itself. */
async function holdToItsEnd(t: TestContext, driver: Driver, listener: Listener): Promise<void> {
  let invented = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const poll = await listener.open({ timeoutMs: longestHold });
    let answer;
    try {
      if (t.has('clock') && (await answerWithin(poll, timesOf(t).refusal)) === null) {
        await driver.advance('2m', 120_000);
      }
      // Where the hold does not follow the moved clock it is waited for in real time.
      answer = await poll.answer;
    } catch {
      t.deviate('the connection was closed at the end of a hold');
      return;
    }
    if (answer === null) {
      t.deviate('a poll is still held after 90 s');
      return;
    }
    listener.take(answer);
    if (isEmptyAnswer(answer)) return;
    const told = notificationsOf(answer) ?? [];
    // A change modifies something; one notification of nothing may still be somebody's change.
    if (!told.some((entry) => dataOf(entry).some(isObject))) invented += 1;
    t.expect.ok(
      !isRefusedPoll(answer) && invented < 2,
      'a hold without a change ended with an answer that is neither empty nor a notification',
      {
        expected: '304, 408, 204, or 200 with an empty body',
        actual: `status ${String(answer.status)}, body: ${answer.text.slice(0, 200)}`,
      },
    );
  }
  t.expect.fail('holds on a quiet channel never end empty: each is answered at once, with a body');
}
