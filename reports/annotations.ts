/** Failures as workflow commands of GitHub Actions, which shows them on the run and the change. */
import type { RequirementResult, Results } from '../specs/results.js';
import { counts } from '../specs/verdict.js';
import { causesOf, type Cause } from './causes.js';
import { cutLine, visibleLine } from './untrusted.js';
import { plural } from './wording.js';

/** GitHub keeps ten annotations of a kind for a step and drops the rest. */
const kept = 10;
/** Ids that one annotation names. */
const namedIds = 12;

/**
 * One line for each likely cause: `::error` when a failure of it makes the run nonconformant,
 * `::warning` otherwise (a lower level, or waived), and one for each further deviation that a
 * strict run counts. Empty when nothing failed. Each line ends with a line feed.
 */
export function annotations(results: Results): string {
  const strictly = results.requirements.filter(
    (result) => result.verdict === 'deviation' && counts(result, results.level, results.strict),
  );
  const lines = [
    ...causesOf(results.requirements).map((cause) => causeLine(cause, results)),
    ...strictly.map((result) =>
      command('error', result.id, `A deviation, and the run is strict. ${result.reason ?? ''}`),
    ),
  ];
  const errors = lines.filter((line) => line.startsWith('::error'));
  const warnings = lines.filter((line) => line.startsWith('::warning'));
  return [...fitting('error', errors), ...fitting('warning', warnings)]
    .map((line) => `${line}\n`)
    .join('');
}

function causeLine(cause: Cause, results: Results): string {
  const failing = cause.failures.map(({ requirement }) => requirement);
  const kind = failing.some((result) => counts(result, results.level, results.strict))
    ? 'error'
    : 'warning';
  const [only] = failing;
  if (only !== undefined && failing.length === 1) {
    return command(kind, only.id, `${visibleLine(cause.message)} (${sourceOf(only)})`);
  }
  const where = cause.operation === null ? '' : ` at ${cause.operation}`;
  const ids = failing.slice(0, namedIds).map(({ id }) => id);
  if (failing.length > ids.length) ids.push(`and ${String(failing.length - ids.length)} more`);
  const title = `${plural(failing.length, 'requirement')} failed${where}`;
  return command(kind, title, `${visibleLine(cause.message)}\n${ids.join('\n')}`);
}

function sourceOf({ statement, source }: RequirementResult): string {
  return `${visibleLine(statement)} ${visibleLine(source)}`;
}

function fitting(kind: 'error' | 'warning', lines: readonly string[]): readonly string[] {
  if (lines.length <= kept) return lines;
  const left = lines.length - kept + 1;
  return [
    ...lines.slice(0, kept - 1),
    command(kind, 'More failures', `${plural(left, 'more cause')}: see summary.md of the report.`),
  ];
}

/** `::kind title=…::message`, escaped so that no text can start a command or a property. */
function command(kind: 'error' | 'warning', title: string, message: string): string {
  const text = message
    .split('\n')
    .map((line) => cutLine(visibleLine(line), 1_000))
    .join('\n');
  return `::${kind} title=${escapeProperty(visibleLine(title))}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
