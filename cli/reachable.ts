import type { Target } from '../suites/engine/target.js';

/**
 * Asks a base URL for anything at all.
 * @returns null when an HTTP answer came, else what stood in the way
 */
export async function reachable(url: string, target: Target): Promise<string | null> {
  const { origin, pathname } = new URL(url);
  try {
    const answer = await target.dispatcher.request({
      origin,
      path: pathname,
      method: 'GET',
      signal: AbortSignal.timeout(10_000),
    });
    await answer.body.dump();
    return null;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!(cause instanceof Error)) return 'no answer';
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError')
      return 'no answer within 10 s';
    return cause.message === ''
      ? ((cause as { code?: string }).code ?? 'no answer')
      : cause.message;
  }
}
