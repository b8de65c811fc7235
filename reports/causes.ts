/** Many failures often have one cause; reports name the causes before the requirements. */
import type { ExchangeRecord, RequirementResult, TestRecord } from '../specs/results.js';
import { grouped } from './wording.js';

/** One failing requirement with the check that decided it. */
export interface Failure {
  readonly requirement: RequirementResult;
  readonly test: TestRecord | null;
  readonly exchange: ExchangeRecord | null;
  readonly message: string;
}

/** Failures of the same operation that read alike. */
export interface Cause {
  /** The operationId, where the last exchange had one. */
  readonly operation: string | null;
  /** The message of the first of them, as untrusted as it came. */
  readonly message: string;
  /** True when a step before the one under test failed: mend the other causes first. */
  readonly setUp: boolean;
  readonly failures: readonly Failure[];
}

const setUpWords = /\bset[- ]?up\b|\bpreparation\b|^not judged, because\b/i;

/**
 * The failing requirements by likely cause: same system, same operation, same path where the message
 * begins with one (the last exchange may be a control on another), same message once numbers,
 * quoted values, identifiers and what stands in parentheses are left out. The causes with most failures come first; those that say
 * that a set-up step failed come last, since they mostly go away with the others. Requirements that
 * could not be decided are grouped in the same way when asked for.
 */
export function causesOf(
  requirements: readonly RequirementResult[],
  verdict: 'fail' | 'inconclusive' = 'fail',
): Cause[] {
  const failures = requirements.filter((result) => result.verdict === verdict).map(failureOf);
  const groups = grouped(failures, ({ requirement, exchange, message }) =>
    JSON.stringify([
      requirement.system,
      exchange?.operation ?? null,
      pathShape(message),
      messageShape(message),
    ]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const setUp = setUpWords.test(first.message);
      return [
        {
          operation: first.exchange?.operation ?? null,
          message: first.message,
          setUp,
          failures: group,
        },
      ];
    })
    .sort((a, b) => Number(a.setUp) - Number(b.setUp) || b.failures.length - a.failures.length);
}

/** The check that decided a requirement that does not hold, and the exchange at which it ended. */
export function failureOf(requirement: RequirementResult): Failure {
  const status = requirement.verdict === 'inconclusive' ? 'inconclusive' : 'failed';
  const test = requirement.tests.find((candidate) => candidate.status === status) ?? null;
  return {
    requirement,
    test,
    exchange: test === null ? null : decisive(test),
    message: test?.message ?? requirement.reason ?? 'no message was given',
  };
}

/**
 * The exchange that a message is about: the last with the method and path that it names and the status
 * that came. A check sends several requests at once, or its control after them, so the last of all is
 * only taken where the message names none.
 */
function decisive({ message, comparison, exchanges }: TestRecord): ExchangeRecord | null {
  const label = /(?:^|: )([A-Z]+ \/\S*) /.exec(message ?? '')?.[1] ?? '';
  const status =
    /\banswered (\d{3})\b/.exec(message ?? '')?.[1] ??
    /^status (\d{3})\b/.exec(comparison?.actual ?? '')?.[1];
  const fits = ({ request, response }: ExchangeRecord): boolean =>
    (label === '' || request.split(/ HTTP\/|\?|\n/, 1)[0] === label) &&
    (status === undefined || response.startsWith(`HTTP/1.1 ${status}`));
  const named = label === '' && status === undefined ? undefined : exchanges.findLast(fits);
  return named ?? exchanges.at(-1) ?? null;
}

/** The path of the request with which a message begins, without ids; empty for other messages. */
function pathShape(message: string): string {
  const path = /^[A-Z]+ (\/\S*)/.exec(message)?.[1] ?? '';
  return path
    .replace(/\?.*$/, '')
    .split('/')
    .map((segment) => (/\d{3}|\*\*\*|^[\w+=-]{12,}$/.test(segment) ? '#' : segment))
    .join('/');
}

/** A message without what differs from case to case; statuses tell causes apart, so they stay. */
export function messageShape(message: string): string {
  return message
    .replace(/: expected .*, but got .*$/s, ': expected …')
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"')
    .replaceAll(/\/\S+/g, '/…')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{20,}/gi, '#')
    .replaceAll(/\b(?=[0-9a-z_+-]*\d)[0-9a-z_+-]{12,}\b/gi, '#')
    .replaceAll(/\([^()]*\)/g, '(…)')
    .replaceAll(/\+?\b(?![1-5]\d\d\b)\d+/g, '#')
    .toLowerCase();
}
