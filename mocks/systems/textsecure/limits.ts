import type { Context, LimitName } from './behaviour.js';
import { refuseWith } from './refusals.js';

/**
 * Takes units from a bucket, or ends the request with 413.
 * @param parts what tells the buckets of this limit apart, such as the caller's number
 */
export function limit(
  context: Context,
  name: LimitName,
  parts: readonly string[],
  units = 1,
): void {
  const { behaviour, state } = context;
  const bucket = behaviour.limits[name];
  if (bucket === null) return;
  if (!state.limiter.take(behaviour.limitKey(name, parts), bucket, units)) {
    refuseWith(behaviour.rateLimited);
  }
}
