import type { Clock } from '../../engine/clock.js';
import type { PlainResponse } from '../../engine/http.js';
import { LiveSet } from '../../engine/live.js';
import type { Behaviour, Deliver } from './behaviour.js';
import { isAfter, type Position } from './cursor.js';

/** A notification that waits for its user. */
export interface Message extends Position {
  /** The notification as JSON text. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly published: number;
}

/** A poll that is held open. */
export interface Poller {
  readonly cursor: Position | null;
  /** True once the client has gone away. */
  aborted: boolean;
  /** Ends the hold with an answer. */
  release(response: PlainResponse): void;
}

/** The notifications of one user, oldest first, and who waits for them. */
export interface Queue {
  messages: Message[];
  /** Position of the newest message, whether it is still kept or not. */
  newest: Position | null;
  readonly held: LiveSet<Poller>;
}

/** How long and how many messages are kept (settings `messageLifeSeconds`, `queueLength`). */
export interface Keeping {
  readonly lifeSeconds: number;
  readonly length: number;
}

export function createQueue(): Queue {
  return { messages: [], newest: null, held: new LiveSet() };
}

/** Forgets messages that are too old or too many. */
export function prune(queue: Queue, keeping: Keeping, now: number): void {
  const oldest = now - keeping.lifeSeconds * 1000;
  let gone = Math.max(0, queue.messages.length - keeping.length);
  while ((queue.messages[gone]?.published ?? Infinity) <= oldest) gone += 1;
  if (gone > 0) queue.messages.splice(0, gone);
}

/**
 * The position of a message published now: whole seconds never run backwards, and the number
 * starts again with each second.
 */
export function nextPosition(newest: Position | null, now: number): Position {
  const second = Math.floor(now / 1000);
  if (newest === null || second > newest.second) return { second, ordinal: 0 };
  return { second: newest.second, ordinal: newest.ordinal + 1 };
}

/** Adds a notification to a queue and answers the polls that wait for it. */
export function publish(
  queue: Queue,
  body: string,
  keeping: Keeping,
  clock: Clock,
  behaviour: Behaviour,
): void {
  const now = clock.now();
  const message: Message = { ...behaviour.positionOf(queue.newest, now), body, published: now };
  queue.newest = message;
  if (behaviour.isKept(queue)) queue.messages.push(message);
  prune(queue, keeping, now);
  const release = (): void => {
    for (const poller of behaviour.pollersToWake(queue)) {
      const found = behaviour.nextMessage(queue.messages, poller.cursor);
      // A release that comes late is about its own message, not about one published since.
      if (found === undefined || isAfter(found, message)) continue;
      const deliver: Deliver = (waiting, of) => behaviour.deliveryOf(waiting, of);
      poller.release(behaviour.releaseOf(found, queue, deliver));
    }
  };
  if (behaviour.releaseDelay === 0) release();
  else clock.after(behaviour.releaseDelay, release);
}
