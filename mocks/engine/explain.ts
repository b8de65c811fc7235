/** Turns an exchange in which the mock refused something into what the client did wrong. */
import type { Operation } from '../../specs/operations.js';
import { RequestContext } from './context.js';
import { documentFaults, shown } from './document-faults.js';
import { nobody } from './http.js';
import { clientFault, type ClientFault } from './insight.js';
import type { JournalEntry } from './journal.js';
import type { MockCore } from './mock.js';
import type { Served } from './served.js';

type Context = RequestContext<unknown, object>;

const known = new WeakMap<JournalEntry, Promise<readonly ClientFault[]>>();

/**
 * What the client did wrong in an exchange: what the system knows of it first, then what its
 * document shows. Empty for an answer that refuses nothing, and for one that was asked for by
 * `Prefer`. Looked up once per exchange, with the state of that moment.
 */
export function explain(core: MockCore, entry: JournalEntry): Promise<readonly ClientFault[]> {
  const { status } = entry.response;
  if (status < 400 || status >= 500) return Promise.resolve([]);
  if (entry.response.headers['Preference-Applied'] !== undefined) return Promise.resolve([]);
  if (/\b(code|example)=/.test(entry.request.headers.prefer ?? '')) return Promise.resolve([]);
  let faults = known.get(entry);
  if (faults === undefined) {
    faults = find(core, entry);
    known.set(entry, faults);
  }
  return faults;
}

async function find(core: MockCore, entry: JournalEntry): Promise<readonly ClientFault[]> {
  const served = entry.system === null ? undefined : core.served(entry.system);
  if (served === undefined) return [unknownPath(entry, core)];
  const { definition, behaviour } = served;
  const { method, path } = entry.request;
  const match = served.route(method, definition.rewritePath?.(path, behaviour) ?? path);
  switch (match.kind) {
    case 'not-found':
      return [unknownPath(entry, core)];
    case 'malformed': {
      const message = `the path parameter ${match.name} is not valid percent-encoded UTF-8`;
      return [clientFault('path', match.name, message)];
    }
    case 'method-not-allowed': {
      const remedy = `send ${match.allow.join(' or ')}`;
      return [clientFault('method', null, `this path is not served for ${method}`, remedy)];
    }
    case 'operation':
      break;
  }
  const context = contextOf(served, match.operation, match.params, entry);
  const insight = await definition.insight?.();
  const own = insight?.explain(context, entry.response) ?? [];
  const { status } = entry.response;
  const shownBy = documentFaults(definition.openapi, context, match.operation, status);
  const faults = [...own, ...shownBy];
  return faults.length > 0 ? withoutRepeats(faults) : [saidByAnswer(entry)];
}

/** The request once more, as a handler would see it, without the connection it came by. */
function contextOf(
  served: Served,
  operation: Operation,
  params: Readonly<Record<string, string>>,
  { request }: JournalEntry,
): Context {
  const { asSystem, state, world } = served;
  const plain = { ...request, secure: false, upgrade: false, peer: nobody };
  return new RequestContext(plain, operation, params, asSystem, state, world);
}

/** A path that nothing serves, with the served one that is nearest to it. */
function unknownPath({ request, response }: JournalEntry, core: MockCore): ClientFault {
  const templates = core.systems.flatMap((slug) =>
    Object.keys(core.served(slug)?.definition.openapi.paths ?? {}),
  );
  const wanted = request.path.split('/');
  const near = templates
    .map((template) => ({ template, distance: distanceOf(wanted, template.split('/')) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const remedy =
    near === undefined || near.distance > Math.max(1, wanted.length / 2)
      ? null
      : `the nearest path is ${near.template}`;
  const message = `nothing is served at ${shown(request.path)}`;
  return response.status === 404
    ? clientFault('path', null, message, remedy)
    : saidByAnswer({ request, response } as JournalEntry);
}

/** How many segments differ; letter case alone, and a slash at the end, count half. */
function distanceOf(path: readonly string[], template: readonly string[]): number {
  let distance = 0;
  for (let at = 0; at < Math.max(path.length, template.length); at += 1) {
    const [given, served] = [path[at], template[at]];
    if (given === served || (served?.startsWith('{') === true && given !== undefined)) continue;
    if (given === '' || served === '' || given?.toLowerCase() === served?.toLowerCase()) {
      distance += 0.5;
    } else {
      distance += 1;
    }
  }
  return distance;
}

const decoder = new TextDecoder();
const sentenceMembers = ['desc', 'detail', 'msg', 'message', 'Message', 'error'];

/** Where nothing else is known: the sentence of the answer itself. */
function saidByAnswer({ response }: JournalEntry): ClientFault {
  const { body, status } = response;
  const text = body === null ? '' : typeof body === 'string' ? body : decoder.decode(body);
  let sentence = text;
  try {
    const members = JSON.parse(text) as Record<string, unknown> | string | null;
    const found =
      typeof members === 'object' && members !== null
        ? sentenceMembers.map((name) => members[name]).find((value) => typeof value === 'string')
        : members;
    if (typeof found === 'string') sentence = found;
  } catch {
    // It is no JSON: the text is the sentence.
  }
  const cut = sentence.trim().slice(0, 300);
  const message = cut === '' ? `refused with ${String(status)}, without a word` : cut;
  return clientFault('state', null, message);
}

function withoutRepeats(faults: readonly ClientFault[]): readonly ClientFault[] {
  const seen = new Set<string>();
  return faults.filter(({ where, name }) => {
    const key =
      `${where === 'credentials' || where === 'signature' ? 'header' : where} ${name ?? ''}`.toLowerCase();
    if (name !== null && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
