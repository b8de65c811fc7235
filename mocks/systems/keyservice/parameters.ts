import { Refusal } from '../../engine/http.js';
import { nothing, readBody, type BodyContent } from './bodies.js';
import type { Context } from './behaviour.js';
import { latin1Bytes } from './crypto/encodings.js';
import type { NamedFile } from './crypto/file-archive.js';

/** Parameters of which white space alone counts as absent. */
type PlainName = 'token' | 'passphrase' | 'publickey' | 'privatekey' | 'privatekeyhash';
/** Parameters of which only the empty value counts as absent. */
type ContentName = 'message' | 'encryptedmessage' | 'encryptionkey';

/** The parameters of a request, wherever they stood. */
export interface Parameters {
  /** The value, never trimmed; absent when blank. */
  plain(name: PlainName): string | undefined;
  /** The value; absent when empty. */
  content(name: ContentName): string | undefined;
  readonly files: readonly NamedFile[];
}

/** These are read from request headers too. */
const headerNames: ReadonlySet<string> = new Set(['token', 'passphrase', 'privatekeyhash']);
const utf8 = new TextDecoder();

/**
 * Reads the parameters: a header that is not blank wins over the body, the body over the query
 * string; of a repeated name the first value counts. A broken body ends the request.
 */
export function readParameters(context: Context): Parameters {
  const places = context.behaviour.placesOf(context.request.method);
  return merge(context, places.includes('body') ? readBody(context) : nothing);
}

/** The token of a request, also of one that is otherwise wrong. */
export function tokenOf(context: Context): string | undefined {
  let body = nothing;
  try {
    body = readBody(context);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return merge(context, body).plain('token');
}

function merge(context: Context, body: BodyContent): Parameters {
  const { behaviour } = context;
  const places = behaviour.placesOf(context.request.method);
  const values = new Map<string, string>();
  collect(context, values, body.fields);
  if (places.includes('query') && context.request.query !== '') {
    collect(context, values, context.query);
  }
  const value = (name: string): string | undefined => {
    if (places.includes('header') && headerNames.has(name)) {
      const header = context.header(name);
      if (header !== undefined) {
        const text = utf8.decode(latin1Bytes(header));
        if (!behaviour.isBlank(text)) return text;
      }
    }
    return values.get(name);
  };
  return {
    plain(name) {
      const text = value(name);
      return text === undefined || behaviour.isBlank(text) ? undefined : text;
    },
    content(name) {
      const text = value(name);
      return text === '' ? undefined : text;
    },
    files: body.files,
  };
}

function collect(
  context: Context,
  values: Map<string, string>,
  entries: Iterable<readonly [string, string]>,
): void {
  for (const [name, text] of entries) {
    const folded = context.behaviour.foldName(name);
    if (!values.has(folded)) values.set(folded, text);
  }
}
