/** Whether the folder of a run holds all reports, whole and in agreement with each other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Results } from '../../../specs/results.js';
import { readEvents } from '../../../reports/events.js';
import { parseXml, type XmlElement } from '../../reports/xml.js';
import { readResults } from '../command.js';

const count = (element: XmlElement, name: string): number =>
  element.children.reduce(
    (sum, child) => sum + (child.name === name ? 1 : 0) + count(child, name),
    0,
  );

/** Asserts it, and gives the results. */
export function expectCompleteReport(out: string): Results {
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  const results = readResults(out);
  expect(results.requirements.length).toBeGreaterThan(0);

  const finished = readEvents(join(out, 'events.ndjson')).flatMap((event) =>
    event.type === 'check-finished' ? [event.check] : [],
  );
  const reported = results.requirements.flatMap(({ tests }) => tests.map(({ check }) => check));
  expect(new Set(reported)).toEqual(new Set(finished));

  expect(count(parseXml(read('junit.xml')), 'testcase')).toBeGreaterThan(0);
  expect(JSON.parse(read('ctrf.json'))).toHaveProperty('results.summary');
  const page = read('index.html');
  expect(page.trimEnd().endsWith('</html>')).toBe(true);
  for (const { id } of results.requirements) expect(page).toContain(id);
  expect(read('summary.md')).toContain('# ');
  expect(parseXml(read('badge.svg')).name).toBe('svg');

  const messages = results.requirements.flatMap(({ tests }) => tests.map(({ message }) => message));
  expect(messages.filter((message) => message?.includes('the suite itself erred'))).toEqual([]);
  return results;
}

/** The requirements of a run by their verdict. */
export function byVerdict(results: Results): Readonly<Record<string, readonly string[]>> {
  const groups: Record<string, string[]> = {};
  for (const { id, verdict } of results.requirements) (groups[verdict] ??= []).push(id);
  return groups;
}
