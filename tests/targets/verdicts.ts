/** The known verdicts of a target: read from its verdicts.yaml, and compared with those of a run. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Results, RunVerdict, Verdict } from '../../specs/results.js';

/** What a cause makes of the requirements that it touches; what is not named passes. */
export interface Cause {
  /** Something wrong on purpose: marked `BUG name` in the server. */
  readonly bug?: string;
  /** Something left out on purpose: marked `GAP name` in the server. */
  readonly gap?: string;
  /** Something that the references tolerate, or that no source of the server shows. */
  readonly habit?: string;
  /** A capability or a value that the profile does not have. */
  readonly lacks?: string;
  /** Why each list is what it is: the judgement by hand. */
  readonly because?: string;
  readonly fail?: readonly string[];
  readonly deviation?: readonly string[];
  readonly skip?: readonly string[];
  readonly inconclusive?: readonly string[];
  /** Words that the reason of every deviation, skip and inconclusive of this cause contains. */
  readonly reason?: string;
}

export interface KnownVerdicts {
  readonly verdict: RunVerdict;
  readonly causes: readonly Cause[];
}

const lists = ['fail', 'deviation', 'skip', 'inconclusive'] as const;

export function readVerdicts(path: string): KnownVerdicts {
  return parse(readFileSync(path, 'utf8')) as KnownVerdicts;
}

interface Known {
  readonly verdict: Verdict;
  readonly cause: string;
  readonly reason: string | undefined;
}

const nameOf = (cause: Cause): string =>
  cause.bug ?? cause.gap ?? cause.habit ?? cause.lacks ?? 'a cause without a name';

function byRequirement(known: KnownVerdicts): Map<string, Known> {
  const found = new Map<string, Known>();
  for (const cause of known.causes) {
    for (const verdict of lists) {
      for (const id of cause[verdict] ?? []) {
        if (found.has(id)) throw new Error(`verdicts.yaml names ${id} twice`);
        const reason = verdict === 'fail' ? undefined : cause.reason;
        found.set(id, { verdict, cause: nameOf(cause), reason });
      }
    }
  }
  return found;
}

/** Every difference between what is known and what a run said, one sentence each. */
export function differences(known: KnownVerdicts, results: Results): string[] {
  const expected = byRequirement(known);
  const found: string[] = [];
  if (results.verdict !== known.verdict)
    found.push(`the run: known ${known.verdict}, now ${results.verdict}`);
  for (const { id, verdict, reason, tests } of results.requirements) {
    const entry = expected.get(id);
    expected.delete(id);
    const was = entry === undefined ? 'pass' : `${entry.verdict} (${entry.cause})`;
    const words = reason ?? tests.map(({ message }) => message ?? '').join('; ');
    if (verdict !== (entry?.verdict ?? 'pass')) {
      found.push(`${id}: known ${was}, now ${verdict}: ${words}`);
    } else if (entry?.reason !== undefined && !words.includes(entry.reason)) {
      found.push(`${id}: known ${was} with "${entry.reason}", now with "${words}"`);
    }
  }
  for (const id of expected.keys()) found.push(`${id}: known, but the run does not have it`);
  return found;
}

/**
 * What the marks in a server's source and its verdicts.yaml do not agree on: a bug or a gap that no
 * verdict shows is one that the suite misses.
 */
export function unmatchedMarks(known: KnownVerdicts, source: string): string[] {
  const marked = new Set(
    [...source.matchAll(/\b(BUG|GAP) ([a-z0-9-]+):/g)].map(
      ([, kind = '', name = '']) => `${kind.toLowerCase()} ${name}`,
    ),
  );
  const shown = new Set(
    known.causes.flatMap(({ bug, gap, fail = [], inconclusive = [], deviation = [] }) => {
      const decided = bug === undefined ? [...fail, ...deviation, ...inconclusive] : fail;
      if (decided.length === 0) return [];
      return bug !== undefined ? [`bug ${bug}`] : gap !== undefined ? [`gap ${gap}`] : [];
    }),
  );
  return [
    ...[...marked].filter((mark) => !shown.has(mark)).map((mark) => `no verdict shows ${mark}`),
    ...[...shown].filter((mark) => !marked.has(mark)).map((mark) => `no source has ${mark}`),
  ];
}
