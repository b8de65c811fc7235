import { describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare.js';
import { summary } from '../../reports/summary.js';
import type { CheckStatus } from '../../specs/results.js';
import { check, requirement, resultsOf } from './sample.js';

function run(statuses: Readonly<Record<string, CheckStatus>>, waived: readonly string[] = []) {
  const ids = Object.keys(statuses);
  return resultsOf(
    ids.map((id) => requirement(id)),
    Object.entries(statuses).map(([id, status]) => check([id], status)),
    { waived },
  );
}

describe('comparing two runs', () => {
  it.each(['passed', 'deviated', 'skipped', 'inconclusive'] as const)(
    'calls it a regression when what was %s fails now',
    (before) => {
      const comparison = compare(run({ 's.a.b': before }), run({ 's.a.b': 'failed' }));
      expect(comparison.regressed).toBe(true);
      expect(comparison.broken).toMatchObject([{ id: 's.a.b', now: 'fail' }]);
    },
  );

  it('calls it a regression when what no check covered fails now', () => {
    const older = resultsOf([requirement('s.a.b')], []);
    expect(compare(older, run({ 's.a.b': 'failed' })).regressed).toBe(true);
  });

  it('is silent about what is as it was', () => {
    const same = run({ 's.a.b': 'failed', 's.a.c': 'passed' });
    expect(compare(same, same)).toEqual({
      fixed: [],
      broken: [],
      changed: [],
      new: [],
      gone: [],
      regressed: false,
    });
  });

  it('tells fixed from otherwise changed', () => {
    const older = run({ 's.a.b': 'failed', 's.a.c': 'failed', 's.a.d': 'passed' });
    const newer = run({ 's.a.b': 'deviated', 's.a.c': 'skipped', 's.a.d': 'deviated' });
    const { fixed, changed, regressed } = compare(older, newer);
    expect(fixed.map(({ id }) => id)).toEqual(['s.a.b']);
    expect(changed.map(({ id }) => id)).toEqual(['s.a.c', 's.a.d']);
    expect(regressed).toBe(false);
  });

  it('does not call a new requirement broken, nor miss one that is gone', () => {
    const comparison = compare(run({ 's.a.old': 'passed' }), run({ 's.a.new': 'failed' }));
    expect(comparison.new).toMatchObject([{ id: 's.a.new', verdict: 'fail' }]);
    expect(comparison.gone).toMatchObject([{ id: 's.a.old', verdict: 'pass' }]);
    expect(comparison.regressed).toBe(false);
  });

  it('accepts a failure that is waived', () => {
    const comparison = compare(run({ 's.a.b': 'passed' }), run({ 's.a.b': 'failed' }, ['s.a.b']));
    expect(comparison.regressed).toBe(false);
    expect(comparison.changed).toHaveLength(1);
  });

  it('stands in the summary', () => {
    const newer = run({ 's.a.b': 'failed' });
    const text = summary(newer, compare(run({ 's.a.b': 'passed' }), newer));
    expect(text).toContain('1 regression, 0 fixed');
    expect(text).toContain('| broken | <code>s.a.b</code> | pass | fail |');
  });
});
