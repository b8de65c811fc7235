/** Gives the events of a long poll to those who ask in another order than they came in. */
import type { Outcome, PollDispatch, RoutedDispatch } from '../engine/dispatch.js';
import type { PlainRequest, PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';

/** Milliseconds for which a message or an event waits for its partner; then it goes alone. */
export const longestSwap = 1_000;

/**
 * Runs a poll whose event may change places with the next one. Each keeps the place of the other, so
 * that a client which goes on from there gets either once.
 * @param swaps false where no rule meets this poll: what was decided of its event holds all the same
 */
export async function runInTurn(
  core: MockCore,
  dispatch: RoutedDispatch,
  poll: PollDispatch,
  swaps: boolean,
  request: PlainRequest,
): Promise<Outcome> {
  const first = await poll.handle(request);
  const told = 'kind' in first ? first : await toldFor(core, poll, swaps, request, first);
  return 'kind' in told || dispatch.answerWith === undefined
    ? told
    : dispatch.answerWith(request, told);
}

async function toldFor(
  core: MockCore,
  poll: PollDispatch,
  swaps: boolean,
  request: PlainRequest,
  first: PlainResponse,
): Promise<PlainResponse> {
  const { eventOrder, faults } = core.world;
  const followed = poll.follow(request, first);
  if (followed === null) return first;
  const { event, next } = followed;
  const decided = (): PlainResponse | null => {
    const told = eventOrder.told(event);
    return told === undefined ? null : told === null ? first : poll.moved(told, first);
  };
  const before = decided();
  if (before !== null) return before;
  const generation = core.generation();
  const second = swaps ? await partner(core, poll, next) : null;
  if (core.generation() !== generation) return first;
  // Somebody else may have been told of it meanwhile.
  const meanwhile = decided();
  if (meanwhile !== null) return meanwhile;
  const after = second === null ? null : poll.follow(next, second);
  if (second !== null && after !== null && eventOrder.told(after.event) === undefined) {
    eventOrder.swap({ event, response: first }, { event: after.event, response: second });
    return poll.moved(second, first);
  }
  if (faults.any) eventOrder.keep(event);
  return first;
}

/** The next event where it comes in time, asked for as the client would ask. */
async function partner(
  core: MockCore,
  poll: PollDispatch,
  next: PlainRequest,
): Promise<PlainResponse | null> {
  const leaving: (() => void)[] = [];
  const given = Promise.resolve(
    poll.handle({ ...next, peer: { onAbort: (callback) => leaving.push(callback) } }),
  );
  const late = new Promise<null>((resolve) => {
    const end = (): void => {
      resolve(null);
      for (const callback of leaving.splice(0)) callback();
    };
    const cancel = core.world.clock.after(longestSwap, end);
    given.then(cancel, cancel);
    next.peer.onAbort(end);
  });
  const outcome = await Promise.race([given, late]);
  return outcome === null || 'kind' in outcome ? null : outcome;
}
