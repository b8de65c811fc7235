/** The end of a run in a terminal. */
import Table from 'cli-table3';
import type { RequirementResult, Results, RunVerdict, Verdict } from '../specs/results.js';
import { countVerdicts } from '../specs/verdict.js';
import { causesOf, type Cause } from './causes.js';
import { dialectSentence } from './dialect.js';
import { replayCommand, type ReplayEvents } from './replay.js';
import { cutLine, terminalLine } from './untrusted.js';
import { duration, grouped, plural, runVerdictWords, slowestCheck, verdicts } from './wording.js';

type Colour = 'red' | 'green' | 'yellow' | 'magenta' | 'dim' | 'bold';

const sequences: Readonly<Record<Colour, string>> = {
  red: '31',
  green: '32',
  yellow: '33',
  magenta: '35',
  dim: '2',
  bold: '1',
};

const colourOfVerdict: Readonly<Record<Verdict, Colour>> = {
  pass: 'green',
  deviation: 'yellow',
  fail: 'red',
  skip: 'dim',
  inconclusive: 'magenta',
  untested: 'dim',
};

const colourOfRun: Readonly<Record<RunVerdict, Colour>> = {
  conformant: 'green',
  'conformant-with-deviations': 'yellow',
  nonconformant: 'red',
  inconclusive: 'magenta',
};

/** Puts a colour around a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours by ANSI sequences when asked for, none otherwise. */
export function painter(color: boolean): Paint {
  return (colour, text) => (color ? `\x1b[${sequences[colour]}m${text}\x1b[0m` : text);
}

/** Causes that are printed; the rest is in the report. */
const shownCauses = 12;

export interface TerminalOptions {
  readonly color: boolean;
  readonly events?: ReplayEvents;
}

/**
 * A table of areas for each system, the failures by likely cause, and the verdict in the last line.
 * Text from the target is freed of every control character. Ends with a line feed.
 */
export function terminal(results: Results, options: TerminalOptions): string {
  const paint = painter(options.color);
  const parts = [...grouped(results.requirements, ({ system }) => system)].map(
    ([system, own]) => `${paint('bold', terminalLine(system))}\n${areaTable(own, paint)}`,
  );
  const causes = causesOf(results.requirements);
  if (causes.length > 0) parts.push(failures(causes, 'failure', paint, options));
  const undecided = causesOf(results.requirements, 'inconclusive');
  if (undecided.length > 0) parts.push(failures(undecided, 'undecided', paint, options));
  parts.push(closing(results, paint));
  return `${parts.join('\n\n')}\n`;
}

/** The verdict and what is going on, in one line. */
export function verdictLine(results: Results, options: { readonly color: boolean }): string {
  const words = painter(options.color)(
    colourOfRun[results.verdict],
    `${runVerdictWords[results.verdict]}.`,
  );
  return `${words} ${terminalLine(results.summary)}`;
}

function areaTable(requirements: readonly RequirementResult[], paint: Paint): string {
  const table = new Table({
    head: ['area', ...verdicts],
    colAligns: ['left', ...verdicts.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [area, own] of grouped(requirements, (result) => result.area)) {
    const tally = countVerdicts(own);
    table.push([
      terminalLine(area),
      ...verdicts.map((verdict) => {
        const count = tally[verdict];
        return count === 0 ? paint('dim', '·') : paint(colourOfVerdict[verdict], String(count));
      }),
    ]);
  }
  return table.toString();
}

function failures(
  causes: readonly Cause[],
  kind: 'failure' | 'undecided',
  paint: Paint,
  { events }: TerminalOptions,
): string {
  const total = causes.reduce((sum, cause) => sum + cause.failures.length, 0);
  const count = kind === 'failure' ? plural(total, 'failure') : `${String(total)} not decided`;
  const sign = kind === 'failure' ? paint('red', '✗') : paint('magenta', '?');
  const lines = [paint('bold', `${count}, ${plural(causes.length, 'likely cause')}`)];
  for (const cause of causes.slice(0, shownCauses)) {
    const where = cause.operation === null ? '' : `${terminalLine(cause.operation)}: `;
    lines.push(
      `${sign} ${cutLine(terminalLine(`${where}${cause.message}`), 160)}`,
      ...sides(cause).map((line) => paint('dim', `    ${line}`)),
      ...ids(cause).map((line) => paint('dim', `    ${line}`)),
      ...replay(cause, events).map((line) => paint('dim', `    ${line}`)),
    );
  }
  if (causes.length > shownCauses) {
    lines.push(
      paint('dim', `  ${plural(causes.length - shownCauses, 'more cause')} in the report`),
    );
  }
  return lines.join('\n');
}

function ids({ failures: list }: Cause): string[] {
  const named = list.slice(0, 4).map(({ requirement }) => terminalLine(requirement.id));
  return list.length > 4 ? [...named, `and ${String(list.length - 4)} more`] : named;
}

/** The command that shows the first failure of a cause again. */
function replay({ failures: list }: Cause, events: TerminalOptions['events']): string[] {
  const check = list.find(({ test }) => test !== null)?.test?.check;
  const command = check === undefined ? null : replayCommand(check, events);
  return command === null ? [] : [`→ ${terminalLine(command)}`];
}

/** What the first failure of a cause expected and what came; by the catalogue where the check says nothing. */
function sides({ failures: list }: Cause): string[] {
  const first = list[0];
  if (first?.requirement.verdict !== 'fail') return [];
  const { test, requirement } = first;
  const comparison = test?.comparison ?? null;
  return [
    `expected: ${comparison?.expected ?? requirement.expect}`,
    ...(comparison === null ? [] : [`received: ${comparison.actual}`]),
    `source: ${requirement.source}`,
  ].map((line) => cutLine(terminalLine(line), 160));
}

function closing(results: Results, paint: Paint): string {
  const lines: string[] = [];
  const dialect = dialectSentence(results.requirements);
  if (dialect !== null) lines.push(terminalLine(dialect));
  for (const id of results.staleWaivers) {
    lines.push(paint('yellow', `The waiver of ${terminalLine(id)} can go: it passes.`));
  }
  const slowest = slowestCheck(results.requirements);
  if (slowest !== null) {
    const name = `${terminalLine(slowest.title)} (${duration(slowest.durationMs)})`;
    lines.push(paint('dim', `${duration(results.durationMs)} in all; slowest check: ${name}`));
  }
  return [...lines, verdictLine(results, { color: paint('bold', '') !== '' })].join('\n');
}
