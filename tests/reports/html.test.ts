import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare.js';
import { html } from '../../reports/html.js';
import {
  check,
  exchange,
  hostile,
  largeResults,
  requirement,
  resultsOf,
  smallResults,
} from './sample.js';

describe('index.html', () => {
  const page = html(smallResults());

  it('gives the replay command that the terminal gives', () => {
    const commands = (text: string): string[] =>
      [...text.matchAll(/countersign replay ([^<]+)</g)].map(([, rest = '']) => rest);
    expect(commands(page)).not.toEqual([]);
    expect(commands(page).join('\n')).not.toContain('--events');
    for (const command of commands(html(smallResults(), null, 'out/events.ndjson'))) {
      expect(command).toMatch(/ --events out\/events\.ndjson$/);
    }
    expect(commands(html(smallResults(), null, null))).toEqual([]);
  });

  it('has the verdict before the numbers, and these before the requirements', () => {
    const order = [
      '<h1>Not conformant</h1>',
      'class="legend"',
      'id="causes"',
      'id="systems"',
      'class="req"',
    ];
    const places = order.map((text) => page.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('has no markup of the target', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script/g)).toHaveLength(1);
    expect(page.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  });

  it('stays text even where ids and titles are hostile', () => {
    const evil = `s.a.${hostile}"'><script>`;
    const results = resultsOf(
      [requirement(evil, { area: hostile, system: hostile, statement: hostile, source: hostile })],
      [
        check([evil], 'failed', {
          title: hostile,
          file: hostile,
          exchanges: [
            exchange({ operation: hostile, request: hostile, response: hostile, curl: hostile }),
          ],
        }),
      ],
      { target: hostile, runId: hostile },
    );
    const other = html(results, compare(results, smallResults()));
    expect(other).not.toContain('<img');
    expect(other.match(/<script/g)).toHaveLength(1);
  });

  it('allows its own script and style and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const script = /<script>([^]*?)<\/script>/.exec(page)?.[1] ?? '';
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash(script)}'`);
    expect(policy).toContain(`style-src 'sha256-${hash(style)}'`);
    expect(page).not.toMatch(/\s(?:style|on\w+)="/);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('names the slowest check', () => {
    expect(page).toMatch(/Slowest check[^]*checks textsecure\.prekeys\.fails[^]*2\.5 s/);
  });

  it('shows what changed since an older run', () => {
    const older = resultsOf([requirement('ssks.auth.gone')], [check(['ssks.auth.gone'], 'passed')]);
    const newer = smallResults();
    expect(html(newer, compare(older, newer))).toContain('Since the older run');
  });

  it('shows the exchanges of a check once, and links to them from its other requirements', () => {
    const results = resultsOf(
      [requirement('s.a.one'), requirement('s.a.two')],
      [check(['s.a.one', 's.a.two'], 'passed', { exchanges: [exchange()] })],
    );
    const text = html(results);
    expect(text.match(/class="exchange"/g)).toHaveLength(1);
    expect(text).toContain('The exchanges of this check are shown under');
  });

  it('is of a size that a browser opens at once, with 600 requirements and 2,000 exchanges', () => {
    const results = largeResults();
    const exchanges = results.requirements.flatMap(({ tests }) =>
      tests.flatMap((t) => t.exchanges),
    );
    expect(exchanges.length).toBeGreaterThan(1_500);
    const begun = performance.now();
    const text = html(results);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(text.length).toBeLessThan(5_000_000);
    expect(text.match(/<details class="exchange"/g)?.length).toBe(exchanges.length);
  });

  it('says of a failure that does not count why it does not', () => {
    expect(page).toContain('Does not fail the run, which counts failures down to level must.');
    expect(page).toContain('Waived: a failure here does not fail the run.');
    expect(html(smallResults({ level: 'may' }))).not.toContain('Does not fail the run');
  });

  it('cuts long bodies', () => {
    const results = resultsOf(
      [requirement('s.a.b')],
      [check(['s.a.b'], 'failed', { exchanges: [exchange({ response: 'x'.repeat(1_000_000) })] })],
    );
    expect(html(results).length).toBeLessThan(60_000);
  });
});
