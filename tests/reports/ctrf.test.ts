import { describe, expect, it } from 'vitest';
import { ctrf } from '../../reports/ctrf.js';
import { largeResults, smallResults } from './sample.js';

interface Report {
  readonly reportFormat: string;
  readonly specVersion: string;
  readonly results: {
    readonly tool: Readonly<Record<string, unknown>>;
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly Readonly<Record<string, unknown>>[];
  };
}

/** Members that the schema of CTRF allows for a test, as far as they are used; it allows no others. */
const allowed = new Set(
  'name testId status duration suite message trace rawStatus tags type filePath extra'.split(' '),
);

function parsed(text: string): Report {
  return JSON.parse(text) as Report;
}

describe('ctrf.json', () => {
  const report = parsed(ctrf(smallResults()));

  it('says what it is', () => {
    expect(report.reportFormat).toBe('CTRF');
    expect(report.specVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(report.results.tool).toEqual({ name: 'countersign', version: '0.1.0' });
  });

  it('counts each verdict once, as integers', () => {
    const { tests, passed, failed, skipped, pending, other, start, stop } = report.results.summary;
    expect({ tests, passed, failed, skipped, pending, other }).toEqual({
      tests: 8,
      passed: 2,
      failed: 3,
      skipped: 1,
      pending: 1,
      other: 1,
    });
    expect((stop ?? 0) - (start ?? 0)).toBe(1_234);
  });

  it('keeps the verdict that CTRF has no word for', () => {
    const deviation = report.results.tests.find(
      ({ name }) => name === 'textsecure.prekeys.deviates',
    );
    expect(deviation).toMatchObject({ status: 'passed', rawStatus: 'deviation' });
  });

  it('has the members that the schema asks for and no others', () => {
    for (const one of parsed(ctrf(largeResults(120))).results.tests) {
      expect(one['name']).not.toBe('');
      expect(['passed', 'failed', 'skipped', 'pending', 'other']).toContain(one['status']);
      expect(Number.isInteger(one['duration'])).toBe(true);
      expect(Object.keys(one).filter((key) => !allowed.has(key))).toEqual([]);
    }
  });

  it('tells of a failure what was expected, what came, and how to try it', () => {
    const failure = report.results.tests.find(({ name }) => name === 'textsecure.prekeys.fails');
    expect(failure?.['trace']).toContain('expected: status 200');
    expect(failure?.['trace']).toContain('actual: status 500');
    expect(failure?.['trace']).toContain('curl -i');
    expect(JSON.stringify(report)).not.toContain('\\u001b');
  });
});
