import { stringify, unflatten } from 'devalue';
import type { Dialect } from '../../specs/model.js';
import type { SavedInbox } from './inbox.js';
import { LiveMap, LiveSet } from './live.js';
import type { SavedLevels } from './rate-limit.js';

/** Marks a text as a snapshot of this project, and the version of its form. */
const format = 'countersign-state/1';

/** What a snapshot holds of one system. */
export interface SavedSystem {
  /** Bytes drawn from the seeded stream so far; unused without a seed. */
  readonly drawn: number;
  readonly levels: SavedLevels;
  /** Plain values, maps, sets and bytes, with whatever references there are among them. */
  readonly state: unknown;
}

/** A world at one moment. */
export interface Snapshot {
  readonly dialect: Dialect;
  /** Null where chance was not repeatable. */
  readonly seed: number | null;
  /** The world's clock in ms since the epoch. */
  readonly now: number;
  /** By how much the world's clock is ahead of the machine's, in ms. */
  readonly ahead: number;
  readonly jobs: number;
  readonly inbox: SavedInbox;
  readonly systems: Readonly<Record<string, SavedSystem>>;
}

/** A text that is no snapshot, or not one for this mock. The message is for its user. */
export class SnapshotError extends Error {}

const reducers = {
  Live: (value: unknown) =>
    value instanceof LiveSet ? 'set' : value instanceof LiveMap ? 'map' : undefined,
  // A copy: the bytes may be a part of a larger buffer, which would go along.
  Bytes: (value: unknown) =>
    value instanceof Uint8Array ? new Uint8Array(value).buffer : undefined,
};
const revivers = {
  Live: (kind: unknown) => (kind === 'set' ? new LiveSet() : new LiveMap()),
  Bytes: (buffer: unknown) => new Uint8Array(buffer as ArrayBuffer),
};

/** Writes a snapshot as JSON: equal states give equal texts. */
export function writeSnapshot(snapshot: Snapshot): string {
  const { systems, ...rest } = snapshot;
  const parts = Object.entries(systems).map(
    ([slug, { state, ...saved }]) =>
      `${JSON.stringify(slug)}:{"levels":${JSON.stringify(saved.levels)},` +
      `"drawn":${String(saved.drawn)},"state":${stringify(state, reducers)}}`,
  );
  const head = JSON.stringify({ format, ...rest });
  return `${head.slice(0, -1)},"systems":{${parts.join(',')}}}`;
}

/**
 * @param given the text, or the value that JSON makes of it
 * @throws SnapshotError
 */
export function readSnapshot(given: unknown): Snapshot {
  const value = typeof given === 'string' ? parseState(given) : given;
  if (!isObject(value) || value.format !== format) {
    throw new SnapshotError(`the state is none of this version: "format" must be "${format}"`);
  }
  const { now, ahead, jobs, systems, inbox } = value;
  const numbers = [now, ahead, jobs];
  if (!numbers.every(Number.isFinite) || !isObject(systems) || !isObject(inbox)) {
    throw new SnapshotError(
      'the state is damaged: now, ahead, jobs, inbox and systems must be there',
    );
  }
  const read: Record<string, SavedSystem> = {};
  for (const [slug, saved] of Object.entries(systems)) {
    if (!isObject(saved) || !Array.isArray(saved.state) || !Array.isArray(saved.levels)) {
      throw new SnapshotError(`the state of ${slug} is damaged: levels and state must be lists`);
    }
    try {
      const state: unknown = unflatten(saved.state as unknown[], revivers);
      read[slug] = { drawn: Number(saved.drawn), levels: saved.levels as SavedLevels, state };
    } catch (error) {
      throw new SnapshotError(`the state of ${slug} is damaged: ${String(error)}`);
    }
  }
  return { ...(value as unknown as Snapshot), systems: read };
}

/** @throws SnapshotError where the text is no JSON */
export function parseState(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SnapshotError('the state is not valid JSON');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
