/** Does to a request what `Prefer` asks for and what the rules of its world say. */
import { parseDuration } from '../../specs/duration.js';
import type { Dispatch, Outcome, RoutedDispatch } from '../engine/dispatch.js';
import { documentedAnswer, preferenceFault } from '../engine/documented-answer.js';
import type { Effect } from '../engine/faults.js';
import {
  broken,
  withHeaders,
  withSend,
  type PlainRequest,
  type PlainResponse,
  type PlainSocket,
  type Upgrade,
} from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { longestSwap, runInTurn } from './event-turns.js';

/** @returns the dispatch itself where nothing disturbs it */
export function disturbed(
  core: MockCore,
  dispatch: RoutedDispatch,
  headers: PlainRequest['headers'],
): Dispatch {
  const { faults, eventOrder } = core.world;
  const asked = headers.prefer === undefined ? null : parsePrefer(headers.prefer);
  if (asked === null && !faults.any && !eventOrder.any) return dispatch;
  if (typeof asked === 'string') return ranBy(dispatch, () => preferenceFault(asked));
  const rule = faults.any ? faults.meet(dispatch.system, dispatch.operation?.id) : null;
  if (asked === null && rule === null && dispatch.longPoll === undefined) return dispatch;
  const effect = { ...rule, ...asked?.effect };
  const run = (request: PlainRequest): Outcome | Promise<Outcome> => {
    const outcome = apply(core, dispatch, effect, request);
    if (asked === null) return outcome;
    const applied = { 'Preference-Applied': asked.applied };
    return outcome instanceof Promise
      ? outcome.then((settled) => ('kind' in settled ? settled : withHeaders(settled, applied)))
      : 'kind' in outcome
        ? outcome
        : withHeaders(outcome, applied);
  };
  return ranBy(dispatch, run);
}

/** A dispatch that is run in another way. */
export function ranBy(dispatch: Dispatch, run: Dispatch['run']): Dispatch {
  const { bodyLimit } = dispatch;
  return { bodyLimit, run, tooLarge: (request) => dispatch.tooLarge(request) };
}

function apply(
  core: MockCore,
  dispatch: RoutedDispatch,
  effect: Effect,
  request: PlainRequest,
): Outcome | Promise<Outcome> {
  if (effect.hang === true) return never(request).then(() => unanswered(core, dispatch, request));
  if (effect.drop === 'request') return unanswered(core, dispatch, request);
  const outcome =
    effect.status === undefined && effect.example === undefined
      ? runOrdered(core, dispatch, effect, request)
      : fixedAnswer(dispatch, effect, request);
  if (outcome instanceof Promise) {
    return outcome.then((settled) => disturbOutcome(core, effect, settled, request));
  }
  return disturbOutcome(core, effect, outcome, request);
}

/** What became of the order of a poll's events holds also for requests that no rule meets. */
function runOrdered(
  core: MockCore,
  dispatch: RoutedDispatch,
  effect: Effect,
  request: PlainRequest,
): Outcome | Promise<Outcome> {
  const { faults, eventOrder } = core.world;
  const { longPoll } = dispatch;
  return longPoll !== undefined && (faults.any || eventOrder.any)
    ? runInTurn(core, dispatch, longPoll, effect.reorder === true, request)
    : dispatch.run(request);
}

function fixedAnswer(
  dispatch: RoutedDispatch,
  effect: Effect,
  request: PlainRequest,
): Outcome | Promise<Outcome> {
  const { document, operation } = dispatch;
  if (document === undefined || dispatch.answerWith === undefined) {
    return preferenceFault('no operation of this mock has this path');
  }
  const answer = documentedAnswer(document, operation, effect);
  return typeof answer === 'string'
    ? preferenceFault(answer)
    : dispatch.answerWith(request, answer);
}

