import { describe, expect, it } from 'vitest';
import { empty, text, type PlainResponse } from '../../mocks/engine/http.js';
import { createJournal, type Journal } from '../../mocks/engine/journal.js';
import { plainRequest } from '../support/request.js';

function record(
  journal: Journal,
  path: string,
  parts: { body?: Uint8Array; response?: PlainResponse } = {},
): void {
  journal.record(
    0,
    'probe',
    null,
    plainRequest({ path, ...(parts.body === undefined ? {} : { body: parts.body }) }),
    parts.response ?? empty(204),
  );
}

function paths(journal: Journal, after = 0, limit = 100): string[] {
  return journal.list(after, limit).map((entry) => entry.request.path);
}

describe('the journal', () => {
  it('lists the newest exchanges, newest last', () => {
    const journal = createJournal();
    for (const path of ['/a', '/b', '/c']) record(journal, path);
    expect(paths(journal)).toEqual(['/a', '/b', '/c']);
    expect(paths(journal, 0, 2)).toEqual(['/b', '/c']);
    expect(paths(journal, 2)).toEqual(['/c']);
    expect(paths(journal, 3)).toEqual([]);
    expect(paths(journal, -10)).toHaveLength(3);
  });

  it('keeps no more than its capacity, in order, with ids that go on', () => {
    const journal = createJournal(5);
    for (let at = 1; at <= 23; at += 1) record(journal, `/${String(at)}`);
    expect(journal.list(0, 100).map((entry) => entry.id)).toEqual([19, 20, 21, 22, 23]);
    expect(paths(journal)).toEqual(['/19', '/20', '/21', '/22', '/23']);
  });

  it('forgets when cleared, and counts on', () => {
    const journal = createJournal(5);
    record(journal, '/a');
    journal.clear();
    expect(paths(journal)).toEqual([]);
    record(journal, '/b');
    expect(journal.list(0, 100).map((entry) => entry.id)).toEqual([2]);
  });

  it('keeps the values of a request, and nothing that would hold its connection', () => {
    const journal = createJournal();
    record(journal, '/a');
    const [entry] = journal.list(0, 1);
    // The entry itself stands for its request.
    expect(Object.keys(entry?.request ?? {}).sort()).toEqual(
      [
        ...['id', 'at', 'system', 'operation', 'response'],
        ...['method', 'path', 'query', 'headers', 'body'],
      ].sort(),
    );
  });

  it('leaves out bodies over 64 KiB on either side, and keeps those below', () => {
    const journal = createJournal();
    const big = new Uint8Array(65_537);
    const fits = new Uint8Array(65_536);
    record(journal, '/big', { body: big, response: { status: 200, headers: {}, body: big } });
    record(journal, '/fits', { body: fits, response: text(200, 'x'.repeat(65_536)) });
    const [first, second] = journal.list(0, 10);
    expect(first?.request.body).toHaveLength(0);
    expect(first?.response.body).toBeNull();
    expect(first?.response.status).toBe(200);
    expect(second?.request.body).toHaveLength(65_536);
    expect(second?.response.body).toHaveLength(65_536);
  });
});
