import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Capability, JsonSchema } from '../../specs/model.js';
import { schemaSet, type Fault } from '../../specs/schemas.js';
import type { WaiverInfo } from '../../specs/results.js';
import { nearest } from './nearest.js';
import type { Endpoint, Inbox } from './inbox/endpoint.js';
import type { InboxSetting } from './inbox/source.js';
import { withPathsFrom } from './profile-paths.js';
import { profileSchema } from './profile-schema.js';

/** A mistake in a profile or on the way to it; the message is one line for the user. */
export class ProfileError extends Error {}

/** How connections are made, from the profile's `tls` and `http` members. */
export interface TransportSettings {
  /** Path of a PEM file with certificate authorities to trust in addition. */
  readonly ca?: string;
  /** Paths of PEM files: a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** True accepts any certificate. */
  readonly insecure?: boolean;
}

/** A profile as a run uses it: its inboxes can be asked by any process; see `serveInboxes`. */
export interface Profile {
  readonly target?: string;
  readonly inbox?: Inbox;
  readonly trigger?: Endpoint;
  readonly clock?: Endpoint;
  readonly capabilities?: readonly Capability[];
  /** Sections by system; a system that is absent is not tested. */
  readonly systems?: Readonly<Record<string, SystemSection | null>>;
  readonly waivers?: readonly WaiverInfo[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TransportSettings;
  readonly maxRequestsPerSecond?: number;
  readonly maxConnections?: number;
}

/** A system's section: its own members beside those that override the shared ones. */
export interface SystemSection extends Readonly<Record<string, unknown>> {
  readonly url?: string;
  readonly inbox?: Inbox;
  readonly trigger?: Endpoint;
  readonly clock?: Endpoint;
  readonly capabilities?: readonly Capability[];
}

/** A profile as it was written, checked, with the environment filled in. */
export interface WrittenProfile extends Omit<Profile, 'inbox' | 'systems'> {
  readonly inbox?: InboxSetting;
  readonly systems?: Readonly<Record<string, WrittenSection | null>>;
}

/** A system's section of such a profile. */
export interface WrittenSection extends Readonly<Record<string, unknown>> {
  readonly url?: string;
  readonly inbox?: InboxSetting;
  readonly trigger?: Endpoint;
  readonly clock?: Endpoint;
  readonly capabilities?: readonly Capability[];
}

export interface LoadOptions {
  readonly sections: Readonly<Record<string, JsonSchema>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ids that a waiver may name. */
  readonly requirements: ReadonlySet<string>;
  /** Today as an ISO date. */
  readonly today: string;
}

/**
 * Reads a profile file, its relative paths from the file's own folder; every mistake is a ProfileError
 * with file, line, key and remedy.
 */
export function loadProfile(path: string, options: LoadOptions): WrittenProfile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ProfileError(`${path}: the file cannot be read`);
  }
  return withPathsFrom(dirname(path), parseProfile(text, path, options));
}

/** @param name what to call the text in messages */
export function parseProfile(text: string, name: string, options: LoadOptions): WrittenProfile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const line = lines.linePos(broken.pos[0]).line;
    const message =
      broken.code === 'MULTIPLE_DOCS'
        ? 'a profile is one YAML document, without ---'
        : (broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw new ProfileError(`${name}:${String(line)}: ${message}`);
  }
  const place = (path: Path): string => `${name}:${String(lineOf(document, lines, path))}`;
  const schema = profileSchema(options.sections);
  const filled = fill(toPlain(document, lines, name), [], place, options.environment);
  const faults = schemaSet({ profile: schema }).at('/profile')(filled);
  if (faults !== null) {
    throw new ProfileError(describe(faults, document, lines, name, schema));
  }
  const profile = filled as WrittenProfile;
  checkWaivers(profile, place, options);
  return profile;
}

/** Keys from the top of a document down to a value. */
type Path = readonly string[];

function toPlain(document: Document, lines: LineCounter, name: string): unknown {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const line = lines.linePos(alias.range?.[0] ?? 0).line;
      throw new ProfileError(`${name}:${String(line)}: *${alias.source} has no anchor before it`);
    },
  });
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Aliases that multiply without end.
    const message = error instanceof Error ? error.message : 'not YAML';
    throw new ProfileError(`${name}: ${message.split('\n')[0] ?? ''}`);
  }
}

