/** The stream of events of a run on disk: one JSON value a line (`events.ndjson`). */
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../specs/results.js';

/** Writes events; each is with the operating system before `write` returns. */
export interface EventWriter {
  write(event: RunEvent): void;
  close(): void;
}

/** A stream that cannot be read; the message names file and line. */
export class EventStreamError extends Error {}

/**
 * Starts a new stream in `file` (an older one is replaced, its folder made when missing). Writing is
 * synchronous, so that a run that is killed leaves every finished event as a whole line.
 */
export function createEventWriter(file: string): EventWriter {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  let open = true;
  return {
    write(event) {
      if (open) writeWhole(descriptor, `${JSON.stringify(event)}\n`);
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** `writeSync` may write a part only (a full pipe, a signal). */
function writeWhole(descriptor: number, line: string): void {
  let bytes = Buffer.from(line, 'utf8');
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
}

/**
 * The events of a stream. A last line that was torn by a kill is left out; any other line that is no
 * event is an error.
 * @throws EventStreamError naming the line
 */
export function readEvents(file: string): RunEvent[] {
  return parseEvents(readFileSync(file, 'utf8'), file);
}

/** The same of a text; `name` is for messages. */
export function parseEvents(text: string, name = 'events.ndjson'): RunEvent[] {
  const lines = text.split('\n');
  const last = lines.length - 1;
  const events: RunEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = parseLine(line);
    if (event !== null) events.push(event);
    else if (index !== last) {
      throw new EventStreamError(`${name}:${String(index + 1)}: this line is no event of a run`);
    }
  }
  return events;
}

const types: ReadonlySet<unknown> = new Set(['run-started', 'check-finished', 'run-finished']);

function parseLine(line: string): RunEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is RunEvent {
  return typeof value === 'object' && value !== null && 'type' in value && types.has(value.type);
}
