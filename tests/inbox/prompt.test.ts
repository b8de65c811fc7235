import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrompter, type Prompter } from '../../suites/engine/inbox/prompt.js';

let prompter: Prompter | undefined;

afterEach(() => {
  prompter?.close();
});

/** A person: what is on their screen, and a way to type. */
function sitDown(): { ask: Prompter['ask']; type: (text: string) => void; screen: () => string } {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const made = createPrompter({ input, output });
  prompter = made;
  return {
    ask: (key, question, waitMs) => made.ask(key, question, waitMs),
    type: (typed) => input.write(typed),
    screen: () => text.replaceAll('\r\x1b[2K', ''),
  };
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a person at a terminal', () => {
  it('is asked, and what they type is taken without white space at its ends', async () => {
    const { ask, type, screen } = sitDown();
    const answer = ask('a', 'code sent to +1', 10_000);
    expect(screen()).toBe('code sent to +1: ');
    type('  12 34 \n');
    expect(await answer).toBe('12 34');
  });

  it('is asked one question at a time', async () => {
    const { ask, type, screen } = sitDown();
    const answers = [ask('a', 'first', 10_000), ask('b', 'second', 10_000)];
    expect(screen()).toBe('first: ');
    type('1\n');
    expect(await answers[0]).toBe('1');
    expect(screen()).toBe('first: second: ');
    type('2\n');
    expect(await answers[1]).toBe('2');
  });

  it('is asked nothing more when the run is over', async () => {
    const { ask, screen } = sitDown();
    const answers = [ask('a', 'first', 10_000), ask('b', 'second', 10_000)];
    prompter?.close();
    expect(await Promise.all(answers)).toEqual(['', '']);
    expect(screen()).toBe('first: ');
  });

  it('is asked the same thing once, however many wait for it', async () => {
    const { ask, type, screen } = sitDown();
    const answers = [ask('a', 'once', 10_000), ask('a', 'once', 10_000)];
    type('1\n');
    expect(await Promise.all(answers)).toEqual(['1', '1']);
    expect(screen()).toBe('once: ');
  });

  it('keeps the question while it is asked again and again', async () => {
    const { ask, type, screen } = sitDown();
    expect(await ask('a', 'slow', 20)).toBeNull();
    expect(await ask('a', 'slow', 20)).toBeNull();
    const answer = ask('a', 'slow', 10_000);
    type('1\n');
    expect(await answer).toBe('1');
    expect(screen()).toBe('slow: ');
  });

  it('sees a question go that nobody waits for any more', async () => {
    const { ask, type, screen } = sitDown();
    const next = ask('b', 'given up', 20).then(() => ask('c', 'next', 10_000));
    await eventually(() => screen().includes('next'));
    expect(screen()).toBe('given up: (no longer needed)\nnext: ');
    type('1\n');
    expect(await next).toBe('1');
  });

  it('may say that nothing came, also for good', async () => {
    const { ask, type } = sitDown();
    const nothing = ask('a', 'q', 10_000);
    type('\n');
    expect(await nothing).toBe('');
    const open = [ask('a', 'q', 10_000), ask('b', 'q', 10_000)];
    prompter?.close();
    expect(await Promise.all(open)).toEqual(['', '']);
    expect(await ask('c', 'q', 10_000)).toBe('');
  });
});
