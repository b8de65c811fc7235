import { Refusal, text, type PlainResponse } from '../../engine/http.js';
import type { Context, Schemas } from './behaviour.js';
import { nullMessage } from './observed-refusals.js';
import { refuseWith } from './refusals.js';

/** The types that the public server bound JSON members to. */
type Kind = 'text' | 'flag' | 'whole' | 'wholeOrText' | Shape | readonly [Kind];

/** Members by name; a question mark at the end marks one that may be missing. */
export interface Shape {
  readonly [member: string]: Kind;
}

const preKeyShape: Shape = {
  keyId: 'whole',
  publicKey: 'text',
  identityKey: 'text',
  'lastResort?': 'flag',
};
const messageShape: Shape = {
  'type?': 'whole',
  destination: 'text',
  body: 'text',
  'relay?': 'text',
  'timestamp?': 'wholeOrText',
};

export const confirmationShape: Shape = { signalingKey: 'text', 'supportsSms?': 'flag' };
export const apnShape: Shape = { apnRegistrationId: 'text' };
export const gcmShape: Shape = { gcmRegistrationId: 'text' };
export const preKeysShape: Shape = { lastResortKey: preKeyShape, keys: [preKeyShape] };
export const queryShape: Shape = { contacts: ['text'] };
const messagesShape: Shape = { messages: [messageShape] };

/** Another request Content-Type than JSON: 415. None at all is fine. */
export function refuseContentType(context: Context): void {
  const fault = context.contentTypeFault();
  if (fault !== null) context.refuse(fault);
}

/**
 * Reads a body as the public server did: 400 for JSON that does not parse or has wrong types, then
 * 422 for members that are missing, null or empty. Contents are not looked at.
 */
export function readObserved<T>(context: Context, shape: Shape): T {
  refuseContentType(context);
  const body = parse(context, 400);
  if (!isRecord(body)) return refuseWith(text(400, 'body: must be a JSON object'));
  const wrong = wrongType(body, shape, '');
  if (wrong !== null) return refuseWith(text(400, `${wrong}: has a wrong type`));
  const missing = missingMember(body, shape, '');
  if (missing !== null) return refuseWith(text(422, `${missing}: must not be empty`));
  return body as T;
}

/**
 * Reads a message list as the public server did: 501 for what does not bind, unknown members
 * included, 500 for null, 415 for missing members.
 */
export function readObservedMessages(context: Context): Schemas['MessageList'] {
  const body = parse(context, 501);
  if (body === null) return refuseWith(nullMessage);
  if (!isRecord(body)) return refuseWith(text(501, 'body: must be a JSON object'));
  const wrong = unknownMember(body, messagesShape, '') ?? wrongType(body, messagesShape, '');
  if (wrong !== null) return refuseWith(text(501, `${wrong}: does not bind`));
  const list = body.messages;
  if (Array.isArray(list) && list.includes(null)) return refuseWith(nullMessage);
  const missing = missingMember(body, messagesShape, '');
  if (missing !== null) return refuseWith(text(415, `${missing}: must not be empty`));
  return body as Schemas['MessageList'];
}

/** The parsed body; a fault is answered with the given status. */
function parse(context: Context, status: number): unknown {
  try {
    return context.parsed();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(withStatus(error.response, status));
    throw error;
  }
}

function withStatus(response: PlainResponse, status: number): PlainResponse {
  return { ...response, status };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The path of the first member whose type does not fit; null and absent members fit. */
function wrongType(value: unknown, kind: Kind, at: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof kind === 'string') return fits(value, kind) ? null : at;
  if (isList(kind)) {
    if (!Array.isArray(value)) return at;
    return firstOf(
      value.map((entry, index) => [`${at}[${String(index)}]`, entry, kind[0]]),
      wrongType,
    );
  }
  if (!isRecord(value)) return at;
  return firstOf(membersOf(value, kind, at), wrongType);
}

/** The path of the first required member that is missing, null or an empty text. */
function missingMember(value: unknown, kind: Kind, at: string): string | null {
  if (value === null || value === undefined || value === '') return at;
  if (typeof kind === 'string') return null;
  if (isList(kind)) {
    const entries = value as readonly unknown[];
    // An empty text among the tokens of a query was let through.
    if (typeof kind[0] === 'string') return null;
    return firstOf(
      entries.map((entry, index) => [`${at}[${String(index)}]`, entry, kind[0]]),
      missingMember,
    );
  }
  const required = Object.fromEntries(
    Object.entries(kind).filter(([member]) => !member.endsWith('?')),
  );
  return firstOf(membersOf(value as Record<string, unknown>, required, at), missingMember);
}

/** The path of the first member, at any depth, that the shape does not know. */
function unknownMember(value: unknown, kind: Kind, at: string): string | null {
  if (typeof kind === 'string') return null;
  if (isList(kind)) {
    if (!Array.isArray(value)) return null;
    return firstOf(
      value.map((entry, index) => [`${at}[${String(index)}]`, entry, kind[0]]),
      unknownMember,
    );
  }
  if (!isRecord(value)) return null;
  const known = new Set(Object.keys(kind).map(bareName));
  const stranger = Object.keys(value).find((member) => !known.has(member));
  if (stranger !== undefined) return join(at, stranger);
  return firstOf(membersOf(value, kind, at), unknownMember);
}

type Place = [at: string, value: unknown, kind: Kind];

function firstOf(
  places: readonly Place[],
  look: (value: unknown, kind: Kind, at: string) => string | null,
): string | null {
  for (const [at, value, kind] of places) {
    const found = look(value, kind, at);
    if (found !== null) return found;
  }
  return null;
}

function membersOf(value: Record<string, unknown>, shape: Shape, at: string): Place[] {
  return Object.entries(shape).map(([member, kind]) => {
    const name = bareName(member);
    return [join(at, name), value[name], kind];
  });
}

function fits(value: unknown, kind: string): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'whole':
      return Number.isInteger(value);
    case 'wholeOrText':
      return typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value));
    default:
      return true;
  }
}

function isList(kind: Shape | readonly [Kind]): kind is readonly [Kind] {
  return Array.isArray(kind);
}

function bareName(member: string): string {
  return member.endsWith('?') ? member.slice(0, -1) : member;
}

function join(at: string, member: string): string {
  return at === '' ? member : `${at}.${member}`;
}
