/** What the dashboard asks for: all that is new in a world, in one answer. */
import { json, text } from '../engine/http.js';
import { explain } from '../engine/explain.js';
import type { InboxMessage } from '../engine/inbox.js';
import type { ClientFault, Revealed } from '../engine/insight.js';
import type { JournalEntry } from '../engine/journal.js';
import type { MockCore } from '../engine/mock.js';
import type { LiveAnswer, LiveExchange, LiveMessage } from './live-answer.js';
import type { Route } from './plane.js';

/** Exchanges and messages in one answer, unless it asks for another number. */
const defaultLimit = 500;
const largestLimit = 10_000;
/**
 * Refused exchanges of one answer whose faults are told at once, in a first look and in later ones;
 * the others tell when opened. One may cost a millisecond: a signature is made in twenty ways.
 */
const explainedAtFirst = 100;
const explainedLater = 15;
/** The newest messages of one answer are opened at once, as many as a page shows; others when seen. */
const openedAtOnce = 50;
const shownTarget = 300;

/** `GET /_countersign/live?traffic=&inbox=&limit=`: what came after these ids, and what is the case now. */
export const readLive: Route = async (core, request, worlds) => {
  const query = new URLSearchParams(request.query);
  const [traffic, inbox, limit] = [
    number(query, 'traffic', 0),
    number(query, 'inbox', 0),
    number(query, 'limit', defaultLimit),
  ];
  if (traffic === null || inbox === null || limit === null) {
    return text(400, 'traffic, inbox and limit must be whole numbers from 0 on');
  }
  const most = Math.min(limit, largestLimit);
  const { world } = core;
  const { first, last } = world.journal.range();
  // Before anything is awaited: numbers and lists of one moment.
  const entries = world.journal.list(traffic > last ? 0 : traffic, most);
  const cursor = Number(world.inbox.cursor());
  const messages = world.inbox
    .list({ after: String(inbox > cursor ? 0 : inbox) })
    .slice(-Math.max(most, defaultLimit));
  const answer: LiveAnswer = {
    now: new Date(world.clock.now()).toISOString(),
    ahead: world.clock.ahead(),
    dialect: core.dialect,
    systems: core.systems,
    stamp: stampOf(core),
    world: worlds.nameOf(request.headers)?.toLowerCase() ?? null,
    worlds: worlds.names(),
    faults: world.faults.list(),
    open: world.open.list(),
    traffic: {
      first,
      last,
      entries: await briefs(core, entries, traffic === 0 ? explainedAtFirst : explainedLater),
    },
    inbox: { cursor, first: firstMessage(core), messages: await revealed(core, messages) },
  };
  return json(200, answer);
};

/** `GET /_countersign/exchange?id=`: one exchange whole, with what the client did wrong. */
export const readExchange: Route = async (core, request) => {
  const id = number(new URLSearchParams(request.query), 'id', 0);
  const entry = id === null ? undefined : core.world.journal.get(id);
  if (entry === undefined) return text(404, 'the journal keeps no exchange of this id any more');
  return json(200, await wholeExchange(core, entry));
};

/** `GET /_countersign/message?id=`: one message of the inbox, opened where it is encrypted. */
export const readMessage: Route = async (core, request) => {
  const id = number(new URLSearchParams(request.query), 'id', 0);
  const [message] = core.world.inbox.list({ after: String((id ?? 0) - 1) });
  if (message === undefined || Number(message.id) !== id) {
    return text(404, 'the inbox keeps no message of this id any more');
  }
  return json(200, { ...message, revealed: await reveal(core, message) });
};

/** An exchange as `GET /_countersign/traffic` lists it. */
export async function wholeExchange(core: MockCore, entry: JournalEntry): Promise<object> {
  const { request, response } = entry;
  return {
    id: entry.id,
    at: new Date(entry.at).toISOString(),
    system: entry.system,
    operation: entry.operation,
    request: {
      method: request.method,
      target: targetOf(entry),
      headers: request.headers,
      body: printable(request.body),
    },
    response: {
      status: statusOf(entry),
      headers: response.headers,
      body: printable(response.body),
    },
    faults: await faultsOf(core, entry),
  };
}

/** What the client did wrong; a bug of an explanation is told to whoever runs the mock. */
async function faultsOf(core: MockCore, entry: JournalEntry): Promise<readonly ClientFault[]> {
  try {
    return await explain(core, entry);
  } catch (error) {
    core.reportBug(error);
    return [];
  }
}

async function briefs(
  core: MockCore,
  entries: readonly JournalEntry[],
  explained: number,
): Promise<LiveExchange[]> {
  const refused = entries.filter(({ response }) => response.status >= 400).slice(-explained);
  const told = new Set(refused);
  const list: LiveExchange[] = [];
  for (const entry of entries) {
    const fault = told.has(entry) ? (await faultsOf(core, entry))[0] : undefined;
    list.push({
      id: entry.id,
      at: entry.at,
      system: entry.system,
      operation: entry.operation,
      method: entry.request.method,
      target: targetOf(entry).slice(0, shownTarget),
      status: statusOf(entry),
      fault: fault === undefined ? null : sentenceOf(fault),
    });
  }
  return list;
}

function sentenceOf({ name, message }: ClientFault): string {
  return name === null ? message : `${name}: ${message}`;
}

async function revealed(core: MockCore, messages: readonly InboxMessage[]): Promise<LiveMessage[]> {
  const list: LiveMessage[] = messages.slice(0, -openedAtOnce);
  for (const message of messages.slice(-openedAtOnce)) {
    list.push({ ...message, revealed: await reveal(core, message) });
  }
  return list;
}

async function reveal(core: MockCore, message: InboxMessage): Promise<Revealed | null> {
  if (message.payload === null) return null;
  const served = core.served(message.system);
  const insight = await served?.definition.insight?.();
  return insight?.reveal?.(message, served?.state) ?? null;
}

function firstMessage(core: MockCore): number {
  const [oldest] = core.world.inbox.list({});
  return oldest === undefined ? Number(core.world.inbox.cursor()) + 1 : Number(oldest.id);
}

const stamps = new WeakMap<MockCore, number>();
let lastStamp = 0;

/** Changes when a world begins anew: then what a page has gathered of it is void. */
function stampOf(core: MockCore): string {
  let stamp = stamps.get(core);
  if (stamp === undefined) {
    lastStamp += 1;
    stamp = lastStamp;
    stamps.set(core, stamp);
  }
  return `${String(stamp)}.${String(core.generation())}`;
}

function statusOf({ response }: JournalEntry): number | null {
  return response.cut === undefined ? response.status : null;
}

function targetOf({ request: { path, query } }: JournalEntry): string {
  return query === '' ? path : `${path}?${query}`;
}

const decoder = new TextDecoder('utf-8');

function printable(body: string | Uint8Array | null): string | null {
  return body === null || typeof body === 'string' ? body : decoder.decode(body);
}

/** A whole number of the query; null for anything else. */
function number(query: URLSearchParams, name: string, otherwise: number): number | null {
  const given = query.get(name);
  if (given === null) return otherwise;
  return /^\d{1,15}$/.test(given) ? Number(given) : null;
}
