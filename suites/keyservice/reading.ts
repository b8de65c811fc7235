import { CheckFailure } from '../engine/outcome.js';
import { excerpt, type Exchange } from '../engine/exchange.js';
import { childOf, readXml, type XmlElement } from './xml.js';

/** Readers of answers; see "How the suite reads answers" in errata.md. */

/** A value with the name under which it was found. */
export interface Named {
  readonly value: unknown;
  readonly name: string;
}

/** An entry of a message list, JSON or XML. */
export interface Entry {
  readonly id: unknown;
  readonly text: Named | null;
  readonly date: Named | null;
  readonly isFile: unknown;
  readonly encryptionKey: unknown;
  readonly downloadId: unknown;
}

export interface MessageList {
  readonly entries: readonly Entry[];
  /** True when the list stood in the only array member of an object. */
  readonly wrapped: boolean;
  /** The target's time when it answered, in ms since the epoch. */
  readonly answeredAt: number;
}

/** Tokens are under this name; the others are tolerated where a requirement is about them. */
const tokenNames = ['KeyToken', 'Token', 'token'];
const textNames = ['MessageData', 'Message'];
const dateNames = ['Created', 'SendOn', 'Send On'];

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(members: Members, names: readonly string[]): Named | null {
  for (const name of names) {
    if (name in members && members[name] !== null) return { name, value: members[name] };
  }
  return null;
}

/** The token of a new key. An answer without one fails the check. */
export function readToken(exchange: Exchange): { readonly token: string; readonly name: string } {
  const found = exchangeIsXml(exchange) ? tokenInXml(exchange) : tokenInJson(exchange.json());
  if (found !== null && typeof found.value === 'string' && found.value !== '') {
    return { token: found.value, name: found.name };
  }
  throw new CheckFailure(`${exchange.label} answered no token`, {
    expected: 'a key with a text in KeyToken',
    actual: excerpt(exchange.text),
  });
}

function tokenInJson(value: unknown): Named | null {
  if (typeof value === 'string') return { name: '', value };
  return isObject(value) ? named(value, tokenNames) : null;
}

function tokenInXml(exchange: Exchange): Named | null {
  const root = xmlOf(exchange);
  for (const name of tokenNames) {
    const child = childOf(root, name);
    if (child !== undefined) return { name, value: child.text.trim() };
  }
  return root.children.length === 0 ? { name: '', value: root.text.trim() } : null;
}

/** The list of messages. An answer that holds none fails the check. */
export function readList(exchange: Exchange): MessageList {
  const answeredAt = exchange.time;
  if (exchangeIsXml(exchange)) {
    return { entries: entriesInXml(xmlOf(exchange)), wrapped: false, answeredAt };
  }
  const value = exchange.json();
  if (Array.isArray(value)) return { entries: value.map(entryOf), wrapped: false, answeredAt };
  const arrays = isObject(value)
    ? Object.values(value).filter((member) => Array.isArray(member))
    : [];
  const [only] = arrays;
  if (arrays.length === 1 && Array.isArray(only)) {
    return { entries: only.map(entryOf), wrapped: true, answeredAt };
  }
  throw new CheckFailure(`${exchange.label} answered no list of messages`, {
    expected: 'a JSON array of message objects',
    actual: excerpt(exchange.text),
  });
}

function entryOf(value: unknown): Entry {
  const members = isObject(value) ? value : {};
  return {
    id: members.MessageId,
    text: named(members, textNames),
    date: named(members, dateNames),
    isFile: members.IsFile,
    encryptionKey: members.EncryptionKey,
    downloadId: members.TemporaryDownloadId,
  };
}

function entriesInXml(root: XmlElement): readonly Entry[] {
  return root.children
    .filter((child) => child.name === 'Message')
    .map((child) =>
      entryOf(Object.fromEntries(child.children.map((member) => [member.name, member.text]))),
    );
}

/** The text of each entry; one without fails the check. */
export function textsOf(list: MessageList): readonly string[] {
  return list.entries.map((entry) => {
    if (typeof entry.text?.value === 'string') return entry.text.value;
    throw new CheckFailure('an entry of the message list has no text', {
      expected: 'a text in MessageData',
      actual: JSON.stringify(entry.text?.value ?? null),
    });
  });
}

/** The document of an answer; one that is not well-formed fails the check. */
export function xmlOf(exchange: Exchange): XmlElement {
  const root = readXml(exchange.text);
  if ('problem' in root) {
    const markup = exchange.bodyKind === 'XML or other markup';
    const what = markup ? 'XML that is not well-formed' : `${exchange.bodyKind}, not XML`;
    throw new CheckFailure(`${exchange.label} answered ${what}`, {
      expected: 'a well-formed XML document',
      actual: markup
        ? `${root.problem.replace(/\.$/, '')} (line:column first), in: ${excerpt(exchange.text)}`
        : excerpt(exchange.text),
    });
  }
  return root;
}

function exchangeIsXml(exchange: Exchange): boolean {
  return exchange.text.trimStart().startsWith('<');
}

/** Milliseconds since the epoch of a date in either form; null for what is no date. */
export function readDate(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const framework = /^\/Date\((-?\d+)([+-]\d{4})?\)\/$/.exec(value);
  if (framework?.[1] !== undefined) return Number(framework[1]);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return null;
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? null : time;
}

/** What a file flag says, in any of the forms that are understood; null for none of them. */
export function readFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : null;
}
