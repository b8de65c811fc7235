/** summary.md, fit for the summary of a CI job. */
import type { RequirementResult, Results } from '../specs/results.js';
import { countVerdicts, counts } from '../specs/verdict.js';
import { causesOf, failureOf, type Cause } from './causes.js';
import type { RunComparison } from './compare.js';
import { dialectSentence } from './dialect.js';
import { block, code, inline } from './markdown.js';
import { cut } from './untrusted.js';
import { duration, grouped, plural, runVerdictWords, slowestCheck, verdicts } from './wording.js';

/** GitHub takes 1 MiB for a step; details beyond this number of failures are left to index.html. */
const shownFailures = 60;
const shownText = 1_200;
const shownLines = 150;

const signs = {
  conformant: '✅',
  'conformant-with-deviations': '🟡',
  nonconformant: '❌',
  inconclusive: '❔',
} as const;

/** Verdict, a table of systems, the failures by likely cause with their details collapsed. */
export function summary(results: Results, comparison: RunComparison | null = null): string {
  const causes = causesOf(results.requirements);
  const parts = [
    `## ${signs[results.verdict]} ${runVerdictWords[results.verdict]}`,
    inline(results.summary),
    facts(results),
    systemTable(results),
    ...notes(results),
    ...(comparison === null ? [] : [compared(comparison)]),
    ...failureParts(causes, results),
    ...undecided(causesOf(results.requirements, 'inconclusive')),
    ...deviations(results.requirements),
  ];
  return `${parts.join('\n\n')}\n`;
}

function facts({ target, level, strict, startedAt, durationMs, tool }: Results): string {
  const asked = strict ? `${level}, strict` : level;
  return (
    `Target ${code(target)} · level ${asked} · ${inline(startedAt)} · ${duration(durationMs)} · ` +
    `${inline(tool.name)} ${inline(tool.version)}`
  );
}

function systemTable(results: Results): string {
  const rows = Object.entries(results.systems).map(([slug, { verdict, counts: tally }]) =>
    row([
      inline(slug),
      `${signs[verdict]} ${runVerdictWords[verdict].toLowerCase()}`,
      ...verdicts.map((name) => (tally[name] === 0 ? '' : String(tally[name]))),
    ]),
  );
  const tally = countVerdicts(results.requirements);
  const all = row(['**all**', '', ...verdicts.map((name) => `**${String(tally[name])}**`)]);
  return [
    row(['system', 'verdict', ...verdicts]),
    row([':--', ':--', ...verdicts.map(() => '--:')]),
    ...rows,
    ...(rows.length > 1 ? [all] : []),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function notes(results: Results): string[] {
  const dialect = dialectSentence(results.requirements);
  const slowest = slowestCheck(results.requirements);
  return [
    ...(dialect === null ? [] : [inline(dialect)]),
    ...(results.staleWaivers.length === 0
      ? []
      : [`Waivers that can go, since they pass: ${results.staleWaivers.map(code).join(', ')}`]),
    ...(slowest === null
      ? []
      : [`Slowest check: ${inline(slowest.title)}, ${duration(slowest.durationMs)}.`]),
  ];
}

/** The section that compares with an older run; also fit to stand alone. */
export function compared(comparison: RunComparison): string {
  const { broken, fixed, changed, gone } = comparison;
  const lines = [
    '### Since the older run',
    `${plural(broken.length, 'regression')}, ${String(fixed.length)} fixed, ` +
      `${String(changed.length)} changed otherwise, ${String(comparison.new.length)} new, ` +
      `${String(gone.length)} gone.`,
  ];
  const rows = [
    ...broken.map((change) => row(['broken', code(change.id), change.before, change.now])),
    ...fixed.map((change) => row(['fixed', code(change.id), change.before, change.now])),
    ...changed.map((change) => row(['changed', code(change.id), change.before, change.now])),
    ...comparison.new.map(({ id, verdict }) => row(['new', code(id), '', verdict])),
    ...gone.map(({ id, verdict }) => row(['gone', code(id), verdict, ''])),
  ];
  if (rows.length > 0) {
    const head = [row(['', 'requirement', 'before', 'now']), row([':--', ':--', ':--', ':--'])];
    const left = rows.length - 100;
    lines.push([...head, ...rows.slice(0, 100)].join('\n'));
    if (left > 0) lines.push(`${plural(left, 'more row')} in index.html.`);
  }
  return lines.join('\n\n');
}

function failureParts(causes: readonly Cause[], results: Results): string[] {
  if (causes.length === 0) return [];
  const total = causes.reduce((sum, cause) => sum + cause.failures.length, 0);
  const parts = [`### ${plural(total, 'failure')}, ${plural(causes.length, 'likely cause')}`];
  let left = shownFailures;
  let setUpNamed = false;
  for (const cause of causes) {
    if (cause.setUp && !setUpNamed) {
      setUpNamed = true;
      parts.push('**Failed in a set-up step** (most of these go away with the causes above)');
    }
    const where = cause.operation === null ? '' : `${code(cause.operation)} `;
    parts.push(`#### ${where}${inline(cause.message)}`);
    for (const { requirement } of cause.failures) {
      if (left > 0) parts.push(details(requirement, results));
      left -= 1;
    }
  }
  if (left < 0) parts.push(`${plural(-left, 'more failure')} in index.html.`);
  return parts;
}

function details(result: RequirementResult, run: Results): string {
  const { test, exchange, message } = failureOf(result);
  const weight = result.waived
    ? 'waived'
    : counts(result, run.level, run.strict)
      ? result.level
      : `${result.level}, does not count`;
  const lines = [
    `<details><summary>${code(result.id)} (${weight}): ${inline(result.statement)}</summary>`,
    inline(message),
    `Source: ${inline(result.source)}`,
    ...labelled('Expected', test?.comparison?.expected ?? result.expect),
    ...labelled('Actual', test?.comparison?.actual ?? exchange?.response ?? ''),
    ...labelled('Try it', exchange?.curl ?? ''),
    '</details>',
  ];
  return lines.join('\n\n');
}

function labelled(label: string, text: string): string[] {
  return text === '' ? [] : [`${label}:`, block(cut(text, shownText))];
}

function undecided(causes: readonly Cause[]): string[] {
  const lines = causes.map(({ operation, message, failures }) => {
    const where = operation === null ? '' : `${code(operation)} `;
    return `- ${where}${inline(message)} ${ids(failures.map(({ requirement }) => requirement))}`;
  });
  const total = causes.reduce((sum, { failures }) => sum + failures.length, 0);
  return folded(`Not decided: ${String(total)}, ${plural(causes.length, 'likely cause')}`, lines);
}

function deviations(requirements: readonly RequirementResult[]): string[] {
  const own = requirements.filter(({ verdict }) => verdict === 'deviation');
  const lines = [...grouped(own, ({ reason }) => reason ?? '')].map(
    ([reason, list]) => `- ${inline(cut(reason, shownText))} ${ids(list)}`,
  );
  return folded(`Deviations: ${String(own.length)}`, lines);
}

function ids(requirements: readonly RequirementResult[]): string {
  return requirements.map(({ id }) => code(id)).join(' ');
}

function folded(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const left = lines.length - shownLines;
  return [
    [
      `<details><summary>${title}</summary>`,
      lines.slice(0, shownLines).join('\n'),
      ...(left > 0 ? [`${plural(left, 'more line')} in index.html.`] : []),
      '</details>',
    ].join('\n\n'),
  ];
}
