import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults, ResultsFileError } from '../../reports/read-results.js';
import { renderAll } from '../../reports/render.js';
import { check, eventsOf, requirement, smallResults } from './sample.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-results-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('results on disk', () => {
  it('are written beside all other reports and read back the same', async () => {
    const results = smallResults();
    const written = await renderAll(results, join(folder, 'a', 'b'));
    expect(written.map((file) => file.slice(folder.length + 5))).toEqual([
      'results.json',
      'junit.xml',
      'ctrf.json',
      'index.html',
      'summary.md',
      'badge.svg',
    ]);
    expect(readResults(written[0] ?? '')).toEqual(results);
  });

  it('may be the events of a run that was killed', () => {
    const events = eventsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]).slice(0, 2);
    const lines = events.map((event) => JSON.stringify(event)).join('\n');
    const results = readResults(write('events.ndjson', `${lines}\n{"type":"che`));
    expect(results.verdict).toBe('inconclusive');
    expect(results.requirements[0]?.verdict).toBe('pass');
  });

  it('may hold no more than the contract names', () => {
    const file = write(
      'lean.json',
      JSON.stringify({
        tool: { name: 'countersign', version: '0.1.0' },
        target: 'http://x',
        startedAt: '2026-01-01T00:00:00Z',
        durationMs: 1,
        strict: false,
        level: 'must',
        verdict: 'nonconformant',
        systems: {},
        requirements: [
          {
            id: 'ssks.auth.one',
            system: 'ssks',
            level: 'must',
            basis: 'documented',
            verdict: 'fail',
            reason: 'no',
            waived: false,
            tests: [
              {
                title: 't',
                file: 'suites/x.ts',
                status: 'failed',
                durationMs: 3,
                message: 'no',
                exchanges: [{ request: 'GET /', response: 'HTTP/1.1 200' }],
              },
            ],
          },
        ],
      }),
    );
    const results = readResults(file);
    expect(results.requirements[0]).toMatchObject({ area: 'auth', statement: '' });
    expect(results.systems['ssks']?.counts.fail).toBe(1);
    expect(results.requirements[0]?.tests[0]?.exchanges[0]).toMatchObject({ violations: [] });
  });

  it.each([
    ['missing.json', null, /there is no such file/],
    ['text.json', 'hello', /this is not JSON/],
    ['list.json', '[]', /this is no results\.json: the file holds no object/],
    ['empty.json', '{}', /the list of requirements is missing/],
    ['verdict.json', '{"requirements":[],"verdict":"great"}', /the verdict is "great", not one of/],
    [
      'requirement.json',
      '{"requirements":[{"id":"a.b.c","level":"must"}],"verdict":"conformant"}',
      /the verdict of a\.b\.c is missing/,
    ],
    ['bad.ndjson', '{}\n{}\n', /bad\.ndjson:1: this line is no event/],
    ['empty.ndjson', '', /no run-started event/],
  ])('that are none give one line: %s', (name, text, message) => {
    const file = text === null ? join(folder, name) : write(name, text);
    expect(() => readResults(file)).toThrow(ResultsFileError);
    expect(() => readResults(file)).toThrow(message);
    expect(() => readResults(folder)).toThrow(/this is a folder/);
  });
});
