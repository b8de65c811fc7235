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
  for (let pause = 5; ; pause = Math.min(pause * 2, 500)) {
    const found = await ask();
    if (found !== null) return found;
    if (options.signal.aborted || performance.now() + pause > end) return null;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
