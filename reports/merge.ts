/** Several results of one run (shards, or systems tested apart) as if they were of one. */
import type {
  RequirementInfo,
  RequirementResult,
  Results,
  RunEvent,
  TestRecord,
} from '../specs/results.js';
import { foldEvents, runVerdict } from '../specs/verdict.js';
import { grouped } from './wording.js';

/** The inputs do not belong together; the message says in what they differ. */
export class MergeError extends Error {}

/**
 * Merges results. Requirements are united; where several inputs hold the same one, their checks are
 * united too, and of the same check run twice the decided outcome (passed, deviated, failed) wins over
 * an undecided one; two decided outcomes that differ are both kept, so that the worse one counts.
 * Verdicts, counts and the summary are computed anew from that. Durations add up, the earliest start is
 * kept. An input that was interrupted or whose target was unreachable leaves the whole inconclusive,
 * unless a failure was found anyway; and so does a shard that is missing.
 * @throws MergeError when there is no input, or targets, levels, strictness or divisions differ
 */
export function merge(inputs: readonly Results[]): Results {
  const [first] = inputs;
  if (first === undefined) throw new MergeError('there is nothing to merge');
  for (const other of inputs) {
    for (const member of ['target', 'level', 'strict'] as const) {
      if (other[member] === first[member]) continue;
      throw new MergeError(
        `these results are not of one run: ${member} is ${JSON.stringify(first[member])} in one ` +
          `and ${JSON.stringify(other[member])} in another`,
      );
    }
  }
  if (inputs.length === 1 && first.shard === undefined) return first;
  const requirements = unite(inputs);
  const durationMs = inputs.reduce((sum, { durationMs: own }) => sum + own, 0);
  const broken = inputs.find(isBroken);
  const missing = missingShards(inputs);
  const events: RunEvent[] = [
    {
      type: 'run-started',
      tool: first.tool,
      runId: [...new Set(inputs.map(({ runId }) => runId))].join('+'),
      target: first.target,
      startedAt: inputs.map(({ startedAt }) => startedAt).reduce((a, b) => (b < a ? b : a)),
      strict: first.strict,
      level: first.level,
      requirements: requirements.map(infoOf),
      waivers: requirements
        .filter(({ waived }) => waived)
        .map(({ id }) => ({ requirement: id, reason: '', until: '' })),
    },
    // One event for each pair of requirement and check keeps the order of checks within each.
    ...requirements.flatMap(({ id, system, tests }) =>
      tests.map((test) => ({
        type: 'check-finished' as const,
        ...test,
        system,
        requirements: [id],
      })),
    ),
  ];
  if (broken === undefined && missing.length === 0) {
    return foldEvents([...events, { type: 'run-finished', durationMs, unreachable: null }]);
  }
  const summary =
    broken === undefined
      ? `Parts of the run are missing: shard ${missing.join(', ')}.`
      : `One part of the run: ${broken.summary}`;
  return { ...foldEvents(events), durationMs, summary };
}

/** Shards that no input holds, such as `2/3`. A part is not taken for the whole. */
function missingShards(inputs: readonly Results[]): readonly string[] {
  const shards = inputs.flatMap(({ shard }) => (shard === undefined ? [] : [shard]));
  const [first] = shards;
  if (first === undefined) return [];
  const other = shards.find(({ total }) => total !== first.total);
  if (other !== undefined) {
    throw new MergeError(
      `these results are not of one run: one is a shard of ${String(first.total)}, another of ${String(other.total)}`,
    );
  }
  const there = new Set(shards.map(({ index }) => index));
  return Array.from({ length: first.total }, (_, at) => at + 1)
    .filter((index) => !there.has(index))
    .map((index) => `${String(index)}/${String(first.total)}`);
}

/** Interrupted, or the target unreachable: its verdict is not what its requirements say. */
function isBroken(results: Results): boolean {
  if (results.verdict !== 'inconclusive') return false;
  const { requirements, level, strict } = results;
  const nothingRan =
    requirements.length > 0 && requirements.every(({ tests }) => tests.length === 0);
  return nothingRan || runVerdict(requirements, level, strict) !== 'inconclusive';
}

function unite(inputs: readonly Results[]): RequirementResult[] {
  const byId = grouped(
    inputs.flatMap(({ requirements }) => requirements),
    ({ id }) => id,
  );
  const united = [...byId.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const tests = uniteTests(same.map((result) => result.tests));
    return [{ ...first, waived: same.some(({ waived }) => waived), tests }];
  });
  // An input that lists everything gives the order; parts are put together by system and area.
  if (inputs.some(({ requirements }) => requirements.length === united.length)) return united;
  const bySystem = grouped(united, ({ system }) => system);
  return [...bySystem.values()].flatMap((own) =>
    [...grouped(own, ({ area }) => area).values()].flat(),
  );
}

function uniteTests(lists: readonly (readonly TestRecord[])[]): TestRecord[] {
  const kept: TestRecord[] = [];
  for (const [index, list] of lists.entries()) {
    const earlier = kept.length;
    for (const test of list) {
      const twin = index === 0 ? -1 : kept.findIndex(({ check }) => check === test.check);
      const other = twin < 0 || twin >= earlier ? undefined : kept[twin];
      if (other === undefined) kept.push(test);
      else if (!isDecided(other) && isDecided(test)) kept[twin] = test;
      else if (isDecided(other) && isDecided(test) && other.status !== test.status) kept.push(test);
    }
  }
  return kept;
}

function isDecided({ status }: TestRecord): boolean {
  return status === 'passed' || status === 'deviated' || status === 'failed';
}

function infoOf(result: RequirementResult): RequirementInfo {
  const { id, system, area, level, basis, statement, expect, tolerate, source } = result;
  return { id, system, area, level, basis, statement, expect, tolerate, source };
}
