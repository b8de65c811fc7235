/** junit.xml, for CI systems that show test results. */
import commonJsModule, { type Builder, type TestCase } from 'junit-report-builder';
import type { RequirementResult, Results } from '../specs/results.js';
import { counts } from '../specs/verdict.js';
import { failureOf } from './causes.js';
import { cut, visible, visibleLine } from './untrusted.js';
import { grouped, timeOf } from './wording.js';

/** The library is CommonJS and exports the builder itself; its types describe the other build. */
const reportBuilder = commonJsModule as unknown as Builder;

/** Characters of one part of a failure: CI systems show a few lines of it. */
const shown = 4_000;

/**
 * One suite for each area of each system, one case for each requirement, named by its id. A failure
 * is a `failure`, `inconclusive` an `error`, `skip` and `untested` are `skipped` with the reason. A
 * deviation passes with a note in `system-out` (in a strict run it is a failure where it counts). A
 * waived failure is skipped: the run does not fail for it either.
 */
export function junit(results: Results): string {
  const report = reportBuilder.newBuilder().name('countersign');
  const areas = grouped(results.requirements, ({ system, area }) => `${system}.${area}`);
  for (const [name, requirements] of areas) {
    const suite = report
      .testSuite()
      .name(visibleLine(name))
      .timestamp(visibleLine(results.startedAt))
      .time(seconds(requirements.reduce((sum, result) => sum + timeOf(result), 0)))
      .property('target', visibleLine(results.target));
    for (const result of requirements) fillCase(suite.testCase(), result, results);
  }
  return `${report.build()}\n`;
}

function fillCase(testCase: TestCase, result: RequirementResult, run: Results): void {
  testCase
    .name(visibleLine(result.id))
    .className(visibleLine(`${result.system}.${result.area}`))
    .time(seconds(timeOf(result)))
    .property('requirement', visibleLine(result.id))
    .property('level', result.level)
    .property('basis', result.basis)
    .property('source', visibleLine(result.source))
    .property('statement', visibleLine(result.statement))
    .property('verdict', result.verdict);
  const [first] = result.tests;
  if (first !== undefined) testCase.file(visibleLine(first.file));
  const reason = visibleLine(result.reason ?? '');
  switch (result.verdict) {
    case 'pass':
      return;
    case 'deviation':
      if (counts(result, run.level, run.strict)) {
        testCase.failure(reason, 'deviation').stacktrace(forCdata(`tolerated: ${result.tolerate}`));
      } else {
        testCase.standardOutput(forCdata(`A tolerated deviation: ${reason}`));
      }
      return;
    case 'fail':
      if (result.waived) skipWith(testCase, `waived: ${reason}`);
      else testCase.failure(reason, 'fail').stacktrace(forCdata(failureText(result)));
      return;
    case 'inconclusive':
      testCase.error(reason, 'inconclusive');
      return;
    case 'skip':
    case 'untested':
      skipWith(testCase, reason === '' ? result.verdict : reason);
  }
}

function failureText(result: RequirementResult): string {
  const { test, exchange, message } = failureOf(result);
  const parts = [result.statement, message, `source: ${result.source}`];
  if (test !== null && test.comparison !== null) {
    const { expected, actual } = test.comparison;
    parts.push(`expected: ${cut(expected, shown)}`, `actual:   ${cut(actual, shown)}`);
  } else parts.push(`expected: ${result.expect}`);
  if (exchange !== null) {
    parts.push('', cut(exchange.request, shown), '', cut(exchange.response, shown));
    parts.push(...exchange.violations.map((violation) => `violates the document: ${violation}`));
  }
  return parts.join('\n');
}

/**
 * The library's own `skipped()` writes no message, and a skip without its reason says nothing. It asks a
 * case for its count and its element; both are answered here.
 */
function skipWith(testCase: TestCase, reason: string): void {
  const build = testCase.build.bind(testCase);
  testCase.getSkippedCount = () => 1;
  testCase.build = (parent) => {
    const element = build(parent);
    element.ele('skipped', { message: reason });
    return element;
  };
}

/** The library writes text as CDATA; its end mark must not occur inside. */
function forCdata(text: string): string {
  return visible(text).replaceAll(']]>', ']]\u200a>');
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000;
}
