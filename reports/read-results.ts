/** Results of an earlier run from disk, checked and completed before anything is made of them. */
import { readFileSync } from 'node:fs';
import type { Basis, Level } from '../specs/model.js';
import type {
  CheckStatus,
  ExchangeRecord,
  RequirementResult,
  Results,
  RunVerdict,
  Shard,
  TestRecord,
  Verdict,
} from '../specs/results.js';
import { countVerdicts, foldEvents, runVerdict } from '../specs/verdict.js';
import { EventStreamError, readEvents } from './events.js';
import { grouped } from './wording.js';

/** A file that holds no results; the message is one line that names the file and says why. */
export class ResultsFileError extends Error {}

/**
 * Reads a `results.json`, or an `events.ndjson` (for instance of a run that was killed), which is folded.
 * Members that the contract of results.json does not name, and that older or other writers may lack,
 * are filled with what is known (the area from the id) or left empty.
 * @throws ResultsFileError when the file cannot be read or is neither
 */
export function readResults(file: string): Results {
  try {
    if (file.endsWith('.ndjson')) return foldEvents(readEvents(file));
    return parseResults(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof EventStreamError) throw new ResultsFileError(error.message);
    throw new ResultsFileError(`${file}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ShapeError) return `this is no results.json: ${error.message}`;
  if (error instanceof SyntaxError) return 'this is not JSON';
  if (!(error instanceof Error)) return 'it cannot be read';
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder; name the results.json in it';
  return code === undefined ? error.message : `it cannot be read (${code})`;
}

/** What a value should have been, and where. */
class ShapeError extends Error {}

type Json = Readonly<Record<string, unknown>>;

const verdictNames = ['pass', 'deviation', 'fail', 'skip', 'inconclusive', 'untested'] as const;
const runVerdictNames = [
  'conformant',
  'conformant-with-deviations',
  'nonconformant',
  'inconclusive',
] as const;
const statusNames = ['passed', 'deviated', 'failed', 'skipped', 'inconclusive'] as const;
const levelNames = ['must', 'should', 'may'] as const;
const basisNames = ['documented', 'observed', 'inferred'] as const;

/**
 * A value as results.
 * @throws Error saying which member is not as it should be
 */
export function parseResults(value: unknown): Results {
  const root = objectOf(value, 'the file');
  const level = oneOf<Level>(root['level'] ?? 'must', levelNames, 'level');
  const strict = root['strict'] === true;
  const requirements = listOf(root['requirements'], 'requirements').map((item, index) =>
    requirementOf(item, `requirements[${String(index)}]`),
  );
  const tool = objectOf(root['tool'] ?? {}, 'tool');
  return {
    tool: { name: textOf(tool['name'], 'countersign'), version: textOf(tool['version'], '') },
    runId: textOf(root['runId'], ''),
    target: textOf(root['target'], ''),
    startedAt: textOf(root['startedAt'], ''),
    durationMs: numberOf(root['durationMs']),
    strict,
    level,
    verdict: oneOf<RunVerdict>(root['verdict'], runVerdictNames, 'verdict'),
    summary: textOf(root['summary'], ''),
    systems: Object.fromEntries(
      [...grouped(requirements, ({ system }) => system)].map(([slug, own]) => [
        slug,
        { verdict: runVerdict(own, level, strict), counts: countVerdicts(own) },
      ]),
    ),
    requirements,
    staleWaivers: requirements
      .filter(({ waived, verdict }) => waived && verdict === 'pass')
      .map(({ id }) => id),
    ...shardOf(root['shard']),
  };
}

/** A division that cannot be read would make a part look like the whole. */
function shardOf(value: unknown): { shard?: Shard } {
  if (value === undefined) return {};
  const record = objectOf(value, 'shard');
  const [index, total] = [Number(record['index']), Number(record['total'])];
  if (!Number.isInteger(index) || !Number.isInteger(total) || index < 1 || index > total) {
    throw new ShapeError('shard must have an index from 1 up to its total');
  }
  return { shard: { index, total } };
}

function requirementOf(value: unknown, where: string): RequirementResult {
  const record = objectOf(value, where);
  const id = record['id'];
  if (typeof id !== 'string' || id === '') throw new ShapeError(`${where} has no "id"`);
  const [system = '', area = ''] = id.split('.');
  return {
    id,
    system: textOf(record['system'], system),
    area: textOf(record['area'], area),
    level: oneOf<Level>(record['level'], levelNames, `level of ${id}`),
    basis: oneOf<Basis>(record['basis'] ?? 'documented', basisNames, `basis of ${id}`),
    statement: textOf(record['statement'], ''),
    expect: textOf(record['expect'], ''),
    tolerate: textOf(record['tolerate'], ''),
    source: textOf(record['source'], ''),
    verdict: oneOf<Verdict>(record['verdict'], verdictNames, `verdict of ${id}`),
    reason: typeof record['reason'] === 'string' ? record['reason'] : null,
    waived: record['waived'] === true,
    tests: listOf(record['tests'] ?? [], `tests of ${id}`).map((test) => testOf(test, id)),
  };
}

function testOf(value: unknown, id: string): TestRecord {
  const record = objectOf(value, `a test of ${id}`);
  const title = textOf(record['title'], id);
  const comparison = record['comparison'];
  return {
    check: textOf(record['check'], title),
    title,
    file: textOf(record['file'], ''),
    status: oneOf<CheckStatus>(record['status'], statusNames, `status of a test of ${id}`),
    durationMs: numberOf(record['durationMs']),
    message: typeof record['message'] === 'string' ? record['message'] : null,
    comparison: isObject(comparison)
      ? { expected: textOf(comparison['expected'], ''), actual: textOf(comparison['actual'], '') }
      : null,
    exchanges: listOf(record['exchanges'] ?? [], `exchanges of ${id}`).map((exchange) =>
      exchangeOf(exchange, id),
    ),
  };
}

function exchangeOf(value: unknown, id: string): ExchangeRecord {
  const record = objectOf(value, `an exchange of ${id}`);
  return {
    id: textOf(record['id'], ''),
    operation: typeof record['operation'] === 'string' ? record['operation'] : null,
    request: textOf(record['request'], ''),
    response: textOf(record['response'], ''),
    curl: textOf(record['curl'], ''),
    violations: listOf(record['violations'] ?? [], `violations of ${id}`).filter(
      (violation) => typeof violation === 'string',
    ),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown, what: string): Json {
  if (!isObject(value)) throw new ShapeError(`${what} holds no object`);
  return value;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(`the list of ${what} is missing`);
  return value;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[], what: string): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) {
    const given = value === undefined ? 'missing' : JSON.stringify(value);
    throw new ShapeError(`the ${what} is ${given}, not one of ${names.join(', ')}`);
  }
  return found;
}
