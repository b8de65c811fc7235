/** The pages of the documentation and the fenced blocks in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Page {
  /** Relative to the project: `docs/mock.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the page on which it begins, from 1. */
  readonly line: number;
  /** From `<!-- file: name -->` before it: a file that the reader writes. */
  readonly file: string | null;
  /** From `<!-- not run: reason -->` before it. */
  readonly notRun: string | null;
}

const fence = /(?:<!-- (file|not run): ([^>]+?) -->\s+)?^```(\w*)\n([\s\S]*?)^```$/gm;

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = [...text.matchAll(fence)].map(
    ({ 1: word, 2: value = '', 3: language = '', 4: body = '', index }): Block => ({
      language,
      text: body,
      line: text.slice(0, index).split('\n').length,
      file: word === 'file' ? value : null,
      notRun: word === 'not run' ? value : null,
    }),
  );
  return { path, text, blocks };
}

export const documentation: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
].map(readPage);
