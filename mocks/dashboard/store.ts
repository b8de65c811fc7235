/** What the page knows of a world, brought up to date once a second while the page is seen. */
import type { LiveAnswer, LiveExchange, LiveMessage } from '../control/live-answer.js';
import { ask, queryOf, Refused } from './api.js';

export interface Live {
  /** Null until the first answer. */
  readonly now: LiveAnswer | null;
  /** Oldest first, at most `kept`. */
  readonly exchanges: readonly LiveExchange[];
  readonly messages: readonly LiveMessage[];
  /** How many exchanges came too fast to be shown. */
  readonly missed: number;
  /** Why there is nothing new: a sentence, or `token` where one is needed; null while all is well. */
  readonly problem: string | null;
}

/** Exchanges that the page holds. */
const kept = 10_000;
/** Exchanges of one answer once the first is there: more could not be read anyway. */
const perLook = 500;
const interval = 1_000;

const nothing: Live = { now: null, exchanges: [], messages: [], missed: 0, problem: null };

let live = nothing;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let looking = false;
let again = false;
let paused = false;
let catchUp = true;

export function currentLive(): Live {
  return live;
}

export function onLive(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function set(next: Live): void {
  live = next;
  for (const listener of listeners) listener();
}

/** Stops and goes on taking in traffic; what came meanwhile is fetched then. */
export function pauseTraffic(pause: boolean): void {
  paused = pause;
  if (pause) return;
  catchUp = true;
  lookAgain();
}

/** Forgets what was gathered, as after a change of the world. */
export function startOver(): void {
  set({ ...nothing, problem: live.problem });
  catchUp = true;
  lookAgain();
}

/** Looks at once, after something was changed by this page. */
export function lookAgain(): void {
  clearTimeout(timer);
  if (looking) again = true;
  else void look();
}

export function startLooking(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) lookAgain();
  });
  void look();
}

async function look(): Promise<void> {
  looking = true;
  const before = live;
  try {
    const path = `live${queryOf({
      traffic: before.exchanges.at(-1)?.id ?? 0,
      inbox: before.messages.at(-1)?.id ?? 0,
      limit: paused ? 0 : catchUp ? kept : perLook,
    })}`;
    const answer = await ask<LiveAnswer>(path);
    catchUp = false;
    // Another world may have been chosen while the answer was on its way.
    if (live === before) set(joined(before, answer));
  } catch (error) {
    const problem = !(error instanceof Refused)
      ? 'The mock does not answer. This page goes on as soon as it is back.'
      : error.status === 401
        ? 'token'
        : error.message;
    set({ ...live, problem });
  }
  looking = false;
  if (again) {
    again = false;
    void look();
    return;
  }
  if (!document.hidden) timer = setTimeout(() => void look(), interval);
}

function joined(before: Live, answer: LiveAnswer): Live {
  const isNew = before.now !== null && before.now.stamp !== answer.stamp;
  const base = isNew ? nothing : before;
  const { traffic, inbox } = answer;
  if (isNew) {
    again = true;
    catchUp = true;
  }
  const last = base.exchanges.at(-1)?.id;
  const [next] = traffic.entries;
  const missed = last !== undefined && next !== undefined ? Math.max(0, next.id - last - 1) : 0;
  const exchanges = isNew
    ? []
    : appended(base.exchanges, traffic.entries, ({ id }) => id >= traffic.first).slice(-kept);
  const messages = isNew
    ? []
    : appended(base.messages, inbox.messages, ({ id }) => Number(id) >= inbox.first);
  return { now: answer, exchanges, messages, missed: base.missed + missed, problem: null };
}

function appended<Item>(
  before: readonly Item[],
  fresh: readonly Item[],
  isKept: (item: Item) => boolean,
): readonly Item[] {
  const [oldest] = before;
  const still = oldest === undefined || isKept(oldest) ? before : before.filter(isKept);
  return fresh.length === 0 ? still : [...still, ...fresh];
}
