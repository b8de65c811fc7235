import { join, resolve } from 'node:path';

/** Where a run leaves its reports unless it is told otherwise. */
export const defaultFolder = 'countersign-report';

const fileName = 'events.ndjson';

/** The event stream that `replay` reads by itself. */
export const defaultStream = join(defaultFolder, fileName);

/** How `replay` is to be told the stream of a folder; undefined where it finds it by itself. */
export function streamOf(folder: string): string | undefined {
  const stream = join(folder, fileName);
  return resolve(stream) === resolve(defaultStream) ? undefined : stream;
}
