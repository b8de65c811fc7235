import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { isAfter, type Position } from '../../../mocks/systems/quatrix/cursor.js';
import type { Message, Poller, Queue } from '../../../mocks/systems/quatrix/queue.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';

/** Who is told of a change, and what is lost on the way. */
export const mqDeliveryMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'told-first-only',
      bug: 'Only the first user affected is told.',
      breaks: ['quatrix.mq.all-affected-notified'],
      behaviour: () => ({ usersToNotify: (affected) => affected.slice(0, 1) }),
    },
    {
      name: 'told-last-only',
      bug: 'Each user replaces the one before in the list of those to tell.',
      breaks: ['quatrix.mq.all-affected-notified'],
      behaviour: () => ({ usersToNotify: (affected) => affected.slice(-1) }),
    },
    {
      name: 'told-whole-account',
      bug: 'A change is told to everybody in the account.',
      breaks: ['quatrix.mq.unaffected-not-notified'],
      behaviour: () => ({
        usersToNotify: (affected) => {
          const [first] = affected;
          return first === undefined ? [] : [...first.account.users.values()];
        },
      }),
    },
    {
      name: 'told-bystander',
      bug: 'The second user of an account, its administrator, is told of every change.',
      breaks: ['quatrix.mq.unaffected-not-notified'],
      behaviour: () => ({
        usersToNotify(affected) {
          const [, second] = affected[0]?.account.users.values() ?? [];
          return second === undefined ? affected : [...new Set([...affected, second])];
        },
      }),
    },
    {
      name: 'kept-for-open-polls-only',
      bug: 'A change is told to whoever is listening, and not kept.',
      breaks: ['quatrix.mq.change-between-polls'],
      alsoBreaks: {
        'quatrix.mq.two-changes-between-polls': 'nobody is listening',
        'quatrix.mq.aborted-poll-loses-nothing': 'nobody is listening',
        'quatrix.mq.poll-after-timeout': 'nobody is listening',
        'quatrix.mq.all-affected-notified': 'where the change overtakes the poll',
        'quatrix.mq.null-cursor': 'where the change overtakes the poll',
        'quatrix.mq.session-token-as-id': 'where the change overtakes the poll',
      },
      behaviour: () => ({ isKept: ({ held }) => held.size > 0 }),
    },
    {
      name: 'kept-one-message',
      bug: 'A channel keeps two messages that nobody has asked for, not more.',
      breaks: ['quatrix.mq.two-changes-between-polls'],
      behaviour: (base) => {
        const unread = new WeakMap<readonly Message[], number>();
        return {
          isKept({ messages }) {
            const waiting = (unread.get(messages) ?? 0) + 1;
            unread.set(messages, waiting);
            return waiting <= 2;
          },
          nextMessage(messages, cursor) {
            unread.set(messages, 0);
            return base.nextMessage(messages, cursor);
          },
        };
      },
    },
    {
      name: 'kept-once-per-burst',
      bug: 'Of changes that follow each other at once only the first is kept for the next poll.',
      breaks: ['quatrix.mq.two-changes-between-polls'],
      alsoBreaks: {
        'quatrix.mq.all-affected-notified': 'where changes of other checks come at once',
        'quatrix.mq.null-cursor': 'where changes of other checks come at once',
        'quatrix.mq.session-token-as-id': 'where changes of other checks come at once',
      },
      behaviour: () => {
        const last = new WeakMap<Queue, number>();
        return {
          isKept(queue) {
            if (queue.held.size > 0) return true;
            const now = performance.now();
            const since = now - (last.get(queue) ?? 0);
            last.set(queue, now);
            return since > 50;
          },
        };
      },
    },
    {
      name: 'aborted-poll-consumes',
      bug: 'A poll whose client has gone takes the next message with it.',
      breaks: ['quatrix.mq.aborted-poll-loses-nothing'],
      alsoBreaks: { 'quatrix.mq.poll-after-timeout': 'an earlier poll of its user was given up' },
      behaviour: () => ({
        // The poller stays among those held; see isKept.
        forget: () => undefined,
        isKept({ held }) {
          const pollers = [...held];
          const ghosts = pollers.filter(({ aborted }) => aborted);
          for (const ghost of ghosts) held.delete(ghost);
          return ghosts.length === 0 || ghosts.length < pollers.length;
        },
      }),
    },
    {
      name: 'newest-of-three-first',
      bug: 'Of three messages that wait the newest comes first.',
      breaks: ['quatrix.mq.in-order'],
      behaviour: (base) => {
        const unread = new WeakMap<readonly Message[], number>();
        return {
          isKept({ messages }) {
            unread.set(messages, (unread.get(messages) ?? 0) + 1);
            return true;
          },
          nextMessage(messages, cursor) {
            const [first, , last] = after(messages, cursor);
            if (unread.get(messages) === 3 && first !== undefined && last !== undefined) {
              swapBodies(messages as Message[], first, last);
            }
            unread.set(messages, 0);
            return base.nextMessage(messages, cursor);
          },
        };
      },
    },
    {
      name: 'delivered-twice',
      bug: 'Every message comes twice: once more to the first poll that has its cursor.',
      breaks: ['quatrix.mq.delivered-once'],
      alsoBreaks: {
        'quatrix.mq.one-object-per-answer': 'the second answer brings the first notification',
        'quatrix.mq.both-pollers-released': 'one of the two polls gets the message before',
        'quatrix.mq.released-by-change': 'where the repetition answers the poll that is held',
      },
      behaviour: (base) => {
        const repeated = new WeakSet<Message>();
        return {
          nextMessage(messages, cursor) {
            const same = cursor === null ? undefined : messages.find((one) => isAt(one, cursor));
            if (same === undefined || repeated.has(same)) return base.nextMessage(messages, cursor);
            repeated.add(same);
            return same;
          },
        };
      },
    },
    {
      name: 'delivered-twice-by-mail-job',
      bug: 'A message that was delivered is published again after a while.',
      breaks: ['quatrix.mq.delivered-once'],
      alsoBreaks: {
        'quatrix.mq.one-object-per-answer': 'the second answer brings the first notification',
        'quatrix.mq.both-pollers-released': 'one of the two polls gets the message before',
      },
      handlers: {
        pollNotifications: (next) => {
          const again = new Set<string>();
          return async (context) => {
            const answer = await next(context);
            if ('kind' in answer || answer.status !== 200) return answer;
            const { behaviour, state, world } = context;
            const now = world.clock.now();
            const queue = behaviour.queueOf(state, context.query.get('id') ?? '', now);
            const body = String(answer.body);
            if (queue !== undefined && !again.has(body)) {
              again.add(body);
              republish(queue, body, behaviour, now);
            }
            return answer;
          };
        },
      },
    },
  ],
);

/** The messages after a cursor. */
function after(messages: readonly Message[], cursor: Position | null): readonly Message[] {
  return cursor === null ? messages : messages.filter((message) => isAfter(message, cursor));
}

function isAt(message: Message, { second, ordinal }: Position): boolean {
  return message.second === second && message.ordinal === ordinal;
}

function swapBodies(messages: Message[], first: Message, last: Message): void {
  const [early, late] = [messages.indexOf(first), messages.indexOf(last)];
  messages[early] = { ...first, body: last.body };
  messages[late] = { ...last, body: first.body };
}

function republish(queue: Queue, body: string, behaviour: Behaviour, now: number): void {
  const message: Message = { ...behaviour.positionOf(queue.newest, now), body, published: now };
  queue.newest = message;
  queue.messages.push(message);
  const waiting: readonly Poller[] = [...queue.held];
  for (const poller of waiting) {
    const found = behaviour.nextMessage(queue.messages, poller.cursor);
    if (found !== undefined) poller.release(behaviour.deliveryOf(found, queue));
  }
}
