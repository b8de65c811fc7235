import { parseMultipart, type MultipartPart } from '@remix-run/multipart-parser';
import type { BodyForm, Context } from './behaviour.js';
import type { NamedFile } from './crypto/file-archive.js';
import { refuse } from './refusals.js';

/** What a body holds: named texts in the order sent, and files. */
export interface BodyContent {
  readonly fields: readonly (readonly [string, string])[];
  readonly files: readonly NamedFile[];
}

export const nothing: BodyContent = { fields: [], files: [] };
const utf8 = new TextDecoder('utf-8');
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
/** Members of a JSON body that must be texts; any other, `v` among them, is not looked at. */
const parameterNames = new Set([
  'token',
  'passphrase',
  'message',
  'encryptedmessage',
  'encryptionkey',
  'publickey',
  'privatekey',
  'privatekeyhash',
]);

/** Reads a body by its content type; one of an unknown type is not read. A broken one is refused. */
export function readBody(context: Context): BodyContent {
  const { body } = context.request;
  const type = context.header('content-type');
  if (body.length === 0 || type === undefined) return nothing;
  const form = formOf(type);
  if (form === null || !context.behaviour.bodyForms.includes(form)) return nothing;
  switch (form) {
    case 'form':
      return { fields: [...context.behaviour.decodeForm(body)], files: [] };
    case 'multipart':
      return readMultipart(context, body, type);
    case 'json':
      return readJson(context, body);
  }
}

function formOf(contentType: string): BodyForm | null {
  const bare = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (bare === 'application/x-www-form-urlencoded') return 'form';
  if (bare === 'multipart/form-data') return 'multipart';
  return bare === 'application/json' ? 'json' : null;
}

function readMultipart(context: Context, body: Uint8Array, contentType: string): BodyContent {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const value = boundary?.[1] ?? boundary?.[2];
  if (value === undefined) {
    return refuse(context, 'malformed-body', 'The multipart body names no boundary.');
  }
  const fields: [string, string][] = [];
  const files: NamedFile[] = [];
  try {
    const limits = { boundary: value, maxFileSize: body.length, maxTotalSize: body.length };
    for (const part of parseMultipart(body, limits)) {
      const { name } = part;
      const filename = fileNameOf(part);
      if (filename !== undefined) {
        const bare = lastSegment(filename);
        // A browser sends an empty name for a file field in which nothing was chosen.
        if (bare !== '') files.push({ name: bare, bytes: bytesOf(part) });
      } else if (name !== undefined) {
        fields.push([name, utf8.decode(bytesOf(part))]);
      }
    }
  } catch {
    return refuse(context, 'malformed-body', 'The multipart body cannot be read.');
  }
  return { fields, files };
}

/** The content of a part: a view of the body where it is in one piece, so that it is held once. */
function bytesOf(part: MultipartPart): Uint8Array {
  const [only, ...others] = part.content;
  return only === undefined || others.length > 0 ? part.bytes : only;
}

/**
 * The name of a file part as it was sent. Backslashes in it are parts of a path, as browsers wrote
 * it, and not escapes; only an escaped quotation mark is one.
 */
function fileNameOf(part: MultipartPart): string | undefined {
  const disposition = part.headers['content-disposition'] ?? '';
  const quoted = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  return quoted === undefined ? part.filename : quoted.replaceAll('\\"', '"');
}

/** Browsers of the time sent the whole path of a file. */
function lastSegment(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function readJson(context: Context, body: Uint8Array): BodyContent {
  let value: unknown;
  try {
    value = JSON.parse(strictUtf8.decode(body));
  } catch {
    return refuse(context, 'malformed-body', 'The body is not valid JSON in UTF-8.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(context, 'malformed-body', 'The JSON body must be an object.');
  }
  const fields: [string, string][] = [];
  for (const [name, member] of Object.entries(value)) {
    const folded = context.behaviour.foldName(name);
    if (!parameterNames.has(folded) || member === null) continue;
    if (typeof member !== 'string') {
      return refuse(
        context,
        'malformed-body',
        `Member ${folded} of the JSON body must be a string.`,
      );
    }
    fields.push([name, member]);
  }
  return { fields, files: [] };
}
