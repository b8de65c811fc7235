import { describe, expect, it } from 'vitest';
import type { CheckStatus, RequirementInfo, Results, RunEvent } from '../../specs/results.js';
import { foldEvents } from '../../specs/verdict.js';
import { ended, exchange, finished, info, started } from './requirement.js';

const two = [info('a.x.one'), info('a.x.two')];

function fold(
  requirements: readonly RequirementInfo[],
  events: readonly RunEvent[],
  parts: Parameters<typeof started>[1] = {},
): Results {
  return foldEvents([started(requirements, parts), ...events, ended()]);
}

describe('results.json', () => {
  it('repeats what the run was, and its length', () => {
    const results = fold(two, [], { strict: true, level: 'may' });
    expect(results).toMatchObject({
      tool: { name: 'countersign', version: '0.1.0' },
      runId: 'abc',
      target: 'http://target.test',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1_234,
      strict: true,
      level: 'may',
    });
  });

  it('gives each requirement its tests, a test of several to all of them', () => {
    const { requirements } = fold(two, [
      finished('a.x.one', 'passed', { durationMs: 3 }),
      finished(['a.x.one', 'a.x.two'], 'failed', {
        message: 'why',
        comparison: { expected: 'a', actual: 'b' },
        exchanges: [exchange('HTTP/1.1 200')],
      }),
    ]);
    expect(requirements.map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([
      ['a.x.one', 'fail', 'why'],
      ['a.x.two', 'fail', 'why'],
    ]);
    expect(requirements[0]?.tests).toEqual([
      {
        check: 'a.x.one',
        title: 'a check of a.x.one',
        file: 'suites/a/b.ts',
        status: 'passed',
        durationMs: 3,
        message: null,
        comparison: null,
        exchanges: [],
      },
      {
        check: 'a.x.one',
        title: 'a check of a.x.one',
        file: 'suites/a/b.ts',
        status: 'failed',
        durationMs: 5,
        message: 'why',
        comparison: { expected: 'a', actual: 'b' },
        exchanges: [exchange('HTTP/1.1 200')],
      },
    ]);
    expect(requirements[1]?.tests).toHaveLength(1);
    expect(requirements[1]).toMatchObject(info('a.x.two'));
  });

  it('keeps what no check decided as untested', () => {
    const { requirements, verdict } = fold(two, [finished('a.x.one', 'passed')]);
    expect(requirements[1]).toMatchObject({ verdict: 'untested', tests: [], waived: false });
    expect(verdict).toBe('conformant');
  });

  it('ignores a check of a requirement that was not selected', () => {
    const { requirements } = fold([info('a.x.one')], [finished('a.x.other', 'failed')]);
    expect(requirements.map(({ verdict }) => verdict)).toEqual(['untested']);
  });

  it('judges each system for itself', () => {
    const { systems, verdict } = fold(
      [info('a.x.one'), info('b.x.one'), info('b.x.two', 'may')],
      [
        finished('a.x.one', 'passed'),
        finished('b.x.one', 'failed'),
        finished('b.x.two', 'deviated'),
      ],
    );
    expect(verdict).toBe('nonconformant');
    expect(Object.keys(systems)).toEqual(['a', 'b']);
    expect(systems.a).toMatchObject({ verdict: 'conformant', counts: { pass: 1, fail: 0 } });
    expect(systems.b).toMatchObject({
      verdict: 'nonconformant',
      counts: { pass: 0, fail: 1, deviation: 1 },
    });
  });

  it('judges systems by the level and strictness of the run', () => {
    const requirements = [info('a.x.one'), info('a.x.two', 'should')];
    const events = [finished('a.x.one', 'passed'), finished('a.x.two', 'deviated')];
    const verdictOf = (parts: Parameters<typeof started>[1]): unknown =>
      fold(requirements, events, parts).systems.a?.verdict;
    expect(verdictOf({})).toBe('conformant-with-deviations');
    expect(verdictOf({ strict: true })).toBe('conformant-with-deviations');
    expect(verdictOf({ strict: true, level: 'should' })).toBe('nonconformant');
  });

  it('does not exist without the beginning of a run', () => {
    expect(() => foldEvents([finished('a.x.one', 'passed'), ended()])).toThrow(
      'the event stream has no run-started event',
    );
  });
});

describe('a waiver', () => {
  const waivers = [{ requirement: 'a.x.one', reason: 'known', until: '2027-01-01' }];

  it('keeps a fail from counting, and the verdict of the requirement as it is', () => {
    const results = fold(two, [finished('a.x.one', 'failed'), finished('a.x.two', 'passed')], {
      waivers,
    });
    expect(results.verdict).toBe('conformant');
    expect(results.requirements.map(({ verdict, waived }) => [verdict, waived])).toEqual([
      ['fail', true],
      ['pass', false],
    ]);
    expect(results.staleWaivers).toEqual([]);
  });

  it('of what passes is stale; of what deviates or is open it is not', () => {
    const staleFor = (status: CheckStatus): readonly string[] =>
      fold(two, [finished('a.x.one', status)], { waivers }).staleWaivers;
    expect(staleFor('passed')).toEqual(['a.x.one']);
    expect(staleFor('deviated')).toEqual([]);
    expect(staleFor('inconclusive')).toEqual([]);
    expect(staleFor('skipped')).toEqual([]);
  });
});

describe('an interrupted run', () => {
  it('is inconclusive, with what it decided until then', () => {
    const results = foldEvents([
      started(two),
      finished('a.x.one', 'passed', { durationMs: 20 }),
      finished('a.x.two', 'passed', { durationMs: 30 }),
    ]);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toBe('The run was interrupted; what it decided until then is below.');
    expect(results.durationMs).toBe(50);
    expect(results.requirements.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });

  it('is nonconformant as soon as a fail is certain', () => {
    expect(foldEvents([started(two), finished('a.x.one', 'failed')]).verdict).toBe('nonconformant');
  });

  it('may have ended before the first check', () => {
    const results = foldEvents([started(two)]);
    expect(results).toMatchObject({ verdict: 'inconclusive', durationMs: 0 });
    expect(results.requirements).toHaveLength(2);
  });
});

describe('an unreachable target', () => {
  it('is inconclusive for the reason given, whatever failed before', () => {
    const results = foldEvents([
      started(two),
      finished('a.x.one', 'failed'),
      ended('http://target.test cannot be reached: refused'),
    ]);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toBe('http://target.test cannot be reached: refused');
  });
});

describe('the summary', () => {
  it.each<[string, readonly RunEvent[], string]>([
    [
      'nonconformant',
      [finished('a.x.one', 'failed'), finished('a.x.two', 'passed')],
      '1 of 2 requirements fail at the level that was asked for.',
    ],
    [
      'conformant',
      [finished('a.x.one', 'passed'), finished('a.x.two', 'passed')],
      '2 requirements hold; no failure counts at level must.',
    ],
    [
      'conformant-with-deviations',
      [finished('a.x.one', 'passed'), finished('a.x.two', 'deviated')],
      'No failure counts at level must; 1 requirements hold only in a tolerated way.',
    ],
    [
      'inconclusive',
      [finished('a.x.one', 'passed'), finished('a.x.two', 'inconclusive')],
      '1 requirements could not be decided: their positive controls did not hold.',
    ],
    [
      'inconclusive',
      [finished('a.x.one', 'skipped'), finished('a.x.two', 'skipped')],
      'Nothing was decided: every requirement was skipped.',
    ],
  ])('of a %s run says what is going on', (verdict, events, summary) => {
    expect(fold(two, events)).toMatchObject({ verdict, summary });
  });

  it('counts only what counts', () => {
    const requirements = [info('a.x.one'), info('a.x.two', 'may'), info('a.x.three', 'should')];
    const events = ['one', 'two', 'three'].map((name) => finished(`a.x.${name}`, 'failed'));
    expect(fold(requirements, events, { level: 'should' }).summary).toMatch(/^2 of 3 /);
    const strict = fold(two, [finished('a.x.one', 'deviated')], { strict: true });
    expect(strict.summary).toMatch(/^1 of 2 /);
  });

  it('names the level that was asked for', () => {
    expect(fold(two, [finished('a.x.one', 'passed')], { level: 'may' }).summary).toContain(
      'level may',
    );
  });
});

describe('a target that answers everything alike', () => {
  function summaryOf(
    responses: readonly string[],
    status: CheckStatus = 'failed',
    more: readonly RunEvent[] = [],
  ): string {
    const half = Math.floor(responses.length / 2);
    const parts = [responses.slice(0, half), responses.slice(half)];
    const events = parts.map((part, index) =>
      finished(index === 0 ? 'a.x.one' : 'a.x.two', status, { exchanges: part.map(exchange) }),
    );
    return fold([...two, info('a.x.three')], [...events, ...more]).summary;
  }

  it('is called a stand-in, in one sentence', () => {
    expect(summaryOf(Array<string>(5).fill('HTTP/1.1 401\nserver: x\n\nbody'))).toBe(
      'The target answered every one of 5 requests with 401: it looks like a stand-in, a gateway or a wrong address rather than an implementation.',
    );
    expect(summaryOf(Array<string>(12).fill('HTTP/2 200'))).toContain(
      'every one of 12 requests with 200',
    );
  });

  it('is not guessed from a run of one or two requirements', () => {
    const exchanges = Array<string>(9).fill('HTTP/1.1 200').map(exchange);
    const { summary } = fold(two, [finished('a.x.one', 'failed', { exchanges })]);
    expect(summary).toMatch(/^1 of 2 requirements fail/);
  });

  it('may also be silent', () => {
    expect(summaryOf(Array<string>(6).fill('(the connection was reset)'))).toBe(
      'The target accepted 6 requests and answered none of them.',
    );
  });

  it('is not guessed from fewer than five exchanges, or from answers that differ', () => {
    expect(summaryOf(Array<string>(4).fill('HTTP/1.1 401'))).toMatch(/fail at the level/);
    const mixed = [...Array<string>(8).fill('HTTP/1.1 401'), 'HTTP/1.1 403'];
    expect(summaryOf(mixed)).toMatch(/fail at the level/);
    const partly = [...Array<string>(8).fill('HTTP/1.1 401'), '(reset)'];
    expect(summaryOf(partly)).toMatch(/fail at the level/);
  });

  it('may answer one of twenty otherwise, whichever it is: a limit of its HTTP library', () => {
    const alike = (count: number): string[] => Array<string>(count).fill('HTTP/1.1 401');
    const most = 'The target answered 19 of 20 requests with 401: it looks like a stand-in';
    expect(summaryOf([...alike(19), 'HTTP/1.1 431'])).toContain(most);
    expect(summaryOf(['HTTP/1.1 431', ...alike(19)])).toContain(most);
    expect(summaryOf(['HTTP/1.1 431', ...alike(18)])).toMatch(/fail at the level/);
    expect(summaryOf(['HTTP/1.1 431', ...alike(18), '(reset)'])).toMatch(/fail at the level/);
    const silent = Array<string>(19).fill('(reset)');
    expect(summaryOf(['HTTP/1.1 431', ...silent])).toContain(
      'accepted 19 requests and answered none',
    );
  });

  it('is told from the status line, not from a status in the body', () => {
    const bodies = Array<string>(6).fill('something\nHTTP/1.1 401');
    expect(summaryOf(bodies)).toMatch(/answered none of them/);
  });

  it.each<CheckStatus>(['passed', 'deviated'])(
    'is none where anything %s: an implementation, with failures that look alike',
    (status) => {
      const summary = summaryOf(Array<string>(9).fill('HTTP/1.1 200'), 'failed', [
        finished('a.x.three', status),
      ]);
      expect(summary).toMatch(/^2 of 3 requirements fail/);
    },
  );

  it('is told as such where it left everything undecided', () => {
    expect(summaryOf(Array<string>(6).fill('HTTP/1.1 503'), 'inconclusive')).toContain('with 503');
  });
});