/** Replaces `${NAME}` in every string. */
function fill(
  value: unknown,
  path: Path,
  place: (path: Path) => string,
  environment: LoadOptions['environment'],
): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = environment[variable];
      if (found === undefined) {
        throw new ProfileError(
          `${place(path)}: ${path.join('.')} needs the environment variable ${variable}, which is not set`,
        );
      }
      return found;
    });
  }
  if (Array.isArray(value)) {
    return value.map((entry, index) => fill(entry, [...path, String(index)], place, environment));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        fill(inner, [...path, key], place, environment),
      ]),
    );
  }
  return value;
}

function checkWaivers(
  profile: WrittenProfile,
  place: (path: Path) => string,
  options: LoadOptions,
): void {
  for (const [index, waiver] of (profile.waivers ?? []).entries()) {
    const at = (key: string): string => place(['waivers', String(index), key]);
    if (!options.requirements.has(waiver.requirement)) {
      const guess = nearest(waiver.requirement, [...options.requirements]);
      throw new ProfileError(
        `${at('requirement')}: a waiver names the unknown requirement ${waiver.requirement}${suggestion(guess)}`,
      );
    }
    if (waiver.until < options.today) {
      throw new ProfileError(
        `${at('until')}: the waiver of ${waiver.requirement} expired on ${waiver.until}; fix the target or renew it`,
      );
    }
  }
}

function suggestion(guess: string | null): string {
  return guess === null ? '' : `; did you mean ${guess}?`;
}

/** The first fault in words, with the line of the key. */
function describe(
  faults: readonly Fault[],
  document: Document,
  lines: LineCounter,
  name: string,
  schema: JsonSchema,
): string {
  // An unknown key explains more than the failed alternative around it.
  const fault = faults.find((entry) => entry.keyword === 'additionalProperties') ?? faults[0];
  if (fault === undefined) return `${name}: the profile is not valid`;
  const path = fault.pointer.split('/').slice(1).map(unescape);
  if (fault.keyword !== 'additionalProperties') {
    return `${name}:${String(lineOf(document, lines, path))}: ${inWords(fault, path, document, schema)}`;
  }
  const known = Object.keys(propertiesAt(schema, path));
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const keys = isMap(node)
    ? node.items.flatMap((item) => (isScalar(item.key) ? [item.key] : []))
    : [];
  const key = keys.find((entry) => !known.includes(String(entry.value)));
  const shown = String(key?.value);
  const line =
    key?.range === undefined || key.range === null ? 1 : lines.linePos(key.range[0]).line;
  const place = path.length === 0 ? '' : ` in ${path.join('.')}`;
  return `${name}:${String(line)}: unknown key ${shown}${place}${suggestion(nearest(shown, known))}`;
}

/** A fault of a value, with what would be right where the schema lists it. */
function inWords(fault: Fault, path: Path, document: Document, schema: JsonSchema): string {
  if (/^(min|max)Properties$/.test(fault.keyword)) {
    const known = Object.keys(propertiesAt(schema, path));
    const words = `${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''}`;
    // Sources by channel may stand side by side, so this fault is about one source beside others.
    const alone = path.at(-1) === 'inbox' && fault.keyword === 'maxProperties';
    return `${path.join('.')} takes one of ${words}${alone ? '; only sources by channel stand side by side' : ''}`;
  }
  const message = fault.message.replace(/^the body /, 'the profile ');
  const known = schemaAt(schema, path).enum;
  if (fault.keyword !== 'enum' || !Array.isArray(known)) return message;
  const words = known.map(String);
  const value = String(document.getIn(path.map(toIndex)));
  const guess = nearest(value, words);
  const remedy = guess === null ? `known: ${words.join(', ')}` : `did you mean ${guess}?`;
  return `unknown value ${value} in ${path.join('.')}; ${remedy}`;
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length).map(toIndex), true) as
      { range?: readonly number[] | null } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function toIndex(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step;
}

function propertiesAt(schema: JsonSchema, path: Path): Record<string, unknown> {
  return (schemaAt(schema, path).properties ?? {}) as Record<string, unknown>;
}

function schemaAt(schema: JsonSchema, path: Path): JsonSchema {
  let current: JsonSchema = schema;
  for (const step of path) {
    const properties = (current.properties ?? {}) as Record<string, JsonSchema>;
    current = properties[step] ?? ((current.items ?? {}) as JsonSchema);
  }
  return current;
}
