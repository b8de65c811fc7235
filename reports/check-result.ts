/** The outcome of a check as a Playwright test brings it. */
import { readFileSync } from 'node:fs';
import type { TestCase, TestResult } from '@playwright/test/reporter';
import type { CheckResult, CheckStatus } from '../specs/results.js';
import { visibleLine } from './untrusted.js';

/** The parts of Playwright's objects that are read. */
export type EndedTest = Pick<TestCase, 'title' | 'annotations' | 'location' | 'timeout'>;
export type EndedResult = Pick<TestResult, 'status' | 'duration' | 'attachments' | 'error'>;

/** Name of the attachment that holds a CheckResult as JSON. */
export const attachmentName = 'countersign';

/**
 * The attached CheckResult. A test without one did not decide anything: it becomes `inconclusive`, with
 * a message that blames the harness, the time-out or the interruption and never the target. Its title
 * and its annotations of type `check`, `requirement` (one for each id) and `system` say what it was.
 */
export function checkResultOf(test: EndedTest, result: EndedResult): CheckResult {
  return attached(result) ?? undecided(test, result);
}

function attached(result: EndedResult): CheckResult | null {
  const attachment = result.attachments.findLast(({ name }) => name === attachmentName);
  if (attachment === undefined) return null;
  try {
    const text =
      attachment.body?.toString('utf8') ??
      (attachment.path === undefined ? '' : readFileSync(attachment.path, 'utf8'));
    const value: unknown = JSON.parse(text);
    return isCheckResult(value) ? value : null;
  } catch {
    return null;
  }
}

function undecided(test: EndedTest, result: EndedResult): CheckResult {
  const values = (type: string): string[] =>
    test.annotations.flatMap((note) =>
      note.type === type && note.description !== undefined ? [note.description] : [],
    );
  const [check = test.title] = values('check');
  const requirements = values('requirement');
  const [system = requirements[0]?.split('.', 1)[0] ?? ''] = values('system');
  return {
    check,
    title: test.title,
    system,
    file: relativeFile(test.location.file),
    requirements,
    status: 'inconclusive',
    message: whyUndecided(test, result),
    comparison: null,
    durationMs: result.duration,
    exchanges: [],
  };
}

function whyUndecided(test: EndedTest, result: EndedResult): string {
  const error = visibleLine(result.error?.message ?? result.error?.value ?? '');
  switch (result.status) {
    case 'timedOut':
      return `The time-out of ${String(test.timeout)} ms ended this check before it decided anything.`;
    case 'interrupted':
      return 'The run was interrupted during this check.';
    case 'skipped':
      return 'The harness did not run this check.';
    case 'failed':
      return error === ''
        ? 'The harness ended this check before it decided anything.'
        : `The harness ended this check before it decided anything: ${error}`;
    case 'passed':
      return 'The harness ran this check, but its outcome did not reach the report.';
  }
}

/** No path of the machine in a report: from the folder `suites` on, or the name alone. */
function relativeFile(file: string): string {
  const parts = file.split(/[\\/]/);
  const start = parts.lastIndexOf('suites');
  return (start < 0 ? parts.slice(-1) : parts.slice(start)).join('/');
}

const statuses: ReadonlySet<unknown> = new Set<CheckStatus>([
  'passed',
  'deviated',
  'failed',
  'skipped',
  'inconclusive',
]);

function isCheckResult(value: unknown): value is CheckResult {
  if (typeof value !== 'object' || value === null) return false;
  const { check, title, requirements, status, exchanges } = value as Partial<CheckResult>;
  return (
    typeof check === 'string' &&
    typeof title === 'string' &&
    Array.isArray(requirements) &&
    Array.isArray(exchanges) &&
    statuses.has(status)
  );
}
