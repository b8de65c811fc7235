import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEventWriter, readEvents } from '../reports/events.js';
import { renderAll } from '../reports/render.js';
import type { Results, RunEvent } from '../specs/results.js';
import { foldEvents } from '../specs/verdict.js';
import { UsageError } from './usage-error.js';

type Started = Extract<RunEvent, { type: 'run-started' }>;

/** What a run leaves in its folder. */
const files = [
  'events.ndjson',
  'results.json',
  'junit.xml',
  'ctrf.json',
  'index.html',
  'summary.md',
  'badge.svg',
] as const;

/**
 * Makes the folder of a run and takes the files of an earlier one away: a run that is killed must not
 * pass for the one before it.
 * @returns its absolute path
 */
export function prepareFolder(folder: string): string {
  const out = resolve(folder);
  try {
    mkdirSync(out, { recursive: true });
    for (const name of files) rmSync(join(out, name), { force: true });
    return out;
  } catch {
    throw new UsageError(`the folder ${folder} cannot be made or written`);
  }
}

/**
 * The results of a run whose process has ended. Where it was killed, the reports are made here of the
 * events that it left.
 */
export async function settle(out: string, started: Started, killed: boolean): Promise<Results> {
  const file = join(out, 'results.json');
  if (!killed && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Results;
  const stream = join(out, 'events.ndjson');
  const events = existsSync(stream) ? readEvents(stream) : [];
  const results = foldEvents(events.length === 0 ? [started] : events);
  await renderAll(results, out);
  console.error(
    `countersign: the run was ended from outside; the report holds what was decided until then: ${join(out, 'index.html')}`,
  );
  return results;
}

/** Leaves the reports of a run that could not begin. */
export async function recordUnreachable(
  out: string,
  started: Started,
  reason: string,
): Promise<void> {
  const events: RunEvent[] = [
    started,
    { type: 'run-finished', durationMs: 0, unreachable: reason },
  ];
  const writer = createEventWriter(join(out, 'events.ndjson'));
  for (const event of events) writer.write(event);
  writer.close();
  await renderAll(foldEvents(events), out);
}
