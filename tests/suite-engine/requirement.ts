import type { Level } from '../../specs/model.js';
import type {
  CheckResult,
  CheckStatus,
  ExchangeRecord,
  RequirementInfo,
  RunEvent,
} from '../../specs/results.js';

/** A requirement as a run knows it; its system is the first part of the id. */
export function info(id: string, level: Level = 'must'): RequirementInfo {
  const [system = '', area = ''] = id.split('.');
  return {
    id,
    system,
    area,
    level,
    basis: 'documented',
    statement: `${id} holds`,
    expect: 'it holds',
    tolerate: '',
    source: 'A document, lines 1-2',
  };
}

export function result(
  requirement: string | readonly string[],
  status: CheckStatus,
  parts: Partial<CheckResult> = {},
): CheckResult {
  const requirements = typeof requirement === 'string' ? [requirement] : requirement;
  const [first = ''] = requirements;
  return {
    check: first,
    title: `a check of ${first}`,
    system: first.split('.')[0] ?? '',
    file: 'suites/a/b.ts',
    requirements,
    status,
    message: status === 'passed' ? null : `${first} ${status}`,
    comparison: null,
    durationMs: 5,
    exchanges: [],
    ...parts,
  };
}

export function finished(...args: Parameters<typeof result>): RunEvent {
  return { type: 'check-finished', ...result(...args) };
}

type Started = Extract<RunEvent, { type: 'run-started' }>;

export function started(
  requirements: readonly RequirementInfo[],
  parts: Partial<Started> = {},
): Started {
  return {
    type: 'run-started',
    tool: { name: 'countersign', version: '0.1.0' },
    runId: 'abc',
    target: 'http://target.test',
    startedAt: '2026-01-01T00:00:00.000Z',
    strict: false,
    level: 'must',
    requirements,
    waivers: [],
    ...parts,
  };
}

export function ended(unreachable: string | null = null): RunEvent {
  return { type: 'run-finished', durationMs: 1_234, unreachable };
}

export function exchange(response: string): ExchangeRecord {
  return {
    id: 'x@1',
    operation: null,
    request: 'GET / HTTP/1.1',
    response,
    curl: 'curl -i',
    violations: [],
  };
}
