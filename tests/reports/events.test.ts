import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createEventWriter,
  EventStreamError,
  parseEvents,
  readEvents,
} from '../../reports/events.js';
import { foldEvents } from '../../specs/verdict.js';
import { check, eventsOf, hostile, requirement } from './sample.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-events-'));
  file = join(folder, 'deep', 'events.ndjson');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const events = eventsOf(
  [requirement('ssks.auth.holds')],
  [check(['ssks.auth.holds'], 'failed', { message: `two\nlines ${hostile}` })],
);

describe('the stream of events', () => {
  it('reads back what was written, one line each', () => {
    const writer = createEventWriter(file);
    for (const event of events) writer.write(event);
    writer.close();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(readEvents(file)).toEqual(events);
  });

  it('has every event on disk before the run ends', () => {
    const writer = createEventWriter(file);
    for (const [index, event] of events.entries()) {
      writer.write(event);
      expect(readEvents(file)).toEqual(events.slice(0, index + 1));
    }
    writer.close();
  });

  it('starts anew for a new run', () => {
    for (let run = 0; run < 2; run += 1) {
      const writer = createEventWriter(file);
      for (const event of events) writer.write(event);
      writer.close();
    }
    expect(readEvents(file)).toHaveLength(3);
  });

  it('writes nothing once it is closed', () => {
    const writer = createEventWriter(file);
    writer.close();
    writer.close();
    for (const event of events) writer.write(event);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('leaves out a last line that was torn by a kill', () => {
    const writer = createEventWriter(file);
    for (const event of events.slice(0, 2)) writer.write(event);
    writer.close();
    appendFileSync(file, '{"type":"check-finished","chec');
    expect(readEvents(file)).toEqual(events.slice(0, 2));
    expect(foldEvents(readEvents(file)).summary).toMatch(/interrupted/);
  });

  it('takes a whole last line without its line feed', () => {
    expect(parseEvents(events.map((event) => JSON.stringify(event)).join('\n'))).toEqual(events);
  });

  it.each(['{"type":"check-fin', '{"type":"surprise"}', '42', 'null'])(
    'refuses a line inside the stream that is no event: %s',
    (line) => {
      writeFileSync(join(folder, 'events.ndjson'), `${JSON.stringify(events[0])}\n${line}\n`);
      expect(() => readEvents(join(folder, 'events.ndjson'))).toThrow(EventStreamError);
      expect(() => readEvents(join(folder, 'events.ndjson'))).toThrow(/events\.ndjson:2: /);
    },
  );
});
