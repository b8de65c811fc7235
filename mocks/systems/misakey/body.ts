import { Refusal } from '../../engine/http.js';
import type { Context } from './behaviour.js';
import { refusals } from './refusals.js';

/** A JSON object whose members are yet to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

const nothing: JsonObject = {};
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The object in a request body. No body, a form and `null` count as `{}`; a body of another media
 * type than JSON is 415, one that is no JSON object 400.
 */
export function bodyObject(context: Context): JsonObject {
  const { body } = context.request;
  if (body.length === 0) return nothing;
  const header = context.header('content-type');
  const type = (header?.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return nothing;
  if (type !== 'application/json') throw new Refusal(refusals.mediaType(header));
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    throw new Refusal(refusals.body('the body is not valid UTF-8'));
  }
  const value = context.behaviour.parseBody(text);
  if (value === undefined) throw new Refusal(refusals.body('the body is not valid JSON'));
  return objectOf(value, 'the body') ?? nothing;
}

/** An object, or null for null and absence; anything else is refused. */
export function objectOf(value: unknown, subject: string): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Refusal(refusals.body(`${subject} must be an object`));
  }
  return value as JsonObject;
}

/** A non-empty string of a body; otherwise the member is named as required or malformed. */
export function requiredText(object: JsonObject, member: string): string {
  const value = object[member];
  if (value === undefined || value === null || value === '') {
    throw new Refusal(refusals.members({ [member]: 'required' }, 'body'));
  }
  if (typeof value !== 'string') {
    throw new Refusal(refusals.members({ [member]: 'malformed' }, 'body'));
  }
  return value;
}
