/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { RequirementResult, Results } from '../../specs/results.js';
import { countVerdicts } from '../../specs/verdict.js';
import type { ReplayEvents } from '../replay.js';
import { visibleLine } from '../untrusted.js';
import { grouped, plural, runVerdictWords, verdicts } from '../wording.js';
import { toneOf } from './header.js';
import { Requirement, type Shown } from './requirement.js';

/** Exchanges of passed checks that one page carries. */
const passedExchanges = 3_000;

/** Every requirement, by system and area, with the filters above them. */
export function Catalogue({
  results,
  events,
}: {
  readonly results: Results;
  readonly events: ReplayEvents;
}): JSX.Element {
  const shown: Shown = { under: new Map(), passedLeft: passedExchanges, events };
  const bySystem = [...grouped(results.requirements, ({ system }) => system)];
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements" tabIndex={-1}>
        Requirements
      </h2>
      <Filters requirements={results.requirements} />
      <p class="empty" id="empty" hidden>
        No requirement fits these filters.
      </p>
      {bySystem.map(([system, own]) => (
        <section class="system" aria-labelledby={`system-${system}`}>
          <div class="system-head">
            <h3 id={`system-${system}`}>{visibleLine(system)}</h3>
            <SystemWord results={results} system={system} />
          </div>
          {[...grouped(own, ({ area }) => area)].map(([area, requirements]) => (
            <div class="area">
              <div class="area-head">
                <h4>{visibleLine(area)}</h4>
                <span>{tallyWords(requirements)}</span>
              </div>
              <div class="card">
                {requirements.map((result) => (
                  <Requirement result={result} run={results} shown={shown} />
                ))}
              </div>
            </div>
          ))}
        </section>
      ))}
    </section>
  );
}

function SystemWord({
  results,
  system,
}: {
  readonly results: Results;
  readonly system: string;
}): JSX.Element | null {
  const own = results.systems[system];
  if (own === undefined) return null;
  return (
    <span class={`badge v-${toneOf[own.verdict]}`}>
      {runVerdictWords[own.verdict].toLowerCase()}
    </span>
  );
}

function tallyWords(requirements: readonly RequirementResult[]): string {
  const tally = countVerdicts(requirements);
  return verdicts
    .filter((verdict) => tally[verdict] > 0)
    .map((verdict) => `${String(tally[verdict])} ${verdict}`)
    .join(' · ');
}

function Filters({
  requirements,
}: {
  readonly requirements: readonly RequirementResult[];
}): JSX.Element {
  const bySystem = [...grouped(requirements, ({ system }) => system)];
  const tally = countVerdicts(requirements);
  const levels = [...new Set(requirements.map(({ level }) => level))];
  return (
    <search class="filters">
      <form id="filters" hidden>
        <div class="line">
          <input
            type="search"
            name="text"
            placeholder="Search id, statement, message"
            aria-label="Search id, statement, message"
            autoComplete="off"
            spellcheck={false}
          />
          <select name="system" aria-label="System" autoComplete="off">
            <option value="">All systems</option>
            {bySystem.map(([system]) => (
              <option value={system}>{visibleLine(system)}</option>
            ))}
          </select>
          <select name="area" aria-label="Area" autoComplete="off">
            <option value="">All areas</option>
            {bySystem.map(([system, own]) => (
              <optgroup label={visibleLine(system)} data-system={system}>
                {[...new Set(own.map(({ area }) => area))].map((area) => (
                  <option value={`${system}.${area}`}>{visibleLine(area)}</option>
                ))}
              </optgroup>
            ))}
          </select>
          <select name="level" aria-label="Level" autoComplete="off">
            <option value="">All levels</option>
            {levels.map((level) => (
              <option value={level}>{level}</option>
            ))}
          </select>
        </div>
        <div class="line">
          <fieldset class="chips">
            <legend class="off-screen">Verdict</legend>
            {verdicts
              .filter((verdict) => tally[verdict] > 0)
              .map((verdict) => (
                <button
                  type="button"
                  class={`chip v-${verdict}`}
                  data-chip={verdict}
                  aria-pressed="false"
                >
                  {verdict}
                </button>
              ))}
          </fieldset>
          <span class="shown" id="shown" role="status">
            {plural(requirements.length, 'requirement')}
          </span>
          <button type="button" class="button" id="clear">
            Clear filters
          </button>
          <button type="button" class="button" id="open">
            Open or close all
          </button>
        </div>
      </form>
    </search>
  );
}
