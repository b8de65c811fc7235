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
