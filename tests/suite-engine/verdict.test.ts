import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../specs/model.js';
import type { CheckStatus, RequirementResult, RunVerdict, Verdict } from '../../specs/results.js';
import { counts, countVerdicts, requirementVerdict, runVerdict } from '../../specs/verdict.js';

const levels: readonly Level[] = ['must', 'should', 'may'];
const verdicts: readonly Verdict[] = [
  'pass',
  'deviation',
  'fail',
  'skip',
  'inconclusive',
  'untested',
];

type Judged = Pick<RequirementResult, 'level' | 'verdict' | 'waived'>;

function judged(verdict: Verdict, level: Level = 'must', waived = false): Judged {
  return { verdict, level, waived };
}

const anyJudged = fc.record({
  level: fc.constantFrom(...levels),
  verdict: fc.constantFrom(...verdicts),
  waived: fc.boolean(),
});

describe('the verdict of a requirement', () => {
  const order: readonly [CheckStatus, Verdict][] = [
    ['failed', 'fail'],
    ['inconclusive', 'inconclusive'],
    ['deviated', 'deviation'],
    ['passed', 'pass'],
    ['skipped', 'skip'],
  ];

  it.each(order)('of one check that %s is %s, for the check’s reason', (status, verdict) => {
    expect(requirementVerdict([{ status, message: 'why' }])).toEqual({ verdict, reason: 'why' });
    expect(requirementVerdict([{ status, message: null }])).toEqual({ verdict, reason: null });
  });

  it('is decided by the worst check, in any order of all statuses', () => {
    const statuses = order.map(([status]) => status);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statuses), { minLength: 1 }), (drawn) => {
        const worst = Math.min(...drawn.map((status) => statuses.indexOf(status)));
        const { verdict, reason } = requirementVerdict(
          drawn.map((status) => ({ status, message: status })),
        );
        expect([reason, verdict]).toEqual(order[worst]);
      }),
    );
  });

  it('takes its reason from the first of the checks that decide', () => {
    const tests = [
      { status: 'passed', message: null },
      { status: 'failed', message: 'first' },
      { status: 'failed', message: 'second' },
    ] as const;
    expect(requirementVerdict(tests).reason).toBe('first');
  });

  it('without any check is untested, and says so', () => {
    expect(requirementVerdict([])).toEqual({
      verdict: 'untested',
      reason: 'no check of this run covers it',
    });
  });
});

describe('a fail counts', () => {
  it.each<[Level, Level[]]>([
    ['must', ['must']],
    ['should', ['must', 'should']],
    ['may', ['must', 'should', 'may']],
  ])('at --level %s for %s', (level, counting) => {
    for (const own of levels) {
      expect(counts(judged('fail', own), level, false)).toBe(counting.includes(own));
      expect(counts(judged('fail', own), level, true)).toBe(counting.includes(own));
      expect(counts(judged('deviation', own), level, true)).toBe(counting.includes(own));
      expect(counts(judged('deviation', own), level, false)).toBe(false);
    }
  });

  it('never when it is waived, and nothing else ever does', () => {
    for (const strict of [true, false]) {
      expect(counts(judged('fail', 'must', true), 'may', strict)).toBe(false);
      expect(counts(judged('deviation', 'must', true), 'may', strict)).toBe(false);
      for (const verdict of ['pass', 'skip', 'inconclusive', 'untested'] as const) {
        expect(counts(judged(verdict), 'may', strict)).toBe(false);
      }
    }
  });
});

describe('the verdict of a run', () => {
  const cases: readonly [string, readonly Judged[], RunVerdict][] = [
    ['all pass', [judged('pass'), judged('pass', 'may')], 'conformant'],
    ['a pass and a skip', [judged('pass'), judged('skip')], 'conformant'],
    ['a pass and one untested', [judged('pass'), judged('untested')], 'conformant'],
    ['a must fails', [judged('pass'), judged('fail')], 'nonconformant'],
    ['a should fails', [judged('pass'), judged('fail', 'should')], 'conformant'],
    ['a waived must fails', [judged('pass'), judged('fail', 'must', true)], 'conformant'],
    ['only a waived must, which fails', [judged('fail', 'must', true)], 'conformant'],
    ['a must deviates', [judged('pass'), judged('deviation')], 'conformant-with-deviations'],
    ['a may deviates', [judged('pass'), judged('deviation', 'may')], 'conformant-with-deviations'],
    ['only a deviation', [judged('deviation', 'should')], 'conformant-with-deviations'],
    ['a must is open', [judged('pass'), judged('inconclusive')], 'inconclusive'],
    ['a waived must is open', [judged('pass'), judged('inconclusive', 'must', true)], 'conformant'],
    ['a should is open', [judged('pass'), judged('inconclusive', 'should')], 'conformant'],
    ['a must fails, another is open', [judged('fail'), judged('inconclusive')], 'nonconformant'],
    ['all skipped', [judged('skip'), judged('skip', 'may')], 'inconclusive'],
    ['nothing tested', [judged('untested')], 'inconclusive'],
    ['nothing at all', [], 'inconclusive'],
  ];

  it.each(cases)('where %s', (_name, results, verdict) => {
    expect(runVerdict(results, 'must', false)).toBe(verdict);
  });

  it('turns deviations into fails when strict, as far as the level reaches', () => {
    const mild = [judged('pass'), judged('deviation', 'should')];
    expect(runVerdict(mild, 'must', true)).toBe('conformant-with-deviations');
    expect(runVerdict(mild, 'should', true)).toBe('nonconformant');
    expect(runVerdict(mild, 'should', false)).toBe('conformant-with-deviations');
  });

  it('counts fails of lower levels where these are asked for', () => {
    const results = [judged('pass'), judged('fail', 'may')];
    expect(levels.map((level) => runVerdict(results, level, false))).toEqual([
      'conformant',
      'conformant',
      'nonconformant',
    ]);
  });

  it('does not depend on the order of the results', () => {
    fc.assert(
      fc.property(
        fc.array(anyJudged),
        fc.constantFrom(...levels),
        fc.boolean(),
        (all, level, strict) => {
          expect(runVerdict([...all].reverse(), level, strict)).toBe(
            runVerdict(all, level, strict),
          );
        },
      ),
    );
  });

  it('is nonconformant exactly when something counts', () => {
    fc.assert(
      fc.property(
        fc.array(anyJudged),
        fc.constantFrom(...levels),
        fc.boolean(),
        (all, level, strict) => {
          const any = all.some((entry) => counts(entry, level, strict));
          expect(runVerdict(all, level, strict) === 'nonconformant').toBe(any);
        },
      ),
    );
  });

  it('is never conformant on nothing but skips and silence', () => {
    const empty = fc.constantFrom<Verdict>('skip', 'inconclusive', 'untested');
    const silent = fc.record({
      level: fc.constantFrom(...levels),
      verdict: empty,
      waived: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(silent), (all) => {
        expect(runVerdict(all, 'may', true)).toBe('inconclusive');
      }),
    );
  });
});

describe('the tally', () => {
  it('counts each verdict, and those that are not there as zero', () => {
    expect(countVerdicts([])).toEqual({
      pass: 0,
      deviation: 0,
      fail: 0,
      skip: 0,
      inconclusive: 0,
      untested: 0,
    });
    const all = verdicts.flatMap((verdict, index) =>
      Array.from({ length: index + 1 }, () => ({ verdict })),
    );
    expect(countVerdicts(all)).toEqual({
      pass: 1,
      deviation: 2,
      fail: 3,
      skip: 4,
      inconclusive: 5,
      untested: 6,
    });
  });
});
