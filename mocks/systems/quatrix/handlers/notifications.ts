import type { RequestContext } from '../../../engine/context.js';
import { Refusal, type PlainResponse } from '../../../engine/http.js';
import { authorise } from '../authorise.js';
import { queryValue } from '../auth-values.js';
import type { Behaviour } from '../behaviour.js';
import type { Position } from '../cursor.js';
import { createQueue, prune, type Poller, type Queue } from '../queue.js';
import { code, errorAnswer, refuseWith } from '../refusals.js';
import { numberSetting, textSetting } from '../settings.js';
import type { State } from '../state.js';

type Context = RequestContext<State, Behaviour>;

/** Longest id of a poll, in characters (inferred). */
const longestId = 512;

/** `GET /mq/req?id=…`: the next notification, now or when it comes (lines 112-131). */
export function pollNotifications(context: Context): PlainResponse | Promise<PlainResponse> {
  const { behaviour, state, world } = context;
  if (behaviour.pollNeedsSignature(world)) authorise(context);
  const id = pollId(context);
  const now = world.clock.now();
  const queue = behaviour.queueOf(state, id, now) ?? queueOfNobody(context);
  const cursor = behaviour.readCursor(
    context.header('if-modified-since'),
    context.header('if-none-match'),
  );
  prune(
    queue,
    {
      lifeSeconds: numberSetting(world, 'messageLifeSeconds'),
      length: numberSetting(world, 'queueLength'),
    },
    now,
  );
  const message = behaviour.nextMessage(queue.messages, cursor);
  return message === undefined
    ? hold(context, queue, cursor)
    : behaviour.deliveryOf(message, queue);
}

function pollId(context: Context): string {
  const id = queryValue(context.request.query, (name) => name === 'id');
  if (id === undefined || id === '') {
    return refuseWith(400, code.missingParameter, 'Query parameter id is missing');
  }
  if (id.length > longestId) {
    const msg = `Query parameter id has more than ${String(longestId)} characters`;
    return refuseWith(400, code.badParameter, msg);
  }
  return id;
}

/** An id of nobody is held like a quiet channel, or refused where the setting says so. */
function queueOfNobody(context: Context): Queue {
  const policy = textSetting(context.world, 'unknownQueue');
  const msg = 'The id names no channel';
  if (policy === '403') throw new Refusal(errorAnswer(403, code.notAllowed, msg));
  if (policy === '404') throw new Refusal(errorAnswer(404, code.notFound, msg));
  return createQueue();
}

/**
 * Holds the poll until a publication, the end of the hold, or the client's going. A poll without
 * a cursor waits at the second before its arrival, so that nothing of that second is skipped.
 */
function hold(context: Context, queue: Queue, cursor: Position | null): Promise<PlainResponse> {
  const { behaviour, world, request } = context;
  const arrival = Math.floor(world.clock.now() / 1000);
  const end = behaviour.holdEnd(cursor ?? { second: arrival - 1, ordinal: 0 });
  return new Promise((resolve) => {
    const poller: Poller = {
      cursor,
      aborted: false,
      release(response) {
        cancel();
        queue.held.delete(poller);
        resolve(response);
      },
    };
    const holdTime = behaviour.holdTime(numberSetting(world, 'holdSeconds'));
    const cancel = world.clock.after(holdTime, () => {
      poller.release(end);
    });
    queue.held.add(poller);
    request.peer.onAbort(() => {
      if (!queue.held.has(poller)) return;
      poller.aborted = true;
      cancel();
      behaviour.forget(queue, poller);
      // Nobody reads this answer; it only ends the request inside the mock.
      resolve(end);
    });
  });
}
