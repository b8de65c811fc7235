import { describe, expect, it } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import { badge } from '../../reports/badge.js';
import { summary } from '../../reports/summary.js';
import { terminal, verdictLine } from '../../reports/terminal.js';
import { check, hostile, largeResults, requirement, resultsOf, smallResults } from './sample.js';
import { parseXml } from './xml.js';

const small = smallResults();

describe('the end of a run in a terminal', () => {
  const plain = terminal(small, { color: false });

  it('has the verdict in its last line', () => {
    expect(plain.trimEnd().split('\n').at(-1)).toBe(
      'Not conformant. 1 of 8 requirements fail at the level that was asked for.',
    );
    expect(verdictLine(small, { color: false })).toMatch(/^Not conformant\. /);
  });

  it('has a line for each area', () => {
    expect(plain).toMatch(/│ prekeys +│ +2 │/);
    expect(plain).toMatch(/│ auth +│ +1 │/);
  });

  it('brings no control character of the target, with colours or without', () => {
    expect(plain.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    const coloured = terminal(small, { color: true });
    // eslint-disable-next-line no-control-regex -- these sequences are what is looked for
    expect(coloured.replaceAll(/\x1b\[\d+m|\n/g, '')).not.toMatch(/\p{Cc}/u);
    expect(coloured).toContain('\x1b[31m');
  });

  it('says of the first failure of a cause what was expected, what came and who says so', () => {
    const { requirements } = resultsOf(
      [requirement('s.a.one'), requirement('s.a.two')],
      [
        check(['s.a.one'], 'failed', {
          message: 'the list is wrong',
          comparison: { expected: 'two of them', actual: 'none' },
        }),
        check(['s.a.two'], 'failed', { message: 'no answer holds a key', comparison: null }),
      ],
    );
    const text = terminal({ ...small, requirements }, { color: false });
    expect(text).toContain('expected: two of them\n    received: none\n    source: ');
    expect(text).toContain(`expected: ${requirement('s.a.two').expect}\n    source: `);
  });

  it('shows the command for a failure as it can be typed', () => {
    const lines = (events?: string | null): string[] =>
      terminal(small, { color: false, events })
        .split('\n')
        .filter((line) => line.includes('countersign replay'));
    const [plainly = ''] = lines();
    expect(plainly).toMatch(/→ countersign replay \S+$/);
    expect(lines('out/events.ndjson')[0]).toBe(`${plainly} --events out/events.ndjson`);
    expect(lines("Bob's run/events.ndjson")[0]).toBe(
      `${plainly} --events 'Bob'\\''s run/events.ndjson'`,
    );
    expect(lines(null)).toEqual([]);
  });

  it('names the slowest check', () => {
    expect(plain).toContain('slowest check: checks textsecure.prekeys.fails (2.5 s)');
  });
});

describe('summary.md', () => {
  const text = summary(small);

  it('begins with the verdict', () => {
    expect(text).toMatch(/^## ❌ Not conformant\n/);
  });

  it('has a row for each system and one for all', () => {
    expect(text).toContain('| textsecure | ❌ not conformant | 2 | 1 | 1 | 1 | 1 |  |');
    expect(text).toContain('| **all** |');
  });

  it('shows failures collapsed, with expected, actual and source', () => {
    const [, details = ''] = text.split('<details><summary><code>textsecure.prekeys.fails</code>');
    expect(details).toContain('Source: TextSecure Server: API Protocol, lines 12-20');
    expect(details).toContain('<pre>status 200</pre>');
    expect(details).toContain('<pre>status 500 ');
    expect(details).toContain('</details>');
  });

  it('puts failed set-up steps after the others', () => {
    expect(text.indexOf('Failed in a set-up step')).toBeGreaterThan(text.indexOf('answered 200'));
    expect(text.indexOf('set-up: register failed')).toBeGreaterThan(
      text.indexOf('Failed in a set-up step'),
    );
  });

  it('has no markup, mention or control character of the target', () => {
    expect(text).not.toContain('<img');
    expect(text).not.toContain('</script');
    expect(text).not.toContain('@someone');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    const outside = text.replaceAll(/<pre>[^]*?<\/pre>/g, '');
    expect(outside).not.toMatch(/(?<!\\)!\[/);
  });

  it('stays below what a CI job summary takes', () => {
    const ids = Array.from({ length: 800 }, (_, index) => `s.a.r${String(index)}`);
    const bad = resultsOf(
      ids.map((id) => requirement(id)),
      ids.map((id) =>
        check([id], 'failed', {
          message: 'x'.repeat(500),
          comparison: { expected: hostile.repeat(100), actual: '<'.repeat(9_000) },
        }),
      ),
    );
    expect(Buffer.byteLength(summary(bad))).toBeLessThan(900_000);
    expect(summary(bad)).toContain('740 more failures in index.html.');
  });
});

describe('annotations of GitHub Actions', () => {
  const lines = annotations(small).trimEnd().split('\n');

  it('are errors where the run fails for it, and warnings otherwise', () => {
    expect(lines.map((line) => /^::(\w+) title=([^:]*)::/.exec(line)?.slice(1))).toEqual([
      ['error', 'textsecure.prekeys.fails'],
      ['warning', 'ssks.auth.waived'],
      ['warning', 'textsecure.prekeys.fails-softly'],
    ]);
  });

  it('are none for a run without failures', () => {
    const good = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    expect(annotations(good)).toBe('');
  });

  it('cannot be broken out of by a message', () => {
    const results = resultsOf(
      [requirement('s.a.b')],
      [check(['s.a.b'], 'failed', { message: '100%\n::error::mine\r\n::set-output name=x::y' })],
    );
    expect(annotations(results).trimEnd().split('\n')).toHaveLength(1);
    expect(annotations(results)).toContain('100%25 ::error::mine');
  });

  it('escape what ends a property', () => {
    const results = resultsOf(
      [requirement('s.a.b,line=1::x')],
      [check(['s.a.b,line=1::x'], 'failed')],
    );
    expect(annotations(results)).toMatch(/^::error title=s\.a\.b%2Cline=1%3A%3Ax::/);
  });

  it('are at most ten of a kind, and say that there are more', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `s.a${String(index)}.b`);
    const words = 'abcdefghijklmnopqrstuvwxyzäöüß';
    const results = resultsOf(
      ids.map((id) => requirement(id)),
      ids.map((id, index) => check([id], 'failed', { message: `no ${words[index] ?? ''}` })),
    );
    const all = annotations(results).trimEnd().split('\n');
    expect(all).toHaveLength(10);
    expect(all.at(-1)).toContain('21 more causes');
  });

  it('count the deviations of a strict run', () => {
    expect(annotations(smallResults({ strict: true }))).toContain(
      '::error title=textsecure.prekeys.deviates::',
    );
  });
});

describe('badge.svg', () => {
  it('is well-formed and says the verdict', () => {
    const image = parseXml(badge(small));
    expect(image.name).toBe('svg');
    expect(image.attributes['aria-label']).toBe('countersign: not conformant · 2 of 5');
  });

  it('has another ground for each verdict', () => {
    const good = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    expect(badge(good)).toContain('#1a7f37');
    expect(badge(largeResults(60))).toContain('#b62324');
  });
});
