/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { Results, RunVerdict, Verdict } from '../../specs/results.js';
import { countVerdicts } from '../../specs/verdict.js';
import { visibleLine } from '../untrusted.js';
import { duration, runVerdictWords, slowestCheck, verdicts } from '../wording.js';
import { Bar } from './parts.js';

/** The tone of a run is that of the verdict that it is most like. */
export const toneOf: Readonly<Record<RunVerdict, Verdict>> = {
  conformant: 'pass',
  'conformant-with-deviations': 'deviation',
  nonconformant: 'fail',
  inconclusive: 'inconclusive',
};

/** The first screen: the verdict, what is going on, and what the run was. */
export function Header({ results }: { readonly results: Results }): JSX.Element {
  const tally = countVerdicts(results.requirements);
  return (
    <header class={`top v-${toneOf[results.verdict]}`}>
      <div class="wrap">
        <div class="brand">
          <span>
            <b>Countersign</b> conformance report
          </span>
          <button type="button" id="theme" class="button" hidden>
            Dark theme
          </button>
        </div>
        <div class="verdict">
          <span class="seal">
            <Seal verdict={results.verdict} />
          </span>
          <h1>{runVerdictWords[results.verdict]}</h1>
        </div>
        <p class="lead">{visibleLine(results.summary)}</p>
        <Bar counts={tally} />
        <ul class="legend" aria-label="Requirements by verdict">
          {verdicts
            .filter((verdict) => tally[verdict] > 0)
            .map((verdict) => (
              <li class={`v-${verdict}`}>
                <a href="#requirements" data-filter={verdict}>
                  <span class="dot" aria-hidden="true" />
                  <b>{tally[verdict]}</b> {verdict}
                </a>
              </li>
            ))}
        </ul>
        <Facts results={results} />
      </div>
    </header>
  );
}

function Facts({ results }: { readonly results: Results }): JSX.Element {
  const slowest = slowestCheck(results.requirements);
  const facts: readonly (readonly [string, JSX.Element | string])[] = [
    ['Target', visibleLine(results.target)],
    [
      'Started',
      <time dateTime={visibleLine(results.startedAt)}>{readable(results.startedAt)}</time>,
    ],
    ['Took', duration(results.durationMs)],
    ['Judged by', `level ${results.level}${results.strict ? ', strict' : ''}`],
    ['Tool', visibleLine(`${results.tool.name} ${results.tool.version}, run ${results.runId}`)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {slowest === null ? null : (
        <div>
          <dt>Slowest check</dt>
          <dd>
            <a href={`#${encodeURIComponent(slowest.requirement)}`}>{visibleLine(slowest.title)}</a>
            {`, ${duration(slowest.durationMs)}`}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Seal({ verdict }: { readonly verdict: RunVerdict }): JSX.Element {
  const paths: Readonly<Record<RunVerdict, string>> = {
    conformant: 'M5 12.5 10 17.5 19 7',
    'conformant-with-deviations': 'M4 9.5c3-3 5-3 8 0s5 3 8 0M4 15.5c3-3 5-3 8 0s5 3 8 0',
    nonconformant: 'M6 6 18 18M18 6 6 18',
    inconclusive: 'M8.5 9a3.6 3.6 0 1 1 5 3.3c-1 .5-1.5 1.2-1.5 2.2M12 18.6v.1',
  };
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[verdict]} />
    </svg>
  );
}

/** `2026-01-01 12:00:00 UTC`; a text that is no date stays as it is. */
function readable(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return visibleLine(iso);
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
