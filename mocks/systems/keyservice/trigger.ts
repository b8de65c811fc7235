import type { PlainResponse } from '../../engine/http.js';
import type { TriggerEvent } from '../../engine/system.js';
import type { Context } from './behaviour.js';
import { tokenOf } from './parameters.js';
import { refusal } from './refusals.js';
import type { State } from './state.js';

/**
 * Makes the next requests with a token meet a fault inside the server; `data[0].count` of them, one
 * where that is no positive integer. Tokens that no key has are ignored.
 * @returns false for any other event
 */
export function plantFault(event: TriggerEvent, state: State): boolean {
  if (event.event !== 'server-error') return false;
  const count = countOf(event.data[0]);
  for (const token of event.affects) {
    if (state.keys.has(token)) state.faults.set(token, count);
  }
  return true;
}

function countOf(data: unknown): number {
  const count =
    typeof data === 'object' && data !== null && 'count' in data ? data.count : undefined;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** The answer to a request that meets a planted fault; it precedes every check of the request. */
export function meetFault(context: Context): PlainResponse | undefined {
  const { state } = context;
  if (state.faults.size === 0 || context.request.method === 'OPTIONS') return undefined;
  const token = tokenOf(context);
  const left = token === undefined ? undefined : state.faults.get(token);
  if (token === undefined || left === undefined) return undefined;
  if (left > 1) state.faults.set(token, left - 1);
  else state.faults.delete(token);
  return refusal(context, 'failure');
}
