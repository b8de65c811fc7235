/** Reads a rule of `/_countersign/faults`; what is wrong with it is said in one sentence. */
import { parseDuration } from '../../specs/duration.js';
import { operationsOf } from '../../specs/operations.js';
import type { Delay, FaultRule } from '../engine/faults.js';
import type { MockCore } from '../engine/mock.js';
import type { ErasedSystem } from '../engine/system.js';

type Members = Readonly<Record<string, unknown>>;
type Reader = (value: unknown) => Partial<FaultRule> | string;

const effects: Readonly<Record<string, Reader>> = {
  delay: (value) => {
    const delay = readDelay(value);
    return typeof delay === 'string' ? delay : { delay };
  },
  status: (value) =>
    isWhole(value, 200, 599) ? { status: value } : 'status must be a number from 200 to 599',
  example: (value) =>
    typeof value === 'string' ? { example: value } : 'example must be the name of an example',
  drop: (value) =>
    value === 'request' || value === 'answer'
      ? { drop: value }
      : 'drop must be "request", which is then not done, or "answer", which is then lost',
  truncate: (value) =>
    isWhole(value, 0) ? { truncate: value } : 'truncate must be a number of bytes of the body',
  hang: (value) => (value === true ? { hang: true } : 'hang must be true'),
  resetAfter: (value) =>
    isWhole(value, 0) ? { resetAfter: value } : 'resetAfter must be a number of messages',
  reorder: (value) => (value === true ? { reorder: true } : 'reorder must be true'),
};

const conditions: Readonly<Record<string, Reader>> = {
  name: (value) =>
    typeof value === 'string' && /^[\w.-]{1,100}$/.test(value)
      ? { name: value }
      : 'name must have 1 to 100 letters, digits, dots, hyphens and underscores',
  system: (value) => (typeof value === 'string' ? { system: value } : 'system must be a slug'),
  operation: (value) =>
    typeof value === 'string' ? { operation: value } : 'operation must be an operationId',
  skip: (value) => (isWhole(value, 0) ? { skip: value } : 'skip must be a number of requests'),
  count: (value) =>
    isWhole(value, 1) ? { count: value } : 'count must be a number of requests, at least 1',
  chance: (value) =>
    typeof value === 'number' && value > 0 && value <= 1
      ? { chance: value }
      : 'chance must be a number over 0, at most 1',
};

/** @param fallback the name of a rule that has none */
export function readRule(members: Members, core: MockCore, fallback: string): FaultRule | string {
  const readers = { ...conditions, ...effects };
  let rule: FaultRule = { name: fallback };
  for (const [name, value] of Object.entries(members)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined) {
      return `a rule has no member ${name}; it has: ${Object.keys(readers).join(', ')}`;
    }
    const read = reader(value);
    if (typeof read === 'string') return read;
    rule = { ...rule, ...read };
  }
  if (!Object.keys(effects).some((name) => name in members)) {
    return `a rule must do something: ${Object.keys(effects).join(', ')}`;
  }
  return faultOfTarget(rule, core) ?? faultOfEffect(rule, core) ?? rule;
}

function faultOfTarget({ system, operation }: FaultRule, core: MockCore): string | null {
  if (system !== undefined && !core.systems.includes(system)) {
    return `system ${system} is not served by this mock; it serves: ${core.systems.join(', ')}`;
  }
  const known = core.operations(system);
  if (operation === undefined || known.includes(operation)) return null;
  return known.length > longestList
    ? `there is no operation ${operation}; name its system to be told which there are`
    : `there is no operation ${operation}; there is: ${known.join(', ')}`;
}

/** More names than this help nobody in one sentence; no system has as many operations. */
const longestList = 25;

/** A rule that names where it is to hold must be able to do something there. */
function faultOfEffect(rule: FaultRule, core: MockCore): string | null {
  const { resetAfter, reorder, system, operation } = rule;
  if (resetAfter === undefined && reorder === undefined) return null;
  const sockets = resetAfter !== undefined;
  const [what, able] = sockets
    ? ['resetAfter is for WebSockets', socketsOf]
    : ['reorder is for WebSockets and long polls', movingOf];
  const there = core.systems
    .filter((slug) => system === undefined || slug === system)
    .flatMap((slug) => able(core.served(slug)?.definition));
  if (operation === undefined ? there.length > 0 : there.includes(operation)) return null;
  const which = system ?? 'this mock';
  return `${what}; ${which} has ${there.length === 0 ? 'none' : `these: ${there.join(', ')}`}`;
}

/** Operations that the document answers with a WebSocket. */
function socketsOf(definition: ErasedSystem | undefined): readonly string[] {
  return definition === undefined
    ? []
    : operationsOf(definition.openapi)
        .filter(({ object }) => Object.hasOwn(object.responses, '101'))
        .map(({ id }) => id);
}

function movingOf(definition: ErasedSystem | undefined): readonly string[] {
  return [...socketsOf(definition), ...Object.keys(definition?.longPolls ?? {})];
}

const delayForms =
  'delay must be a duration such as "2s", {"from":"100ms","to":"2s"} or {"median":"200ms","p99":"2s"}';

function readDelay(value: unknown): Delay | string {
  if (typeof value === 'string') {
    const milliseconds = parseDuration(value);
    return milliseconds === null ? delayForms : { kind: 'fixed', milliseconds };
  }
  if (typeof value !== 'object' || value === null) return delayForms;
  const members = value as Members;
  const read = (name: string): number | null => {
    const text = members[name];
    return typeof text === 'string' ? parseDuration(text) : null;
  };
  const [from, to, median, p99] = [read('from'), read('to'), read('median'), read('p99')];
  if (from !== null && to !== null && to >= from) return { kind: 'uniform', from, to };
  if (median !== null && p99 !== null && median > 0 && p99 >= median) {
    return { kind: 'log-normal', median, p99 };
  }
  return delayForms;
}

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
