/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { Results } from '../../specs/results.js';
import type { Cause } from '../causes.js';
import type { RunComparison } from '../compare.js';
import { visibleLine } from '../untrusted.js';
import { plural, runVerdictWords, verdicts } from '../wording.js';
import { toneOf } from './header.js';
import { Badge, Bar, RequirementLink } from './parts.js';

/** What deserves a sentence before the numbers. */
export function Notes({
  dialect,
  staleWaivers,
}: {
  readonly dialect: string | null;
  readonly staleWaivers: readonly string[];
}): JSX.Element | null {
  if (dialect === null && staleWaivers.length === 0) return null;
  return (
    <section aria-label="Notes">
      {dialect === null ? null : <p class="note v-deviation">{visibleLine(dialect)}</p>}
      {staleWaivers.length === 0 ? null : (
        <div class="note v-skip">
          <p>These waivers can go, since what they waive passes:</p>
          <ul class="ids">
            {staleWaivers.map((id) => (
              <li>
                <RequirementLink id={id} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** One row for each system, each number a filter. */
export function Systems({ results }: { readonly results: Results }): JSX.Element {
  const present = verdicts.filter((verdict) =>
    Object.values(results.systems).some(({ counts }) => counts[verdict] > 0),
  );
  return (
    <section aria-labelledby="systems">
      <h2 id="systems">Systems</h2>
      <div
        class="card scroll system-table"
        tabIndex={0}
        role="group"
        aria-label="Verdicts by system"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">System</th>
              <th scope="col">Verdict</th>
              <th scope="col">
                <span class="off-screen">Share</span>
              </th>
              {present.map((verdict) => (
                <th scope="col" class="num">
                  {verdict}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(results.systems).map(([slug, { verdict, counts }]) => (
              <tr>
                <th scope="row">
                  <a href={`#system-${encodeURIComponent(slug)}`}>{visibleLine(slug)}</a>
                </th>
                <td>
                  <span class={`badge v-${toneOf[verdict]}`}>
                    {runVerdictWords[verdict].toLowerCase()}
                  </span>
                </td>
                <td>
                  <Bar counts={counts} />
                </td>
                {present.map((name) => (
                  <td class={`num v-${name}`}>
                    {counts[name] === 0 ? (
                      <span class="muted">0</span>
                    ) : (
                      <a
                        href={`#system-${encodeURIComponent(slug)}`}
                        data-filter={name}
                        data-system={slug}
                        aria-label={`${String(counts[name])} ${name} of ${visibleLine(slug)}`}
                      >
                        {counts[name]}
                      </a>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The failures by likely cause, those of set-up steps last; then what could not be decided. */
export function Causes({
  causes,
  undecided,
}: {
  readonly causes: readonly Cause[];
  readonly undecided: readonly Cause[];
}): JSX.Element {
  const own = causes.filter(({ setUp }) => !setUp);
  const afterSetUp = causes.filter(({ setUp }) => setUp);
  return (
    <>
      {causes.length === 0 ? null : (
        <section aria-labelledby="causes">
          <h2 id="causes">
            {plural(total(causes), 'failure')}, {plural(causes.length, 'likely cause')}
          </h2>
          <p class="lede">
            Failures of the same operation that read alike stand together: mending one thing may
            mend them all.
          </p>
          <CauseList causes={own} kind="" />
          {afterSetUp.length === 0 ? null : (
            <>
              <p class="between">Failed in a set-up step, so look at the others first</p>
              <CauseList causes={afterSetUp} kind="set-up" />
            </>
          )}
        </section>
      )}
      {undecided.length === 0 ? null : (
        <section aria-labelledby="undecided">
          <h2 id="undecided">
            {total(undecided)} not decided, {plural(undecided.length, 'likely cause')}
          </h2>
          <p class="lede">
            The target is not blamed for these: a step before the one under test did not work, or
            there was no answer to judge.
          </p>
          <CauseList causes={undecided} kind="undecided" />
        </section>
      )}
    </>
  );
}

function total(causes: readonly Cause[]): number {
  return causes.reduce((sum, cause) => sum + cause.failures.length, 0);
}

function CauseList({
  causes,
  kind,
}: {
  readonly causes: readonly Cause[];
  readonly kind: string;
}): JSX.Element {
  return (
    <ul class="causes">
      {causes.map((cause) => (
        <li class={`card cause ${kind}`}>
          <h3>{visibleLine(cause.message)}</h3>
          <p class="count">
            {cause.operation === null ? null : (
              <>
                <code>{visibleLine(cause.operation)}</code>
                {' · '}
              </>
            )}
            {plural(cause.failures.length, 'requirement')}
          </p>
          <ul class="ids">
            {cause.failures.map(({ requirement }) => (
              <li>
                <RequirementLink id={requirement.id} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** What changed since an older run. */
export function Compared({ comparison }: { readonly comparison: RunComparison }): JSX.Element {
  const { broken, fixed, changed, gone } = comparison;
  const rows = [
    ...broken.map((change) => ({ ...change, word: 'broken' })),
    ...fixed.map((change) => ({ ...change, word: 'fixed' })),
    ...changed.map((change) => ({ ...change, word: 'changed' })),
    ...comparison.new.map(({ id, verdict }) => ({ id, word: 'new', before: null, now: verdict })),
    ...gone.map(({ id, verdict }) => ({ id, word: 'gone', before: verdict, now: null })),
  ];
  return (
    <section aria-labelledby="since">
      <h2 id="since">Since the older run</h2>
      <p class="lede">
        {plural(broken.length, 'regression')}, {fixed.length} fixed, {changed.length} changed
        otherwise, {comparison.new.length} new, {gone.length} gone.
      </p>
      {rows.length === 0 ? null : (
        <div class="card scroll" tabIndex={0} role="group" aria-label="Changed requirements">
          <table>
            <thead>
              <tr>
                <th scope="col">Change</th>
                <th scope="col">Requirement</th>
                <th scope="col">Before</th>
                <th scope="col">Now</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, word, before, now }) => (
                <tr>
                  <td>{word}</td>
                  <td>
                    {now === null ? (
                      <span class="mono">{visibleLine(id)}</span>
                    ) : (
                      <RequirementLink id={id} />
                    )}
                  </td>
                  <td>{before === null ? null : <Badge verdict={before} />}</td>
                  <td>{now === null ? null : <Badge verdict={now} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
