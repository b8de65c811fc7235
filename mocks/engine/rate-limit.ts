/** A token bucket's shape: it starts full and refills evenly up to its size. */
export interface BucketSize {
  readonly size: number;
  /** Units that come back per minute. */
  readonly perMinute: number;
}

/** Token buckets by key. A refused request takes nothing. */
export interface RateLimiter {
  /** Takes `units` from the bucket of `key`; false, and nothing taken, when it holds fewer. */
  take(key: string, bucket: BucketSize, units?: number): boolean;
  /** All levels, for a limiter that goes on from here. */
  save(): SavedLevels;
}

/** Key, units left, and the instant in ms at which they were; the longest unused one first. */
export type SavedLevels = readonly (readonly [string, number, number])[];

interface Level {
  units: number;
  at: number;
}

/**
 * @param capacity how many buckets are kept; beyond it the one that was used longest ago goes
 * @param saved the levels to begin with
 */
export function createRateLimiter(
  now: () => number,
  capacity = 1_000_000,
  saved: SavedLevels = [],
): RateLimiter {
  const levels = new Map<string, Level>(saved.map(([key, units, at]) => [key, { units, at }]));
  return {
    save: () => Array.from(levels, ([key, { units, at }]) => [key, units, at]),
    take(key, bucket, units = 1) {
      const at = now();
      let level = levels.get(key);
      if (level === undefined) {
        level = { units: bucket.size, at };
        if (levels.size >= capacity) {
          const oldest = levels.keys().next();
          if (oldest.done !== true) levels.delete(oldest.value);
        }
        levels.set(key, level);
      } else {
        const refill = ((at - level.at) / 60_000) * bucket.perMinute;
        level.units = Math.min(bucket.size, level.units + refill);
        level.at = at;
        // The map keeps the order of use, so that its first entry is the one to drop.
        levels.delete(key);
        levels.set(key, level);
      }
      if (level.units < units) return false;
      level.units -= units;
      return true;
    },
  };
}
