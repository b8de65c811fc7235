import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../specs/duration.js';
import type { Shard } from '../specs/results.js';
import type { Dialect, Level } from '../specs/model.js';
import { sources } from '../specs/sources.gen.js';
import { nearest } from '../suites/engine/nearest.js';

/** Parsers of option values; a bad value ends with one line and exit code 2. */

const slugs = sources.map(({ system }) => system);

export function parseSystems(text: string): string[] {
  const names = commaList(text);
  for (const name of names) {
    if (slugs.includes(name)) continue;
    const guess = nearest(name, slugs);
    const hint = guess === null ? `known: ${slugs.join(', ')}` : `did you mean ${guess}?`;
    throw new InvalidArgumentError(`no system "${name}"; ${hint}`);
  }
  return names;
}

export function parsePort(text: string): number {
  return wholeNumber(text, 0, 65_535, 'a port');
}

export function parseWorkers(text: string): number {
  return wholeNumber(text, 1, 64, 'a number of workers');
}

export function parseWorlds(text: string): number {
  return wholeNumber(text, 0, 100_000, 'a number of worlds');
}

/** Exchanges of a journal: each may hold 128 KiB. */
export function parseJournal(text: string): number {
  return wholeNumber(text, 1, 1_000_000, 'a number of exchanges');
}

/** A token that fits a header and a URL. */
export function parseToken(text: string): string {
  if (/^[\w.~-]{8,200}$/.test(text)) return text;
  throw new InvalidArgumentError('a token has 8 to 200 letters, digits, dots, hyphens, _ and ~');
}

/** Host names without a port, in lower case. */
export function parseHosts(text: string): string[] {
  const names = text.toLowerCase().split(',');
  if (names.every((name) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name))) return names;
  throw new InvalidArgumentError('a host is a name without scheme and port, such as mock.internal');
}

/** A pause between two savings, in ms. */
export function parseEvery(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null && milliseconds > 0 && milliseconds <= 3_600_000) return milliseconds;
  throw new InvalidArgumentError('a pause is a number with ms, s, m or h up to 1h, such as 2s');
}

export function parseSeed(text: string): number {
  return wholeNumber(text, 0, Number.MAX_SAFE_INTEGER, 'a seed');
}

export function parseLevel(text: string): Level {
  if (text === 'must' || text === 'should' || text === 'may') return text;
  throw new InvalidArgumentError('a level is must, should or may');
}

export function parseDialect(text: string): Dialect {
  if (text === 'documented' || text === 'observed') return text;
  throw new InvalidArgumentError('a dialect is documented or observed');
}

export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/$/, '');
  throw new InvalidArgumentError('a target is an http or https URL');
}

export function parseStore(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '')
    return text;
  throw new InvalidArgumentError('a store is a URL such as redis://127.0.0.1:6379');
}

export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const total = Number(match?.[2]);
  if (match !== null && index >= 1 && total >= 1 && index <= total) return { index, total };
  throw new InvalidArgumentError('a shard is i/n with 1 <= i <= n, such as 2/4');
}

/** A list separated by commas, without repetitions. */
export function commaList(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('the list is empty');
  return [...new Set(names)];
}

function wholeNumber(text: string, least: number, most: number, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(
    `${what} is a whole number from ${String(least)} to ${String(most)}`,
  );
}
