import SwaggerParser from '@apidevtools/swagger-parser';
import { exampleCheck, type ExampleCheck } from './examples.js';
import { below, follow, isJson, lookUp, type Json, type Report } from './finding.js';
import { schemaJudge } from './schema-judge.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The values of `x-countersign-…` members that have a vocabulary. */
const vocabularies: Readonly<Record<string, readonly string[]>> = {
  'x-countersign-when': [
    'credentials',
    'body-syntax',
    'body-schema',
    'content-type',
    'parameter',
    'not-found',
    'rate-limit',
    'conflict',
    'too-large',
  ],
  'x-countersign-not-asserted': [
    'answers-as-described',
    'credentials',
    'body-syntax',
    'body-schema',
    'content-type',
    'too-large',
  ],
  'x-countersign-dialect': ['documented', 'observed'],
  'x-countersign-basis': ['documented', 'observed', 'inferred'],
  'x-countersign-trailing-slash': ['either'],
};

/**
 * An OpenAPI 3.1 document: valid by swagger-parser, every example true to its schema, operation
 * ids present and unique, extensions within their vocabulary.
 * @returns the operation ids
 */
export async function checkOpenApi(document: Json, report: Report): Promise<readonly string[]> {
  try {
    // The parser puts referenced objects in place, so it works on a copy.
    await SwaggerParser.validate(structuredClone(document) as never);
  } catch (error) {
    report('', `not valid OpenAPI 3.1: ${error instanceof Error ? error.message : String(error)}`);
  }
  const examples = exampleCheck(document, schemaJudge(document), report);
  const ids: string[] = [];
  for (const [pointer, operation] of operationsOf(document)) {
    const id = operation.operationId;
    if (typeof id !== 'string') report(pointer, 'an operation needs an operationId');
    else if (ids.includes(id))
      report(pointer, `the operationId ${id} is taken by another operation`);
    else ids.push(id);
    checkOperation(document, pointer, operation, examples);
  }
  checkComponents(document, examples);
  checkVocabulary(document, '', report);
  return ids;
}

function operationsOf(document: Json): [string, Json][] {
  if (!isJson(document.paths)) return [];
  return Object.entries(document.paths).flatMap(([path, item]) =>
    !isJson(item)
      ? []
      : methods.flatMap((method): [string, Json][] => {
          const operation = item[method];
          return isJson(operation) ? [[below(below('/paths', path), method), operation]] : [];
        }),
  );
}

function checkOperation(
  document: Json,
  pointer: string,
  operation: Json,
  examples: ExampleCheck,
): void {
  const item = pointer.slice(0, pointer.lastIndexOf('/'));
  for (const place of [below(item, 'parameters'), below(pointer, 'parameters')]) {
    const list = lookUp(document, place);
    if (!Array.isArray(list)) continue;
    list.forEach((entry: unknown, index) => {
      examples.holder(follow(document, entry, below(place, index)).pointer);
    });
  }
  const body = follow(document, operation.requestBody, below(pointer, 'requestBody'));
  checkContent(body.value, body.pointer, examples);
  if (!isJson(operation.responses)) return;
  for (const status of Object.keys(operation.responses)) {
    const place = below(below(pointer, 'responses'), status);
    const response = follow(document, operation.responses[status], place);
    checkResponse(document, response.value, response.pointer, examples);
  }
}

function checkResponse(
  document: Json,
  response: unknown,
  pointer: string,
  examples: ExampleCheck,
): void {
  checkContent(response, pointer, examples);
  if (!isJson(response) || !isJson(response.headers)) return;
  for (const name of Object.keys(response.headers)) {
    const place = below(below(pointer, 'headers'), name);
    examples.holder(follow(document, response.headers[name], place).pointer);
  }
}

function checkContent(owner: unknown, pointer: string, examples: ExampleCheck): void {
  if (!isJson(owner) || !isJson(owner.content)) return;
  for (const type of Object.keys(owner.content)) {
    examples.holder(below(below(pointer, 'content'), type));
  }
}

/** Components are checked where they stand too, used or not. */
function checkComponents(document: Json, examples: ExampleCheck): void {
  const { components } = document;
  if (!isJson(components)) return;
  const each = (kind: string, visit: (pointer: string, value: unknown) => void): void => {
    const map = components[kind];
    if (!isJson(map)) return;
    for (const name of Object.keys(map)) visit(below(`/components/${kind}`, name), map[name]);
  };
  each('schemas', (pointer) => {
    examples.schema(pointer);
  });
  each('parameters', (pointer) => {
    examples.holder(pointer);
  });
  each('headers', (pointer) => {
    examples.holder(pointer);
  });
  each('requestBodies', (pointer, value) => {
    checkContent(value, pointer, examples);
  });
  each('responses', (pointer, value) => {
    checkResponse(document, value, pointer, examples);
  });
}

function checkVocabulary(value: unknown, pointer: string, report: Report): void {
  if (Array.isArray(value)) {
    value.forEach((entry: unknown, index) => {
      checkVocabulary(entry, below(pointer, index), report);
    });
  }
  if (!isJson(value)) return;
  for (const [name, entry] of Object.entries(value)) {
    const known = vocabularies[name];
    const words = Array.isArray(entry) ? (entry as readonly unknown[]) : [entry];
    for (const word of known === undefined ? [] : words) {
      if (typeof word === 'string' && known?.includes(word) === true) continue;
      report(below(pointer, name), `${JSON.stringify(word)} is none of ${known?.join(', ') ?? ''}`);
    }
    checkVocabulary(entry, below(pointer, name), report);
  }
}
