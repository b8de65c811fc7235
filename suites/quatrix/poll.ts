import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { CheckFailure, NoAnswer } from '../engine/outcome.js';
import { afterWaiting, within } from '../engine/wait.js';
import type { Session } from './call-request.js';
import { cursorHeaders, type Cursor } from './cursor.js';
import type { Driver } from './driver.js';
import { once } from './findings.js';
import { apiPrefix, pollPath } from './subject.js';
import { timesOf } from './times.js';

/** Where a target serves polls, and whether it wants them signed (errata E8, E9). */
export interface PollMode {
  readonly prefix: string;
  readonly signed: boolean;
}

export interface PollSpec {
  /** The channel, or the token; null leaves the parameter out. */
  readonly id: string | null;
  readonly cursor?: Cursor | null;
  /** Headers in place of the cursor's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is given up; the time of a delivery by default. */
  readonly timeoutMs?: number;
}

/** A poll under way. */
export interface OpenPoll {
  /** The answer; null once it was given up, or its time was over. */
  readonly answer: Promise<Exchange | null>;
  /** Closes the connection. */
  giveUp(): void;
}

/** Sends a poll in a given mode; a session is needed where the mode is signed. */
export async function openPollIn(
  t: TestContext,
  driver: Driver,
  mode: PollMode,
  session: Session | null,
  spec: PollSpec,
): Promise<OpenPoll> {
  const query = spec.id === null ? '' : `?id=${encodeURIComponent(t.secret(spec.id))}`;
  const headers = spec.headers ?? cursorHeaders(spec.cursor ?? null);
  const auth =
    mode.signed && session !== null
      ? ((await driver.callSpec({ session, path: pollPath })).headers ?? {})
      : {};
  const controller = new AbortController();
  let over = false;
  const stop = (): void => {
    over = true;
    controller.abort();
  };
  const cancel = afterWaiting(spec.timeoutMs ?? timesOf(t).delivery, stop);
  const answer = t
    .send({
      method: 'GET',
      path: `${mode.prefix}${pollPath}${query}`,
      headers: { ...auth, ...headers },
      // Ends by the controller above, so that a poll that is held on purpose is no failure.
      timeoutMs: 600_000,
      signal: controller.signal,
    })
    .catch((error: unknown) => {
      if (over && error instanceof NoAnswer) return null;
      throw error;
    })
    .finally(cancel);
  // A poll that is left alone must not end the process when its connection breaks.
  answer.catch(() => undefined);
  return { answer, giveUp: stop };
}

/** What a poll answers within some milliseconds; null while it is held. The poll stays open. */
export function answerWithin(poll: OpenPoll, milliseconds: number): Promise<Exchange | null> {
  return within(poll.answer, milliseconds, null);
}

/** Finds out once per target where polls are served, and whether they are signed. */
export function pollMode(
  t: TestContext,
  driver: Driver,
  session: Session,
  id: string,
): Promise<PollMode> {
  return once(driver.findings, 'poll-mode', async () => {
    let mode: PollMode = { prefix: '', signed: false };
    const ask = async (): Promise<number | null> => {
      const poll = await openPollIn(t, driver, mode, session, { id });
      const answer = await answerWithin(poll, timesOf(t).refusal);
      poll.giveUp();
      return answer === null ? null : answer.status;
    };
    const statuses: string[] = [];
    // In the order in which a target is most likely to serve; the first that is served counts.
    for (mode of [
      { prefix: '', signed: false },
      { prefix: '', signed: true },
      { prefix: apiPrefix, signed: false },
      { prefix: apiPrefix, signed: true },
    ]) {
      const status = await ask();
      if (status === null || !isRefusedPoll({ status })) return mode;
      statuses.push(String(status));
    }
    throw new CheckFailure(`GET ${pollPath} answers ${statuses.join(', ')} to the user's channel`);
  });
}

/** True for an answer that ended a hold without a notification. */
export function isEmptyAnswer(exchange: Exchange): boolean {
  const { status, body } = exchange;
  return (
    status === 304 || status === 408 || status === 204 || (status === 200 && body.length === 0)
  );
}

/** True where a poll had to give way to another one on the same channel. */
export function isDisplaced({ status }: { readonly status: number }): boolean {
  return status === 409;
}

/** True for any answer that neither delivers, nor ends a hold, nor makes room for another poll. */
export function isRefusedPoll({ status }: { readonly status: number }): boolean {
  return ![200, 204, 304, 408, 409].includes(status);
}
