/** ctrf.json: the Common Test Report Format, https://ctrf.io, schema 0.0. */
import type { RequirementResult, Results, Verdict } from '../specs/results.js';
import { countVerdicts } from '../specs/verdict.js';
import { failureOf } from './causes.js';
import { cut, visible, visibleLine } from './untrusted.js';
import { grouped, timeOf } from './wording.js';

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

/** CTRF has no word for a deviation (it passed, and its `rawStatus` says how) nor for inconclusive. */
const statusOf: Readonly<Record<Verdict, CtrfStatus>> = {
  pass: 'passed',
  deviation: 'passed',
  fail: 'failed',
  skip: 'skipped',
  inconclusive: 'other',
  untested: 'pending',
};

/** One CTRF test for each requirement; `rawStatus` is the verdict. Times are milliseconds. */
export function ctrf(results: Results): string {
  const tally = countVerdicts(results.requirements);
  const start = Math.round(Date.parse(results.startedAt)) || 0;
  const duration = Math.round(results.durationMs);
  const suites = grouped(results.requirements, ({ system, area }) => `${system}.${area}`);
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId: visibleLine(results.runId) || 'run',
    generatedBy: 'countersign',
    results: {
      tool: {
        name: visibleLine(results.tool.name) || 'countersign',
        version: results.tool.version,
      },
      summary: {
        tests: results.requirements.length,
        passed: tally.pass + tally.deviation,
        failed: tally.fail,
        skipped: tally.skip,
        pending: tally.untested,
        other: tally.inconclusive,
        suites: suites.size,
        start,
        stop: start + duration,
        duration,
        extra: {
          verdict: results.verdict,
          summary: visibleLine(results.summary),
          deviations: tally.deviation,
        },
      },
      tests: results.requirements.map(testOf),
      environment: { extra: { target: visibleLine(results.target), level: results.level } },
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function testOf(result: RequirementResult): Record<string, unknown> {
  const { id, system, area, level, basis, verdict, reason, waived } = result;
  const [first] = result.tests;
  return {
    name: visibleLine(id),
    testId: visibleLine(id),
    status: statusOf[verdict],
    rawStatus: verdict,
    duration: Math.round(timeOf(result)),
    suite: [system, area],
    ...(reason === null ? {} : { message: visibleLine(reason) }),
    ...(verdict === 'fail' ? { trace: traceOf(result) } : {}),
    ...(first === undefined ? {} : { filePath: first.file }),
    tags: [system, area, level],
    type: 'conformance',
    extra: {
      statement: visibleLine(result.statement),
      source: visibleLine(result.source),
      level,
      basis,
      waived,
    },
  };
}

function traceOf(result: RequirementResult): string {
  const { test, exchange } = failureOf(result);
  const expected = test?.comparison?.expected ?? result.expect;
  const lines = [`expected: ${cut(expected, 2_000)}`];
  if (test !== null && test.comparison !== null)
    lines.push(`actual: ${cut(test.comparison.actual, 2_000)}`);
  if (exchange !== null) lines.push('', exchange.curl);
  return visible(lines.join('\n'));
}
