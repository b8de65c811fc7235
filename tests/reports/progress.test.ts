import { describe, expect, it } from 'vitest';
import { createProgress } from '../../reports/progress.js';
import { check, hostile } from './sample.js';

function record(total: number, terminal: { readonly columns: number } | null, color = false) {
  const written: string[] = [];
  const progress = createProgress(
    total,
    {
      write: (text) => written.push(text),
      isTTY: terminal !== null,
      columns: terminal?.columns,
    },
    { color },
  );
  return { progress, text: () => written.join('') };
}

describe('progress', () => {
  it('is one line for every tenth of a run where there is no terminal', () => {
    const { progress, text } = record(200, null);
    for (let done = 0; done < 200; done += 1) {
      progress.checkFinished(check(['ssks.auth.one'], done % 2 === 0 ? 'passed' : 'deviated'));
    }
    progress.end();
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(' 10 %  20/200  10 pass, 10 deviation, 0 fail');
    expect(lines[9]).toBe('100 %  200/200  100 pass, 100 deviation, 0 fail');
  });

  it('is one line written over and over on a terminal, and leaves nothing behind', () => {
    const { progress, text } = record(3, { columns: 80 });
    progress.checkFinished(check(['ssks.auth.one'], 'passed'));
    progress.checkFinished(check(['ssks.auth.two'], 'skipped'));
    progress.end();
    expect(text()).not.toContain('\n');
    expect(text()).toContain('2/3  1 pass, 0 deviation, 0 fail, 1 undecided  ssks');
    expect(text().endsWith('\r\x1b[2K')).toBe(true);
  });

  it('fits the line to the terminal', () => {
    const { progress, text } = record(3, { columns: 30 });
    progress.checkFinished(check(['ssks.auth.one'], 'passed'));
    expect(text().length).toBeLessThan(30);
  });

  it('prints a failure at once, in one line and without control characters', () => {
    const { progress, text } = record(100, null);
    progress.checkFinished(check(['ssks.auth.one'], 'failed', { message: `a\n${hostile}` }));
    expect(text().split('\n')).toHaveLength(2);
    expect(text()).toMatch(/^✗ fail ssks\.auth\.one: a /);
    expect(text().trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  it('colours only when asked', () => {
    const { progress, text } = record(100, null, true);
    progress.checkFinished(check(['ssks.auth.one'], 'failed'));
    expect(text()).toContain('\x1b[31m✗ fail\x1b[0m');
  });
});
