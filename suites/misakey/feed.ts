import type { TestContext } from '../engine/context.js';
import type { SuiteSocket } from '../engine/websocket.js';
import type { Person } from './profile.js';
import { headersOf } from './session.js';

/** A message on the socket, taken apart as far as it has the envelope. */
export interface Message {
  readonly type: unknown;
  readonly object: Readonly<Record<string, unknown>>;
}

/** An open socket of an identity. */
export interface Feed {
  readonly person: Person;
  readonly socket: SuiteSocket;
  /** Sends an ack for oneself and waits for its echo, so that all before it has been handled. */
  barrier(): Promise<void>;
  /** Raw texts so far that hold any of these strings. */
  about(...needles: readonly string[]): readonly string[];
  /** The first message with this box or title in its raw text that fits; null within the time. */
  maybe(
    needle: string,
    fits?: (message: Message) => boolean,
    timeoutMs?: number,
  ): Promise<Message | null>;
  /** The same, failing when it does not come. */
  waitFor(what: string, needle: string, fits?: (message: Message) => boolean): Promise<Message>;
  /**
   * Every raw text with any of these strings, once nothing more is to be expected: after a round
   * trip on this socket and a quiet time.
   */
  settled(...needles: readonly string[]): Promise<readonly string[]>;
}

/** How long silence has to last after a round trip, in ms; less where the target is at hand. */
function quietTime(t: TestContext): number {
  return Math.min(700, t.patienceMs / 4);
}
/** How long an echo of an ack may take before a target counts as one that sends none, in ms. */
const echoTime = 1_000;

/** How long to wait in place of an echo that did not come, in ms. */
function withoutEcho(t: TestContext): number {
  return Math.min(250, t.patienceMs / 4);
}

/** Opens the socket with the two cookies and nothing else; a refusal fails. */
export async function openFeed(t: TestContext, person: Person): Promise<Feed> {
  const outcome = await t.openSocket(`/box-users/${person.id}/ws`, {
    headers: headersOf({ accessToken: person.accessToken, tokenType: 'bearer' }),
    operation: 'openRealtimeSocket',
  });
  if ('refused' in outcome) {
    return t.expect.fail('the socket of an identity did not open', {
      expected: 'status 101',
      actual: `status ${String(outcome.refused.status)}`,
    });
  }
  const feed = feedOf(t, person, outcome.socket);
  await feed.barrier();
  return feed;
}

function feedOf(t: TestContext, person: Person, socket: SuiteSocket): Feed {
  let echoes = true;
  const feed: Feed = {
    person,
    socket,
    async barrier() {
      const boxId = t.random.uuid();
      socket.send(ackText(person.id, boxId));
      // A target that sent no echo once is not waited for again.
      const echo = echoes
        ? await socket.maybe((_frame, text) => text.includes(boxId), {
            timeoutMs: Math.min(echoTime, t.patienceMs),
          })
        : null;
      echoes = echo !== null;
      if (!echoes) await socket.maybe(() => false, { timeoutMs: withoutEcho(t) });
    },
    about: (...needles) =>
      socket.frames.filter((text) => needles.some((needle) => holds(text, needle))),
    async maybe(needle, fits = () => true, timeoutMs = t.patienceMs) {
      const frame = await socket.maybe(
        (candidate, text) => holds(text, needle) && fits(messageOf(candidate)),
        { timeoutMs },
      );
      return frame === null ? null : messageOf(frame);
    },
    async waitFor(what, needle, fits = () => true) {
      const frame = await socket.waitFor(
        what,
        (candidate, text) => holds(text, needle) && fits(messageOf(candidate)),
        { timeoutMs: t.patienceMs },
      );
      return messageOf(frame);
    },
    async settled(...needles) {
      await feed.barrier();
      await socket.maybe(() => false, { timeoutMs: quietTime(t) });
      return feed.about(...needles);
    },
  };
  return feed;
}

/** An ack as clients send it. */
export function ackText(senderId: string, boxId: string): string {
  return JSON.stringify({ type: 'ack', object: { sender_id: senderId, box_id: boxId } });
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A JSON value with its UUIDs in lower case: they are compared without regard to case. */
export function withLowerIds(value: unknown): unknown {
  if (typeof value === 'string') return uuidForm.test(value) ? value.toLowerCase() : value;
  if (Array.isArray(value)) return value.map(withLowerIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withLowerIds(inner)]),
  );
}

/** True when a raw text holds a box id, or a title, in whatever case. */
function holds(text: string, needle: string): boolean {
  return text.toLowerCase().includes(needle.toLowerCase());
}

/** A frame as a message; what lacks the envelope has no type and an empty object. */
export function messageOf(frame: unknown): Message {
  const { type, object } = asRecord(withLowerIds(frame));
  return { type, object: asRecord(object) };
}

/** An object's members; anything else has none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** True for an `event.new` of this type. */
export function isEvent(type: string): (message: Message) => boolean {
  return (message) => message.type === 'event.new' && message.object.type === type;
}

/** True for a `notification` of this type. */
export function isNotification(type: string): (message: Message) => boolean {
  return (message) => message.type === 'notification' && message.object.type === type;
}
