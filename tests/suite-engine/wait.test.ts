import { describe, expect, it } from 'vitest';
import { afterWaiting, within } from '../../suites/engine/wait.js';

/** Keeps the process from listening. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('a wait', () => {
  it('does not count the time in which the process could not listen', async () => {
    let rang = false;
    afterWaiting(80, () => {
      rang = true;
    });
    block(400);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(rang).toBe(false);
    await expect.poll(() => rang).toBe(true);
  });

  it('can be cancelled', async () => {
    let rang = false;
    const cancel = afterWaiting(8, () => {
      rang = true;
    });
    cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rang).toBe(false);
  });

  it('gives what comes in time, and otherwise what was agreed', async () => {
    await expect(within(Promise.resolve('here'), 1_000, null)).resolves.toBe('here');
    await expect(within(new Promise(() => undefined), 8, 'nothing')).resolves.toBe('nothing');
  });

  it('passes a failure on', async () => {
    await expect(within(Promise.reject(new Error('broken')), 1_000, null)).rejects.toThrow(
      'broken',
    );
  });

  it('takes an answer that arrived while the process was busy', async () => {
    const answer = new Promise((resolve) => setTimeout(resolve, 100, 'in the meantime'));
    const outcome = within(answer, 80, 'too late');
    setTimeout(() => {
      block(200);
    }, 0);
    await expect(outcome).resolves.toBe('in the meantime');
  });
});
