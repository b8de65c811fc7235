/** One check with everything that passed, for a person at a terminal. */
import { stripVTControlCharacters } from 'node:util';
import type { CheckResult, ExchangeRecord, RequirementInfo } from '../specs/results.js';
import { terminalLine, visible } from './untrusted.js';
import { duration, verdictOfStatus } from './wording.js';

/** What a check ran against. */
export interface TranscriptContext {
  readonly target: string;
  readonly runId: string;
}

/**
 * What was expected and by which source, every exchange in order (`>` sent, `<` received), and the
 * verdict in the last lines. Text of the target is freed of every control character.
 */
export function transcript(
  result: CheckResult,
  requirements: readonly RequirementInfo[],
  context: TranscriptContext,
): string {
  const lines = [
    result.check,
    result.title,
    '',
    fact('file', result.file),
    fact('target', context.target),
    fact('run', context.runId),
  ];
  for (const { id, level, statement, expect, tolerate, source } of requirements) {
    lines.push('', fact('requires', `${id} (${level})`), fact('', statement));
    lines.push(fact('expected', expect));
    if (tolerate !== '') lines.push(fact('tolerated', tolerate));
    lines.push(fact('source', source));
  }
  for (const exchange of result.exchanges) lines.push('', ...exchangeLines(exchange));
  lines.push('', ...verdictLines(result));
  return lines.join('\n');
}

function fact(name: string, text: string): string {
  return `${name.padEnd(10)} ${terminalLine(text)}`;
}

function exchangeLines(exchange: ExchangeRecord): string[] {
  const { id, operation, request, response, curl, violations } = exchange;
  return [
    `── ${id}${operation === null ? '' : `  ${operation}`}`,
    ...marked('>', request),
    ...marked('<', response),
    ...violations.map((violation) => `!! departs from the document: ${terminalLine(violation)}`),
    ...(curl === '' ? [] : [`$ ${terminalText(curl)}`]),
  ];
}

function marked(mark: string, text: string): string[] {
  return terminalText(text)
    .split('\n')
    .map((line) => `${mark} ${line}`.trimEnd());
}

/** Several lines for a terminal. */
function terminalText(text: string): string {
  return visible(stripVTControlCharacters(text));
}

function verdictLines({ status, message, comparison, durationMs }: CheckResult): string[] {
  const lines: string[] = [];
  if (comparison !== null) {
    lines.push(fact('expected', comparison.expected), fact('actual', comparison.actual));
  }
  const reason = message === null ? '' : `: ${terminalLine(message)}`;
  lines.push(`${verdictOfStatus[status]}${reason} (${duration(durationMs)})`);
  return lines;
}
