/** All reports of a run. Each is a function of its results. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../specs/results.js';
import { badge } from './badge.js';
import type { RunComparison } from './compare.js';
import { ctrf } from './ctrf.js';
import { html } from './html.js';
import type { ReplayEvents } from './replay.js';
import { junit } from './junit.js';
import { summary } from './summary.js';

/**
 * Writes results.json, junit.xml, ctrf.json, index.html, summary.md and badge.svg into `outDir`, which
 * is made when missing. A comparison with an older run is shown in index.html and summary.md.
 * @param events how the page tells `replay` where the run is
 * @returns the paths written, in that order
 */
export async function renderAll(
  results: Results,
  outDir: string,
  comparison: RunComparison | null = null,
  events?: ReplayEvents,
): Promise<readonly string[]> {
  await mkdir(outDir, { recursive: true });
  const files: readonly (readonly [string, string])[] = [
    ['results.json', `${JSON.stringify(results, null, 2)}\n`],
    ['junit.xml', junit(results)],
    ['ctrf.json', ctrf(results)],
    ['index.html', html(results, comparison, events)],
    ['summary.md', summary(results, comparison)],
    ['badge.svg', badge(results)],
  ];
  return Promise.all(
    files.map(async ([name, text]) => {
      const file = join(outDir, name);
      await writeFile(file, text, 'utf8');
      return file;
    }),
  );
}
