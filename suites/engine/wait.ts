/** On a busy machine the time may be over before anybody had a chance: so often is asked at least. */
const leastAsks = 8;

/**
 * Asks again until something is there, with growing pauses: what is delivered out of band by a
 * real server takes its time, and the embedded mock has it at once.
 * @returns null when the time is over
 */
export async function poll<T>(
  ask: () => Promise<T | null>,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<T | null> {
  const end = performance.now() + options.timeoutMs;
  const longest = Math.min(500, options.timeoutMs / leastAsks);
  let asked = 0;
  for (let pause = 5; ; pause = Math.min(pause * 2, longest)) {
    const found = await ask();
    if (found !== null) return found;
    asked += 1;
    if (options.signal.aborted) return null;
    if (asked >= leastAsks && performance.now() + pause > end) return null;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A wait goes in so many steps. */
const steps = 8;

/**
 * Calls back after some milliseconds in which this process could listen. A wait goes in steps, and
 * a step that rings late counts as long as it was meant to be: what arrived while the process had
 * no time is seen before the wait is over, and a busy machine is not taken for a silent server.
 * @returns a cancel
 */
export function afterWaiting(milliseconds: number, callback: () => void): () => void {
  const step = milliseconds / steps;
  let taken = 0;
  const ring = (): void => {
    taken += 1;
    if (taken >= steps) callback();
    else timer = setTimeout(ring, step);
  };
  let timer = setTimeout(ring, step);
  return () => {
    clearTimeout(timer);
  };
}

/** The outcome of something, or `otherwise` after some milliseconds in which it did not come. */
export async function within<T, U>(
  outcome: Promise<T>,
  milliseconds: number,
  otherwise: U,
): Promise<T | U> {
  let cancel: (() => void) | undefined;
  const over = new Promise<U>((resolve) => {
    cancel = afterWaiting(milliseconds, () => {
      resolve(otherwise);
    });
  });
  try {
    return await Promise.race([outcome, over]);
  } finally {
    cancel?.();
  }
}
