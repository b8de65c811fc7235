/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { RequirementResult, Results, TestRecord } from '../../specs/results.js';
import { counts } from '../../specs/verdict.js';
import { replayCommand, type ReplayEvents } from '../replay.js';
import { cut, visibleLine } from '../untrusted.js';
import { duration, plural, verdictOfStatus } from '../wording.js';
import { ExchangeList, Pane, Violations } from './exchange.js';
import { Badge, Fact, RequirementLink } from './parts.js';

/** Remembers what was shown, so that a check of several requirements brings its exchanges once. */
export interface Shown {
  readonly under: Map<string, string>;
  /** Exchanges of checks that passed that may still be shown; they make a page heavy. */
  passedLeft: number;
  /** Where `replay` finds the run. */
  readonly events: ReplayEvents;
}

const limits = {
  passed: { exchanges: 6, characters: 500 },
  other: { exchanges: 30, characters: 2_400 },
} as const;

const basisWords = {
  documented: 'documented: the source document says so',
  observed: 'observed: real servers or clients do so',
  inferred: 'inferred: follows from the document without being said',
} as const;

/** One requirement: a line, and everything known about it behind that line. */
export function Requirement({
  result,
  run,
  shown,
}: {
  readonly result: RequirementResult;
  readonly run: Pick<Results, 'level' | 'strict'>;
  readonly shown: Shown;
}): JSX.Element {
  const { id, system, area, level, verdict, statement, reason, tests } = result;
  return (
    <details
      class="req"
      id={id}
      data-system={system}
      data-area={area}
      data-level={level}
      data-verdict={verdict}
    >
      <summary>
        <Badge verdict={verdict} />
        <span class={`level ${level}`}>{level}</span>
        <span class="what">
          <span class="statement">{visibleLine(statement)}</span>
          <br />
          <span class="id">{visibleLine(id)}</span>
        </span>
      </summary>
      <div class="body">
        {reason === null ? null : <p class={`why v-${verdict}`}>{visibleLine(reason)}</p>}
        <dl class="about">
          <Fact name="Expected">{visibleLine(result.expect)}</Fact>
          <Fact name="Tolerated">{visibleLine(result.tolerate)}</Fact>
          <Fact name="Source">{visibleLine(result.source)}</Fact>
          <Fact name="Basis">{basisWords[result.basis]}</Fact>
          <Fact name="Weight">{weight(result, run)}</Fact>
        </dl>
        {tests.map((test) => (
          <Check test={test} result={result} shown={shown} />
        ))}
        <p class="permalink">
          <a href={`#${encodeURIComponent(id)}`}>Link to this requirement</a>
        </p>
      </div>
    </details>
  );
}

/** Why a failure does not make the run nonconformant, where that is so. */
function weight(result: RequirementResult, run: Pick<Results, 'level' | 'strict'>): string {
  if (result.waived) return 'Waived: a failure here does not fail the run.';
  if (result.verdict !== 'fail' || counts(result, run.level, run.strict)) return '';
  return `Does not fail the run, which counts failures down to level ${run.level}.`;
}

function Check({
  test,
  result,
  shown,
}: {
  readonly test: TestRecord;
  readonly result: RequirementResult;
  readonly shown: Shown;
}): JSX.Element {
  const { message } = test;
  return (
    <div class="check">
      <div class="check-head">
        <Badge verdict={verdictOfStatus[test.status]} />
        <b>{visibleLine(test.title)}</b>
        <span class="muted">
          {duration(test.durationMs)} · {visibleLine(test.file)}
        </span>
      </div>
      {message === null || message === result.reason ? null : <p>{visibleLine(message)}</p>}
      {test.comparison === null ? null : (
        <div class="pair">
          <Pane
            name="Expected"
            kind="expected"
            text={cut(test.comparison.expected, limits.other.characters)}
          />
          <Pane
            name="Actual"
            kind="actual"
            text={cut(test.comparison.actual, limits.other.characters)}
          />
        </div>
      )}
      {test.status === 'passed' || test.status === 'skipped' ? null : (
        <Replay command={replayCommand(test.check, shown.events)} />
      )}
      <Exchanges test={test} requirement={result.id} shown={shown} />
    </div>
  );
}

/** Signed and encrypted requests cannot be sent again as they were: this makes them afresh. */
function Replay({ command }: { readonly command: string | null }): JSX.Element | null {
  if (command === null) return null;
  return (
    <div class="curl">
      <span>
        Run it again
        <button type="button" class="button" data-copy="curl">
          Copy
        </button>
      </span>
      <pre tabIndex={0}>{command}</pre>
    </div>
  );
}

function Exchanges({
  test,
  requirement,
  shown,
}: {
  readonly test: TestRecord;
  readonly requirement: string;
  readonly shown: Shown;
}): JSX.Element | null {
  if (test.exchanges.length === 0) return null;
  const violations = [...new Set(test.exchanges.flatMap((exchange) => exchange.violations))];
  const key = JSON.stringify([test.check, test.exchanges.map(({ id }) => id)]);
  const elsewhere = shown.under.get(key);
  if (elsewhere !== undefined && elsewhere !== requirement) {
    return (
      <>
        <Violations violations={violations} />
        <p class="muted">
          The exchanges of this check are shown under <RequirementLink id={elsewhere} />.
        </p>
      </>
    );
  }
  shown.under.set(key, requirement);
  const passed = test.status === 'passed';
  const limit = passed ? limits.passed : limits.other;
  const room = passed ? Math.min(limit.exchanges, shown.passedLeft) : limit.exchanges;
  // A check ends at the exchange that decided it, so the last ones are kept.
  const kept = room === 0 ? [] : test.exchanges.slice(-room);
  if (passed) shown.passedLeft -= kept.length;
  const left = test.exchanges.length - kept.length;
  return (
    <>
      <Violations violations={violations} />
      {left === 0 ? null : (
        <p class="muted">
          {plural(left, kept.length === 0 ? 'exchange' : 'earlier exchange')}: see results.json.
        </p>
      )}
      <ExchangeList exchanges={kept} limit={limit.characters} />
    </>
  );
}
