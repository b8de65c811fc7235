import { describe, expect, it } from 'vitest';
import { merge, MergeError } from '../../reports/merge.js';
import type { CheckResult, CheckStatus } from '../../specs/results.js';
import { foldEvents } from '../../specs/verdict.js';
import { check, eventsOf, exchange, requirement, resultsOf } from './sample.js';

const statuses: readonly CheckStatus[] = [
  'passed',
  'deviated',
  'failed',
  'skipped',
  'inconclusive',
  'passed',
];
const ids = Array.from(
  { length: 24 },
  (_, index) =>
    `${index % 2 === 0 ? 'textsecure' : 'ssks'}.area${String(index % 5)}.r${String(index)}`,
).sort();
const requirements = ids.map((id) => requirement(id));
/** Every third check covers a second requirement, so that requirements have checks of both halves. */
const checks: readonly CheckResult[] = ids.map((id, index) =>
  check([id, ...(index % 3 === 0 ? [ids[(index + 7) % ids.length] ?? id] : [])], at(index), {
    durationMs: index,
    exchanges: [exchange({ id: `x${String(index)}` })],
  }),
);

function at(index: number): CheckStatus {
  return statuses[index % statuses.length] ?? 'passed';
}

function half(keep: (index: number) => boolean, durationMs: number) {
  const own = checks.filter((_, index) => keep(index));
  return resultsOf(requirements, own, { durationMs });
}

describe('merging results', () => {
  it('of two halves gives the whole', () => {
    const whole = resultsOf(requirements, checks, { durationMs: 3_000 });
    const first = half((index) => index < 12, 1_000);
    const second = half((index) => index >= 12, 2_000);
    expect(merge([first, second])).toEqual(whole);
  });

  it('of shards that know only their own requirements gives them all, by system', () => {
    const shard = (parity: number) =>
      resultsOf(
        requirements.filter((_, index) => index % 2 === parity),
        checks.filter((_, index) => index % 2 === parity),
      );
    const merged = merge([shard(0), shard(1)]);
    expect(merged.requirements.map(({ id }) => id).sort()).toEqual(ids);
    const systems = merged.requirements.map(({ system }) => system);
    expect(systems).toEqual([...systems].sort());
    expect(Object.keys(merged.systems).sort()).toEqual(['ssks', 'textsecure']);
  });

  it('of one is that one', () => {
    const only = half(() => true, 5);
    expect(merge([only])).toBe(only);
  });

  it.each([
    ['failed', 'inconclusive', 'fail'],
    ['inconclusive', 'passed', 'pass'],
    ['skipped', 'deviated', 'deviation'],
    ['passed', 'failed', 'fail'],
    ['passed', 'skipped', 'pass'],
  ] as const)('of the same check %s and %s says %s', (one, other, verdict) => {
    const run = (status: CheckStatus) =>
      resultsOf([requirement('s.a.b')], [check(['s.a.b'], status)]);
    expect(merge([run(one), run(other)]).requirements[0]?.verdict).toBe(verdict);
    expect(merge([run(other), run(one)]).requirements[0]?.verdict).toBe(verdict);
  });

  it('computes the verdict anew', () => {
    const good = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    const bad = resultsOf([requirement('s.a.c')], [check(['s.a.c'], 'failed')]);
    const merged = merge([good, bad]);
    expect(merged.verdict).toBe('nonconformant');
    expect(merged.summary).toBe('1 of 2 requirements fail at the level that was asked for.');
    expect(merged.durationMs).toBe(good.durationMs + bad.durationMs);
  });

  it('keeps waivers', () => {
    const one = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'failed')], {
      waived: ['s.a.b'],
    });
    const other = resultsOf([requirement('s.a.c')], [check(['s.a.c'], 'passed')], {
      waived: ['s.a.c'],
    });
    const merged = merge([one, other]);
    expect(merged.verdict).toBe('conformant');
    expect(merged.staleWaivers).toEqual(['s.a.c']);
  });

  it('is inconclusive when a part was interrupted or found no target', () => {
    const good = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    const events = eventsOf([requirement('s.a.c')], [check(['s.a.c'], 'passed')]);
    const interrupted = foldEvents(events.slice(0, -1));
    expect(merge([good, interrupted]).verdict).toBe('inconclusive');
    expect(merge([good, interrupted]).summary).toMatch(/interrupted/);
    const unreachable = resultsOf([requirement('s.a.c')], [], { unreachable: 'nobody answers' });
    expect(merge([good, unreachable]).verdict).toBe('inconclusive');
    expect(merge([good, unreachable]).summary).toMatch(/nobody answers/);
    const bad = resultsOf([requirement('s.a.d')], [check(['s.a.d'], 'failed')]);
    expect(merge([bad, interrupted]).verdict).toBe('nonconformant');
  });

  it('of all shards is the whole run, without a word of shards', () => {
    const [first, second] = [
      half((index) => index % 2 === 0, 1),
      half((index) => index % 2 === 1, 2),
    ];
    const merged = merge([
      { ...first, shard: { index: 1, total: 2 } },
      { ...second, shard: { index: 2, total: 2 } },
    ]);
    expect(merged).toEqual(merge([first, second]));
  });

  it('says which shards are missing, and takes a part for no more than that', () => {
    const good = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    const third = { ...good, shard: { index: 3, total: 4 } };
    for (const inputs of [[third], [third, { ...good, shard: { index: 1, total: 4 } }]]) {
      expect(merge(inputs).verdict).toBe('inconclusive');
    }
    expect(merge([third]).summary).toBe('Parts of the run are missing: shard 1/4, 2/4, 4/4.');
    const bad = resultsOf([requirement('s.a.c')], [check(['s.a.c'], 'failed')]);
    expect(merge([{ ...bad, shard: { index: 1, total: 2 } }]).verdict).toBe('nonconformant');
    expect(() => merge([third, { ...good, shard: { index: 1, total: 2 } }])).toThrow(/shard of 4/);
  });

  it('refuses what is not of one run, and nothing at all', () => {
    const one = resultsOf([requirement('s.a.b')], []);
    expect(() => merge([])).toThrow(MergeError);
    expect(() => merge([one, { ...one, target: 'http://other' }])).toThrow(/target is "http/);
    expect(() => merge([one, { ...one, strict: true }])).toThrow(/strict is false/);
  });
});
