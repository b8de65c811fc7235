import { below, follow, isJson, lookUp, type Json, type Report } from './finding.js';
import type { SchemaJudge } from './schema-judge.js';

const schemaMaps = ['properties', 'patternProperties', '$defs', 'dependentSchemas'];
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaMembers = [
  'items',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
];

/** Compares the examples of one document with their schemas. */
export interface ExampleCheck {
  /** A schema: that it compiles, and that its own examples and defaults fit, all the way down. */
  schema(pointer: string): void;
  /** An object that has a schema beside its example: a parameter, a header, a media type. */
  holder(pointer: string): void;
  /** One value that must fit a schema. */
  value(pointer: string, schemaPointer: string, value: unknown): void;
}

/**
 * @param report is called once per violation
 */
export function exampleCheck(document: Json, judge: SchemaJudge, report: Report): ExampleCheck {
  const seen = new Set<string>();
  const value = (pointer: string, schemaPointer: string, example: unknown): void => {
    if (judge.fault(schemaPointer) !== null) return;
    const fault = judge.judge(schemaPointer, example);
    if (fault !== null) report(pointer, `does not fit its schema ${schemaPointer}: ${fault}`);
  };
  const inner = (pointer: string, found: unknown): void => {
    // References are visited where they lead; a boolean schema has nothing inside.
    if (!isJson(found) || typeof found.$ref === 'string') return;
    if (found.example !== undefined) value(below(pointer, 'example'), pointer, found.example);
    if (found.default !== undefined) value(below(pointer, 'default'), pointer, found.default);
    if (Array.isArray(found.examples)) {
      found.examples.forEach((example, index) => {
        value(below(below(pointer, 'examples'), index), pointer, example);
      });
    }
    for (const name of schemaMaps) {
      const map = found[name];
      if (!isJson(map)) continue;
      for (const key of Object.keys(map)) inner(below(below(pointer, name), key), map[key]);
    }
    for (const name of schemaLists) {
      const list = found[name];
      if (!Array.isArray(list)) continue;
      list.forEach((entry: unknown, index) => {
        inner(below(below(pointer, name), index), entry);
      });
    }
    for (const name of schemaMembers) inner(below(pointer, name), found[name]);
  };
  const schema = (pointer: string): void => {
    if (seen.has(pointer)) return;
    seen.add(pointer);
    const fault = judge.fault(pointer);
    if (fault !== null) report(pointer, `this schema cannot be used: ${fault}`);
    else inner(pointer, lookUp(document, pointer));
  };
  return {
    schema,
    value,
    holder(pointer) {
      const found = lookUp(document, pointer);
      if (!isJson(found) || found.schema === undefined) return;
      const at = below(pointer, 'schema');
      schema(at);
      if (found.example !== undefined) value(below(pointer, 'example'), at, found.example);
      if (!isJson(found.examples)) return;
      for (const [name, entry] of Object.entries(found.examples)) {
        const place = below(below(pointer, 'examples'), name);
        const example = follow(document, entry, place).value;
        if (!isJson(example) || !('value' in example)) report(place, 'an example needs a value');
        else value(place, at, example.value);
      }
    },
  };
}
