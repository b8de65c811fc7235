/** Lets exchanges with a target through: so many a second, and so many connections at a time. */
export interface Gate {
  /** Milliseconds until the next turn, which is taken by asking. */
  turn(): number;
  /**
   * Waits for a turn and then for a free place. Gives what frees the place again; calling it twice does
   * no harm. Rejects when the signal aborts.
   */
  enter(signal: AbortSignal): Promise<Pass>;
}

export interface Pass {
  /** Milliseconds spent waiting for the turn, which are the cap's doing and nobody's delay. */
  readonly waitedMs: number;
  readonly leave: () => void;
}

export interface GateLimits {
  readonly perSecond?: number | undefined;
  readonly connections?: number | undefined;
}

const freePass: Pass = { waitedMs: 0, leave: () => undefined };

/** @returns null where nothing is limited */
export function createGate(limits: GateLimits): Gate | null {
  const { perSecond, connections = Infinity } = limits;
  if (perSecond === undefined && connections === Infinity) return null;
  const gap = perSecond === undefined ? 0 : 1000 / perSecond;
  let next = -Infinity;
  let free = connections;
  const waiting: (() => void)[] = [];

  const turn = (): number => {
    const now = performance.now();
    next = Math.max(now, next + gap);
    return next - now;
  };
  const place = (signal: AbortSignal): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(new Error('given up while waiting for a free connection'));
      };
      waiting.push(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  };
  const leave = (): void => {
    const following = waiting.shift();
    if (following === undefined) free += 1;
    else following();
  };

  return {
    turn,
    async enter(signal) {
      const waitedMs = gap === 0 ? 0 : turn();
      if (waitedMs > 0) await new Promise((resolve) => setTimeout(resolve, waitedMs));
      signal.throwIfAborted();
      if (connections === Infinity) return { ...freePass, waitedMs };
      await place(signal);
      let left = false;
      return {
        waitedMs,
        leave: () => {
          if (!left) leave();
          left = true;
        },
      };
    },
  };
}
