/** What compares the verdicts of the targets sees each kind of difference. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check, requirement, resultsOf } from '../reports/sample.js';
import { scratchFolder } from './command.js';
import { leaks } from './leaks.js';
import { differences, unmatchedMarks, type KnownVerdicts } from './verdicts.js';

const scratch = scratchFolder();
afterAll(scratch.remove);

const results = resultsOf(
  ['s.a.wrong', 's.a.odd', 's.a.good'].map((id) => requirement(id)),
  [
    check(['s.a.wrong'], 'failed', { message: 'answered 500' }),
    check(['s.a.odd'], 'deviated', { message: 'answered 204' }),
    check(['s.a.good'], 'passed'),
  ],
);

const known: KnownVerdicts = {
  verdict: 'nonconformant',
  causes: [
    { bug: 'crash', fail: ['s.a.wrong'] },
    { habit: 'empty', deviation: ['s.a.odd'], reason: '204' },
  ],
};

describe('the comparison of verdicts', () => {
  it('has nothing to say when they are the known ones', () => {
    expect(differences(known, results)).toEqual([]);
  });

  it.each<[string, KnownVerdicts, string]>([
    [
      'a fail that nobody knows',
      { ...known, causes: known.causes.slice(1) },
      's.a.wrong: known pass, now fail: answered 500',
    ],
    [
      'a bug that is missed',
      { ...known, causes: [...known.causes, { bug: 'other', fail: ['s.a.good'] }] },
      's.a.good: known fail (other), now pass: ',
    ],
    [
      'another reason',
      {
        ...known,
        causes: [
          { bug: 'crash', fail: ['s.a.wrong'] },
          { habit: 'empty', deviation: ['s.a.odd'], reason: '202' },
        ],
      },
      's.a.odd: known deviation (empty) with "202", now with "answered 204"',
    ],
    [
      'a requirement that is gone',
      { ...known, causes: [...known.causes, { lacks: 'clock', skip: ['s.a.gone'] }] },
      's.a.gone: known, but the run does not have it',
    ],
    [
      'another word for the run',
      { ...known, verdict: 'conformant' },
      'the run: known conformant, now nonconformant',
    ],
  ])('tells %s', (_what, changed, sentence) => {
    expect(differences(changed, results)).toEqual([sentence]);
  });

  it('refuses a requirement with two causes', () => {
    const twice = { ...known, causes: [...known.causes, { gap: 'more', fail: ['s.a.odd'] }] };
    expect(() => differences(twice, results)).toThrow('verdicts.yaml names s.a.odd twice');
  });
});

describe('the marks of a server', () => {
  it('and its verdicts name the same bugs and gaps', () => {
    const source = '// BUG crash: falls over.\n/* GAP slow: not there. */';
    expect(unmatchedMarks(known, source)).toEqual(['no verdict shows gap slow']);
    expect(unmatchedMarks(known, '')).toEqual(['no source has bug crash']);
    // A bug is seen by a fail only.
    const missed = { ...known, causes: [{ bug: 'crash', inconclusive: ['s.a.wrong'] }] };
    expect(unmatchedMarks(missed, '// BUG crash: falls over.')).toEqual([
      'no verdict shows bug crash',
    ]);
  });
});

describe('the search for leaks', () => {
  it.each([
    'a=pass & word',
    'cGFzcyAmIHdvcmQ=',
    '70617373202620776F7264',
    'pass%20%26%20word',
    'pass+%26+word',
    'pass &amp; word',
  ])('finds a secret as %s', (text) => {
    const folder = join(scratch.path, Buffer.from(text).toString('hex'));
    mkdirSync(folder);
    writeFileSync(join(folder, 'report'), `<p>${text}</p>`);
    expect(leaks(folder, '', { password: 'pass & word' })).not.toEqual([]);
    expect(leaks(folder, text, { password: 'another' })).toEqual([]);
  });
});
