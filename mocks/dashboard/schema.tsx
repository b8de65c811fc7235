import type { JSX } from 'preact';
import { items, members, resolve, textOf, type Json } from './document.js';
import { Prose } from './prose.js';

interface SchemaProps {
  readonly document: Json;
  readonly schema: unknown;
  /** How deep this one stands; a document may refer to itself. */
  readonly depth?: number;
}

const deepest = 6;

/** A schema in words and, below it, its members. */
export function Schema({ document, schema, depth = 0 }: SchemaProps): JSX.Element {
  const resolved = resolve(document, schema);
  return (
    <>
      <span class="muted">{wordsOf(document, resolved)}</span>
      <Prose text={textOf(resolved.description)} />
      {depth < deepest ? <Members document={document} schema={resolved} depth={depth} /> : null}
    </>
  );
}

function Members({
  document,
  schema,
  depth = 0,
}: SchemaProps & { readonly schema: Json }): JSX.Element | null {
  const required = new Set(items(schema.required));
  const properties = members(schema.properties);
  const variants = ['allOf', 'oneOf', 'anyOf'].flatMap((word) =>
    items(schema[word]).map((entry) => [word, entry] as const),
  );
  const inner = { document, depth: depth + 1 };
  const nested = resolve(document, schema.items);
  const opens = members(nested.properties).length > 0 || items(nested.oneOf).length > 0;
  return (
    <>
      {properties.length === 0 ? null : (
        <ul class="schema">
          {properties.map(([name, entry]) => (
            <li key={name}>
              <code class="break">{name}</code>
              {required.has(name) ? <span class="tag">required</span> : null}{' '}
              <Schema {...inner} schema={entry} />
            </li>
          ))}
        </ul>
      )}
      {opens ? <Members {...inner} schema={nested} /> : null}
      {variants.map(([word, entry], index) => (
        <div key={index} class="variant">
          <span class="tag">{word === 'allOf' ? 'and' : 'or'}</span>{' '}
          <Schema {...inner} schema={entry} />
        </div>
      ))}
    </>
  );
}

const rules: readonly (readonly [string, (value: string) => string])[] = [
  ['format', (value) => value],
  ['const', (value) => `always ${value}`],
  ['pattern', (value) => `fits ${value}`],
  ['minLength', (value) => `at least ${value} characters`],
  ['maxLength', (value) => `at most ${value} characters`],
  ['minimum', (value) => `from ${value}`],
  ['maximum', (value) => `up to ${value}`],
  ['minItems', (value) => `at least ${value} items`],
  ['maxItems', (value) => `at most ${value} items`],
  ['default', (value) => `${value} when absent`],
];

/** The rules of a schema as one line. */
export function wordsOf(document: Json, schema: Json): string {
  const words: string[] = [];
  const { type } = schema;
  const types = Array.isArray(type) ? (type as unknown[]).join(' or ') : textOf(type);
  if (schema.items === undefined) words.push(types);
  else {
    const inner = resolve(document, schema.items);
    words.push(`list of ${wordsOf(document, inner) || textOf(inner.refName) || 'anything'}`);
  }
  const choices = items(schema.enum);
  if (choices.length > 0) words.push(`one of ${choices.map(shown).join(', ')}`);
  for (const [name, say] of rules) {
    if (schema[name] !== undefined) words.push(say(shown(schema[name])));
  }
  return words.filter((word) => word !== '').join(', ');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
