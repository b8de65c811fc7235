/**
 * Seeds: a state told as what leads to it. Each step is a request as a client would send it, a
 * trigger, or a move of the clock, so that what comes out is a state that the mock itself made.
 */
import { parseDuration } from '../../specs/duration.js';
import { nobody, type PlainRequest, type PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { SnapshotError } from '../engine/snapshot.js';
import { worldHeader, type Worlds } from '../engine/worlds.js';
import { createFront, type Front } from './front.js';
import { parseTrigger } from './trigger.js';

/** Marks a file with steps. */
export const seedFormat = 'countersign-seed/1';

type Members = Readonly<Record<string, unknown>>;

/** What a step can refer to: `{code}` of the newest message sent, `{answer.member}` of the last. */
interface Before {
  readonly core: MockCore;
  answer: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Runs the steps of a seed file in the main world, or in the one that the file names.
 * @param seed the file's value: `format`, `world` (optional) and `steps`
 * @throws SnapshotError with the number of the step that could not be done
 */
export async function plantSeed(worlds: Worlds, seed: Members): Promise<void> {
  const { world, steps, ...rest } = seed;
  const unknown = Object.keys(rest).find((name) => name !== 'format');
  if (unknown !== undefined) {
    throw new SnapshotError(`a seed has no member ${unknown}; it has: format, world, steps`);
  }
  if (!Array.isArray(steps)) throw new SnapshotError('member steps of a seed must be a list');
  const name = typeof world === 'string' ? world : undefined;
  const front = createFront(worlds);
  const before: Before = { core: worlds.named(name), answer: null };
  for (const [index, step] of (steps as readonly unknown[]).entries()) {
    const fault = await take(front, before, name, step);
    if (fault !== null) throw new SnapshotError(`step ${String(index + 1)}: ${fault}`);
  }
}

async function take(
  front: Front,
  before: Before,
  world: string | undefined,
  step: unknown,
): Promise<string | null> {
  const members: unknown = typeof step === 'string' ? { request: step } : step;
  if (!isObject(members)) return stepForms;
  const filled = fill(members, before) as Members;
  const { request, headers, basic, body, trigger, scenario, advance, ...rest } = filled;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return `there is no member ${unknown}; ${stepForms}`;
  if (typeof request === 'string') {
    const plain = plainRequest(request, world, headers, basic, body);
    return typeof plain === 'string' ? plain : await send(front, before, plain);
  }
  if (trigger !== undefined) {
    const event = parseTrigger(encoder.encode(JSON.stringify(trigger)));
    if (typeof event === 'string') return event;
    return before.core.trigger(event) === null ? `there is no event ${event.event}` : null;
  }
  if (typeof scenario === 'string') {
    const [system = '', name = ''] = scenario.split('/');
    return before.core.scenario(system, name) ? null : `there is no scenario ${scenario}`;
  }
  const milliseconds = typeof advance === 'string' ? parseDuration(advance) : null;
  if (milliseconds === null) return stepForms;
  before.core.world.clock.advance(milliseconds);
  return null;
}

const stepForms =
  'a step is "METHOD /path", or has request (with headers, basic, body), trigger, scenario or advance';

async function send(front: Front, before: Before, request: PlainRequest): Promise<string | null> {
  const outcome = await front(request.method, request.path, request.headers).run(request);
  if ('kind' in outcome) return 'a seed opens no sockets';
  const text = textOf(outcome);
  before.answer = parsed(text);
  return outcome.status < 400
    ? null
    : `${request.method} ${request.path} answered ${String(outcome.status)}: ${text.slice(0, 500)}`;
}

function plainRequest(
  line: string,
  world: string | undefined,
  headers: unknown,
  basic: unknown,
  body: unknown,
): PlainRequest | string {
  const match = /^([A-Z]+) (\/[^\s?]*)(?:\?(\S*))?$/.exec(line);
  if (match === null) return `"${line}" is no request; write it as "PUT /path?query"`;
  const [, method = '', path = '', query = ''] = match;
  const isJson = typeof body === 'object' && body !== null;
  const given: Record<string, string | undefined> = { host: 'localhost', [worldHeader]: world };
  if (isJson) given['content-type'] = 'application/json';
  if (Array.isArray(basic)) {
    const [name, password] = basic as unknown[];
    const pair = encoder.encode(`${String(name)}:${String(password)}`);
    given.authorization = `Basic ${btoa(String.fromCharCode(...pair))}`;
  }
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    given[name.toLowerCase()] = String(value);
  }
  return {
    method,
    path,
    query,
    headers: given,
    body: encoder.encode(isJson ? JSON.stringify(body) : typeof body === 'string' ? body : ''),
    secure: false,
    upgrade: false,
    peer: nobody,
  };
}

/** Puts what came before into the texts of a step. */
function fill(value: unknown, before: Before): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{(code|answer\.[\w.]+)\}/g, (_, name: string) =>
      name === 'code' ? newestCode(before.core) : memberOf(before.answer, name.slice(7)),
    );
  }
  if (Array.isArray(value)) return value.map((entry) => fill(entry, before));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, fill(entry, before)]),
  );
}

function newestCode(core: MockCore): string {
  return core.world.inbox.list({}).findLast(({ code }) => code !== null)?.code ?? '{code}';
}

function memberOf(answer: unknown, path: string): string {
  let value = answer;
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined;
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : `{answer.${path}}`;
}

function textOf({ body }: PlainResponse): string {
  return body === null ? '' : typeof body === 'string' ? body : decoder.decode(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
