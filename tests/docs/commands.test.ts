/** Every command of the documentation is run, as a reader would type it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../store/redis.js';
import { documentation, root } from './pages.js';
import { createReader, linesOf } from './reader.js';

const isShell = (language: string): boolean =>
  ['sh', 'bash', 'shell', 'console'].includes(language);

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/cli/main.js'))) throw new Error('run npm run build first');
  // Installs Redis where it is missing; the pages start their own.
  await (await startRedis()).close();
});

/** Every block that is not run, with its reason: a list to be looked at when it grows. */
const notRun: string[] = [];
afterAll(() => {
  console.log(`not run:\n${notRun.map((entry) => `  ${entry}`).join('\n')}`);
});

for (const { path, blocks } of documentation) {
  const shell = blocks.filter(({ language }) => isShell(language));
  for (const { line, text, notRun: reason } of shell) {
    if (reason !== null) notRun.push(`${path}:${String(line)} ${titleOf(text)}: ${reason}`);
  }
  if (shell.every(({ notRun: reason }) => reason !== null)) continue;
  describe(path, () => {
    const reader = createReader();
    afterAll(() => reader.leave());

    for (const block of blocks) {
      if (block.notRun !== null || !(isShell(block.language) || block.file !== null)) continue;
      it(`line ${String(block.line)}: ${block.file ?? titleOf(block.text)}`, () =>
        expect(reader.follow(block)).resolves.toBeUndefined());
    }
  });
}

function titleOf(text: string): string {
  return linesOf(text)[0] ?? 'nothing';
}

describe('what is not run', () => {
  it('has a reason', () => {
    const reasons = documentation.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.notRun === null ? [] : [block.notRun])),
    );
    expect(reasons.filter((reason) => reason.length < 15)).toEqual([]);
  });
});