function disturbOutcome(
  core: MockCore,
  effect: Effect,
  outcome: Outcome,
  request: PlainRequest,
): Outcome | Promise<Outcome> {
  if ('kind' in outcome) return disturbSocket(core, effect, outcome);
  const { delay, drop, truncate } = effect;
  const cut = drop === 'answer' ? -1 : truncate;
  const response = cut === undefined ? outcome : { ...outcome, cut };
  if (delay === undefined) return response;
  const wait = core.world.faults.lateness(delay);
  return new Promise((resolve) => {
    const cancel = core.world.clock.after(wait, () => {
      resolve(response);
    });
    request.peer.onAbort(() => {
      cancel();
      resolve(response);
    });
  });
}

/** Ends only when the client gives up. */
function never(request: PlainRequest): Promise<void> {
  return new Promise((resolve) => {
    request.peer.onAbort(resolve);
  });
}

/** No system saw this request; whoever looks at the traffic shall see it all the same. */
function unanswered(
  core: MockCore,
  dispatch: RoutedDispatch,
  request: PlainRequest,
): PlainResponse {
  const { clock, journal } = core.world;
  const answer = broken(-1);
  const { system = null, operation } = dispatch;
  journal.record(clock.now(), system, operation?.id ?? null, request, answer);
  return answer;
}

function disturbSocket(core: MockCore, effect: Effect, upgrade: Upgrade): Upgrade {
  const { resetAfter, reorder } = effect;
  if (resetAfter === undefined && reorder === undefined) return upgrade;
  return {
    ...upgrade,
    attach(socket) {
      const ordered = reorder === true ? swapping(core, socket) : socket;
      return upgrade.attach(resetAfter === undefined ? ordered : ending(ordered, resetAfter));
    },
  };
}

function ending(socket: PlainSocket, messages: number): PlainSocket {
  let left = messages;
  return withSend(socket, (text) => {
    if (left > 0) socket.send(text);
    left -= 1;
    if (left <= 0) socket.terminate();
  });
}

function swapping(core: MockCore, socket: PlainSocket): PlainSocket {
  let waiting: { text: string; cancel: () => void } | undefined;
  return withSend(socket, (text) => {
    if (waiting !== undefined) {
      const { text: first, cancel } = waiting;
      waiting = undefined;
      cancel();
      socket.send(text);
      socket.send(first);
      return;
    }
    const cancel = core.world.clock.after(longestSwap, () => {
      waiting = undefined;
      socket.send(text);
    });
    waiting = { text, cancel };
  });
}

interface Preference {
  readonly effect: Effect;
  /** What was understood, for `Preference-Applied`. */
  readonly applied: string;
}

/**
 * Reads `Prefer: code=429`, `delay=2000` (ms, or with a unit) and `example=name`, one or several;
 * other preferences are ignored (RFC 7240, 2).
 * @returns null where nothing is asked of the mock, a sentence where it is asked wrongly
 */
export function parsePrefer(header: string): Preference | string | null {
  const applied: string[] = [];
  let effect: Effect = {};
  for (const part of header.split(/[,;]/)) {
    const [name = '', ...rest] = part.trim().split('=');
    const value = rest
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1');
    const read = readPreference(name.trim().toLowerCase(), value);
    if (typeof read === 'string') return read;
    if (read === null) continue;
    effect = { ...effect, ...read };
    applied.push(`${name.trim().toLowerCase()}=${value}`);
  }
  return applied.length === 0 ? null : { effect, applied: applied.join(', ') };
}

function readPreference(name: string, value: string): Effect | string | null {
  switch (name) {
    case 'code': {
      const status = Number(value);
      return Number.isInteger(status) && status >= 200 && status <= 599
        ? { status }
        : 'Prefer: code is a status from 200 to 599';
    }
    case 'delay': {
      const milliseconds = /^\d+$/.test(value) ? Number(value) : parseDuration(value);
      return milliseconds !== null && milliseconds <= 3_600_000
        ? { delay: { kind: 'fixed', milliseconds } }
        : 'Prefer: delay is a number of milliseconds, or of another unit as in 2s, up to 1h';
    }
    case 'example':
      return /^[\w.-]{1,100}$/.test(value) ? { example: value } : 'Prefer: example is a name';
    default:
      return null;
  }
}
