import type { Dispatcher } from 'undici';
import type { Target } from '../suites/engine/target.js';

/**
 * Asks a base URL for anything at all, with the headers of a run.
 * @returns the headers of the answer, whatever it is
 */
export async function ask(
  url: string,
  target: Target,
  runId: string,
): Promise<Dispatcher.ResponseData['headers']> {
  const { origin, pathname } = new URL(url);
  const { body, headers } = await target.dispatcher.request({
    origin,
    path: pathname,
    method: 'GET',
    headers: { 'User-Agent': `countersign/${runId}`, ...target.headers },
    signal: AbortSignal.timeout(10_000),
  });
  // An answer without end is an answer: its head is enough.
  body.on('error', () => undefined).destroy();
  return headers;
}

/** @returns null when an HTTP answer came, else what stood in the way */
export async function reachable(
  url: string,
  target: Target,
  runId: string,
): Promise<string | null> {
  try {
    await ask(url, target, runId);
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

/** Says loudly that certificates are not looked at, wherever the target is. */
export function warnInsecure(target: Target): void {
  if (target.tls.rejectUnauthorized !== false) return;
  console.error(
    'WARNING: certificates are not checked (insecure); anybody in between can read and change what is tested',
  );
}
