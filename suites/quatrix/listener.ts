import type { TestContext } from '../engine/context.js';
import { excerpt, type Exchange } from '../engine/exchange.js';
import type { Session } from './call-request.js';
import { channelOf } from './channel.js';
import { cursorOf, type Cursor } from './cursor.js';
import type { Driver } from './driver.js';
import { brings, notificationsOf, tellsOf, type Notification } from './notification.js';
import {
  answerWithin,
  isDisplaced,
  isEmptyAnswer,
  isRefusedPoll,
  openPollIn,
  pollMode,
  type OpenPoll,
  type PollMode,
  type PollSpec,
} from './poll.js';
import type { User } from './section.js';
import { timesOf } from './times.js';

/** A notification with the answer that brought it. */
export interface Delivery {
  /** Null where the body is not JSON. */
  readonly notification: Notification | null;
  readonly exchange: Exchange;
}

/** After so many answers without the wanted one the target is asked less hastily. */
const longBacklog = 60;

export interface FindOptions {
  /** Milliseconds; the time of a delivery by default. */
  readonly timeoutMs?: number;
  readonly first?: OpenPoll | undefined;
}

/** A user who polls their channel, with the cursor where they stand. */
export interface Listener {
  readonly id: string;
  readonly user: User;
  readonly session: Session;
  readonly mode: PollMode;
  cursor: Cursor | null;
  /** Opens a poll at the cursor; without one it returns when the poll has surely arrived. */
  open(spec?: Partial<PollSpec>): Promise<OpenPoll>;
  /** Takes over the cursor of an answer that has one. */
  take(exchange: Exchange): void;
  /**
   * Polls until a notification of one of these ids comes; others are skipped. A poll that is open
   * already is waited for first.
   * @returns null when the time is over
   */
  find(ids: string | ReadonlySet<string>, options?: FindOptions): Promise<Delivery | null>;
  /** Like `find`; its absence fails the check with this sentence. */
  expect(id: string, what: string, first?: OpenPoll): Promise<Delivery>;
}

/**
 * Makes a listener for a user.
 * @param id the id of the polls; the channel of the user's profile by default
 */
export async function createListener(
  t: TestContext,
  driver: Driver,
  user: User,
  id?: string,
): Promise<Listener> {
  const session = await driver.session(user);
  const channel = id ?? (await channelOfSession(t, driver, session));
  const mode = await t.given('a poll on the channel of a user', () =>
    pollMode(t, driver, session, channel),
  );
  const { cursors } = driver.findings;
  const times = timesOf(t);
  const listener: Listener = {
    id: channel,
    user,
    session,
    mode,
    cursor: cursors.get(user.login) ?? null,
    async open(spec = {}) {
      const { cursor } = listener;
      const poll = await openPollIn(t, driver, mode, session, { id: channel, cursor, ...spec });
      // A target may begin at the present when there is no cursor: the poll has to be there first.
      if (cursor === null) await answerWithin(poll, times.refusal);
      return poll;
    },
    take(exchange) {
      const cursor = cursorOf(exchange);
      if (cursor === null) return;
      listener.cursor = cursor;
      cursors.set(user.login, cursor);
    },
    async find(ids, options = {}) {
      const wanted = typeof ids === 'string' ? new Set([ids]) : ids;
      const patience = options.timeoutMs ?? times.delivery;
      const latest = performance.now() + 4 * patience;
      let end = performance.now() + patience;
      let open = options.first;
      for (let answers = 0; ; answers += 1) {
        if (answers > longBacklog) await wait(times.pause);
        const left = end - performance.now();
        if (left <= 0) return null;
        open ??= await listener.open({ timeoutMs: left });
        const answer = await answerWithin(open, left);
        if (answer === null) {
          open.giveUp();
          return null;
        }
        open = undefined;
        listener.take(answer);
        const found = await judge(t, answer, wanted);
        if (found !== null) return found;
        // A backlog that is being worked through is no silence.
        if (!isEmptyAnswer(answer)) end = Math.min(latest, performance.now() + patience);
      }
    },
    async expect(wanted, what, first) {
      const found = await listener.find(wanted, { first });
      if (found !== null) return found;
      return t.expect.fail(what, {
        expected: `a notification with ${wanted} in its data within ${String(times.delivery / 1000)} s`,
        actual: 'none',
      });
    },
  };
  return listener;
}

/** The wanted notification of an answer; null when polling goes on. */
async function judge(
  t: TestContext,
  answer: Exchange,
  wanted: ReadonlySet<string>,
): Promise<Delivery | null> {
  if (isEmptyAnswer(answer) || isDisplaced(answer)) {
    await wait(timesOf(t).pause);
    return null;
  }
  if (isRefusedPoll(answer)) {
    t.expect.fail(`${answer.label} answered ${String(answer.status)} to a poll`, {
      expected: 'a notification, or an empty answer at the end of a hold',
      actual: `status ${String(answer.status)}, body: ${excerpt(answer.text)}`,
    });
  }
  return [...wanted].some((id) => brings(answer, id))
    ? { notification: notificationsOf(answer)?.find(tells) ?? null, exchange: answer }
    : null;

  function tells(entry: Notification): boolean {
    return [...wanted].some((id) => tellsOf(entry, id));
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The channel that the profile of a session names; the check is not judged without one. */
export async function channelOfSession(
  t: TestContext,
  driver: Driver,
  session: Session,
): Promise<string> {
  const profile = await driver.profile(session);
  return t.given('a channel in the profile', () => {
    const channel = channelOf(profile);
    return Promise.resolve(channel ?? t.expect.fail('the profile names no channel'));
  });
}

/**
 * Brings a listener to the present: it receives one notification, made while its poll was open,
 * and stands at the cursor of that answer. The check is not judged when that does not work.
 */
export function catchUp(t: TestContext, listener: Listener): Promise<void> {
  return t.given('one notification that gives a cursor', async () => {
    const id = t.random.uuid();
    const first = await listener.open();
    await change(t, [listener.user], [{ id }]);
    const { exchange } = await listener.expect(id, 'a change did not reach its user', first);
    t.expect.ok(cursorOf(exchange) !== null, 'the answer had no Last-Modified and Etag');
  });
}

/** Triggers a change that affects these users; returns the id of its job. */
export function change(
  t: TestContext,
  users: readonly User[],
  data: readonly unknown[],
): Promise<string> {
  return t.trigger({ event: 'file-deleted', affects: users.map(({ login }) => login), data });
}
