import { describe, expect, it } from 'vitest';
import { dialectSentence } from '../../reports/dialect.js';
import { summary } from '../../reports/summary.js';
import { html } from '../../reports/html.js';
import { terminal } from '../../reports/terminal.js';
import { check, requirement, resultsOf } from './sample.js';

function run(deviating: number, passing: number, tolerate = '422 (observed in the server)') {
  const ids = Array.from({ length: deviating + passing }, (_, index) => `s.a.r${String(index)}`);
  return resultsOf(
    ids.map((id) => requirement(id, { tolerate })),
    ids.map((id, index) => check([id], index < deviating ? 'deviated' : 'passed')),
  );
}

describe('the observed dialect', () => {
  it('is named when most requirements that know it deviate', () => {
    expect(dialectSentence(run(5, 4).requirements)).toMatch(
      /consistently shows the observed dialect of s: 5 of 9/,
    );
  });

  it.each([
    ['too few deviate', run(4, 0)],
    ['half is not most', run(5, 5)],
    ['the deviations are of another kind', run(9, 0, 'Any other 4xx.')],
  ])('is not named when %s', (_, results) => {
    expect(dialectSentence(results.requirements)).toBeNull();
  });

  it('is said once in every report', () => {
    const results = run(6, 0);
    for (const text of [summary(results), html(results), terminal(results, { color: false })]) {
      expect(text.split('consistently shows the observed dialect')).toHaveLength(2);
    }
  });
});
