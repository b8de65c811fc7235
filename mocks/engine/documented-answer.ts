import type { OpenApiDocument } from '../../specs/model.js';
import type { Operation } from '../../specs/operations.js';
import { empty, text, type HeaderValue, type PlainResponse } from './http.js';

/** What is asked for of an operation's documented answers. */
export interface Wanted {
  readonly status?: number | undefined;
  /** Name of an example of the document. */
  readonly example?: string | undefined;
}

interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface Answer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Header {
  readonly example?: unknown;
  readonly schema?: { readonly example?: unknown; readonly const?: unknown };
}

/**
 * An answer of an operation as its document shows it: the status, the headers and the body of an
 * example. A status that the document does not have is answered without a body.
 * @returns a sentence where the example is not there
 */
export function documentedAnswer(
  document: OpenApiDocument,
  operation: Operation | undefined,
  wanted: Wanted,
): PlainResponse | string {
  const answers = Object.entries(operation?.object.responses ?? {}).map(
    ([status, entry]): [number, Answer] => [Number(status), resolve<Answer>(document, entry)],
  );
  const { status, example } = wanted;
  if (example !== undefined) {
    for (const [code, answer] of answers) {
      if (status !== undefined && code !== status) continue;
      const found = namedExample(document, answer, example);
      if (found !== undefined) return written(document, code, answer, ...found);
    }
    const known = answers.flatMap(([, answer]) => exampleNames(answer));
    return `there is no example ${example} of this operation; it has: ${known.join(', ') || 'none'}`;
  }
  const answer = answers.find(([code]) => code === status)?.[1];
  if (status === undefined) return 'a code or an example must be named';
  if (answer === undefined) return empty(status);
  const [first] = exampleNames(answer);
  const found = first === undefined ? undefined : namedExample(document, answer, first);
  return found === undefined
    ? { ...empty(status), headers: headersOf(document, answer) }
    : written(document, status, answer, ...found);
}

/** Puts a fault of the person who asks into words, apart from those of the system. */
export function preferenceFault(sentence: string): PlainResponse {
  return text(400, `countersign: ${sentence}`);
}

/** An example given without a name goes by this one. */
const unnamed = 'example';

function exampleNames(answer: Answer): string[] {
  return Object.values(answer.content ?? {}).flatMap((media) => [
    ...Object.keys(media.examples ?? {}),
    ...(media.example === undefined ? [] : [unnamed]),
  ]);
}

function namedExample(
  document: OpenApiDocument,
  answer: Answer,
  name: string,
): [type: string, value: unknown] | undefined {
  for (const [type, media] of Object.entries(answer.content ?? {})) {
    const entry = media.examples?.[name];
    if (entry !== undefined) {
      return [type, resolve<{ value?: unknown }>(document, entry).value];
    }
    if (name === unnamed && media.example !== undefined) return [type, media.example];
  }
  return undefined;
}

function written(
  document: OpenApiDocument,
  status: number,
  answer: Answer,
  type: string,
  value: unknown,
): PlainResponse {
  const isJson = /\bjson\b/.test(type);
  return {
    status,
    headers: { ...headersOf(document, answer), 'Content-Type': type },
    body: typeof value === 'string' && !isJson ? value : JSON.stringify(value),
  };
}

function headersOf(document: OpenApiDocument, answer: Answer): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [name, entry] of Object.entries(answer.headers ?? {})) {
    const { example, schema } = resolve<Header>(document, entry);
    const value = example ?? schema?.example ?? schema?.const;
    if (typeof value === 'string' || typeof value === 'number') headers[name] = String(value);
  }
  return headers;
}

/** Follows references into `#/components/…`. */
function resolve<T>(document: OpenApiDocument, entry: unknown): T {
  const reference = (entry as { $ref?: string } | null)?.$ref;
  if (reference === undefined) return entry as T;
  let value: unknown = document;
  for (const step of reference.replace(/^#\//, '').split('/')) {
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return resolve(document, value);
}
