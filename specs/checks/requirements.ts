import { capabilities } from '../model.js';
import { isJson, type Report } from './finding.js';

/** What the records of one catalogue may refer to. */
export interface RequirementScope {
  readonly system: string;
  /** Operations of the system's OpenAPI and AsyncAPI documents. */
  readonly operations: ReadonlySet<string>;
  /** Number of lines of each source document, by file name. */
  readonly lines: ReadonlyMap<string, number>;
}

const idShape = /^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/;
const required = ['id', 'level', 'basis', 'source', 'operation', 'statement', 'expect'];
const optional = ['tolerate', 'needs'];
const levels = ['must', 'should', 'may'];
const bases = ['documented', 'observed', 'inferred'];

/** A catalogue as it stands in the file: every record complete, and every name in it known. */
export function checkRequirements(records: unknown, scope: RequirementScope, report: Report): void {
  if (!Array.isArray(records) || records.length === 0) {
    report('', 'a catalogue is a list of records');
    return;
  }
  const seen = new Set<string>();
  records.forEach((record: unknown, index) => {
    const at = isJson(record) && typeof record.id === 'string' ? record.id : `/${String(index)}`;
    const say: Report = (member, message) => {
      report(member === '' ? at : `${at} ${member}`, message);
    };
    if (!isJson(record)) {
      say('', 'a record is a map of members');
      return;
    }
    for (const name of required) if (record[name] === undefined) say(name, 'is required');
    for (const name of Object.keys(record)) {
      if (!required.includes(name) && !optional.includes(name))
        say(name, 'is no member of a record');
    }
    if (seen.has(at)) say('id', 'another record has this id');
    seen.add(at);
    checkId(record.id, scope.system, say);
    checkWord('level', record.level, levels, say);
    checkWord('basis', record.basis, bases, say);
    checkTexts(record, say);
    checkOperations(record.operation, scope, say);
    checkSource(record.source, record.basis, scope, say);
    checkNeeds(record.needs, say);
  });
}

function checkId(id: unknown, system: string, say: Report): void {
  if (typeof id !== 'string' || !idShape.test(id)) {
    say('id', 'must be <system>.<area>.<what-holds> in lower case, with hyphens inside the parts');
  } else if (!id.startsWith(`${system}.`)) {
    say('id', `must begin with ${system}.`);
  }
}

function checkWord(name: string, word: unknown, known: readonly string[], say: Report): void {
  if (word === undefined || (typeof word === 'string' && known.includes(word))) return;
  say(name, `${JSON.stringify(word)} is none of ${known.join(', ')}`);
}

function checkTexts(record: Readonly<Record<string, unknown>>, say: Report): void {
  for (const name of ['statement', 'expect']) {
    const text = record[name];
    if (text !== undefined && (typeof text !== 'string' || text.trim() === '')) {
      say(name, 'must be a sentence');
    }
  }
  const { tolerate } = record;
  if (tolerate !== undefined && typeof tolerate !== 'string') say('tolerate', 'must be a text');
}

function checkOperations(operation: unknown, scope: RequirementScope, say: Report): void {
  if (operation === undefined) return;
  const names = Array.isArray(operation) ? (operation as readonly unknown[]) : [operation];
  if (names.length === 0) say('operation', 'must name one operation at least');
  for (const name of names) {
    if (typeof name === 'string' && scope.operations.has(name)) continue;
    say('operation', `${JSON.stringify(name)} is no operation of the documents of ${scope.system}`);
  }
}

/** Each `file.txt:5`, `file.txt:5-9` or `file.txt:5,8-9` in the text must exist in that file. */
function checkSource(source: unknown, basis: unknown, scope: RequirementScope, say: Report): void {
  if (source === undefined) return;
  if (typeof source !== 'string' || source.trim() === '') {
    say('source', 'must name lines of a document, or say what was observed');
    return;
  }
  const cited = [...source.matchAll(/([\w.-]+\.txt)(?::([0-9][0-9,\s-]*))?/g)];
  for (const [, file = '', ranges] of cited) {
    const lines = scope.lines.get(file);
    if (lines === undefined)
      say('source', `${file} is none of the documents in specs/sources.yaml`);
    else if (ranges === undefined) say('source', `${file} needs lines, such as ${file}:5-9`);
    else checkLines(file, ranges, lines, say);
  }
  if (basis === 'documented' && cited.length === 0 && !/document/i.test(source)) {
    say('source', 'a documented requirement cites a line of a document');
  }
}

function checkLines(file: string, ranges: string, lines: number, say: Report): void {
  for (const range of ranges.split(',')) {
    if (range.trim() === '') continue;
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    if (first >= 1 && first <= last && last <= lines) continue;
    say('source', `${range.trim()} is no range of lines of ${file}, which has ${String(lines)}`);
  }
}

function checkNeeds(needs: unknown, say: Report): void {
  if (needs === undefined) return;
  if (!Array.isArray(needs)) {
    say('needs', 'must be a list of capabilities');
    return;
  }
  for (const need of needs as readonly unknown[]) checkWord('needs', need, capabilities, say);
}
