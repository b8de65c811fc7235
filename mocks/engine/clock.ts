/** Time as the mock sees it: the machine's, moved forward on request. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Moves the clock forward and runs what became due, oldest first.
   * @throws RangeError when there is no date so far ahead, or the way leads back
   */
  advance(milliseconds: number): void;
  /** Milliseconds by which it is ahead of the machine's. */
  ahead(): number;
  /** Sets it to be so much ahead; what waits goes on waiting for as long as before. */
  setAhead(milliseconds: number): void;
  /** Runs a callback once the clock has moved on by so many milliseconds; returns a cancel. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Cancels all that is waiting. */
  stop(): void;
}

interface Alarm {
  due: number;
  readonly callback: () => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The last instant of the year 9999: later ones have no place in ISO 8601 with four digits. */
export const latestInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Longest delay of one timer; longer waits are renewed (setTimeout holds 31 bits). */
const longestTimer = 2 ** 31 - 1;

/**
 * @param start a fixed instant in ms since the epoch from which the clock runs; the machine's
 *   own time where absent
 * @param onBug gets what a callback throws, so that the other alarms still ring; thrown on where
 *   absent
 */
export function createClock(start?: number, onBug?: (error: unknown) => void): Clock {
  let offset = start === undefined ? 0 : start - Date.now();
  const alarms = new Set<Alarm>();
  const now = (): number => Date.now() + offset;
  const fire = (alarm: Alarm): void => {
    clearTimeout(alarm.timer);
    if (!alarms.delete(alarm)) return;
    try {
      alarm.callback();
    } catch (error) {
      if (onBug === undefined) throw error;
      onBug(error);
    }
  };
  const arm = (alarm: Alarm): ReturnType<typeof setTimeout> => {
    const wait = Math.max(0, alarm.due - now());
    const timer = setTimeout(
      () => {
        if (alarm.due <= now()) fire(alarm);
        else alarm.timer = arm(alarm);
      },
      Math.min(wait, longestTimer),
    );
    // A waiting alarm alone must not keep a Node process alive; browsers have plain numbers here.
    if (typeof timer === 'object') timer.unref();
    return timer;
  };
  return {
    now,
    advance(milliseconds) {
      if (!(milliseconds >= 0 && now() + milliseconds <= latestInstant)) {
        throw new RangeError(`the clock cannot be moved by ${String(milliseconds)} ms`);
      }
      offset += milliseconds;
      const due = [...alarms].filter((alarm) => alarm.due <= now());
      due.sort((a, b) => a.due - b.due).forEach(fire);
      for (const alarm of alarms) {
        clearTimeout(alarm.timer);
        alarm.timer = arm(alarm);
      }
    },
    ahead: () => offset,
    setAhead(milliseconds) {
      const moved = milliseconds - offset;
      offset = milliseconds;
      for (const alarm of alarms) alarm.due += moved;
    },
    after(milliseconds, callback) {
      const alarm: Alarm = { due: now() + milliseconds, callback, timer: setTimeout(noop, 0) };
      clearTimeout(alarm.timer);
      alarm.timer = arm(alarm);
      alarms.add(alarm);
      return () => {
        clearTimeout(alarm.timer);
        alarms.delete(alarm);
      };
    },
    stop() {
      for (const alarm of alarms) clearTimeout(alarm.timer);
      alarms.clear();
    },
  };
}

function noop(): void {
  // Replaced at once by a real timer.
}
