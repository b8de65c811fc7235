import type {
  OpenApiDocument,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
} from './model.js';
import { pointerStep, schemaSet, type SchemaSet, type Validator } from './schemas.js';

/** Largest request body in bytes where the document gives no other limit. */
export const defaultBodyLimit = 4 * 1024 * 1024;

/** An operation of a document, made ready once. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** The path template as printed, such as `/v1/keys/{number}`. */
  readonly path: string;
  readonly object: OperationObject;
  readonly parameters: readonly ParameterObject[];
  readonly bodyLimit: number;
  readonly eitherSlash: boolean;
  readonly optionalBody: boolean;
  /** The validator of the JSON body, or null where the operation takes none. */
  readonly bodyValidator: (() => Validator) | null;
  /** The validator of a parameter by name, or null where it has no schema. */
  parameterValidator(name: string): Validator | null;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

const known = new WeakMap<OpenApiDocument, readonly Operation[]>();

/** Reads all operations of a document; a document is compiled once, however often it is served. */
export function operationsOf(document: OpenApiDocument): readonly Operation[] {
  let operations = known.get(document);
  if (operations === undefined) {
    operations = readOperations(document);
    known.set(document, operations);
  }
  return operations;
}

function readOperations(document: OpenApiDocument): readonly Operation[] {
  const schemas = schemaSet(document);
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const object = item[method] as OperationObject | undefined;
      if (object === undefined) continue;
      operations.push(compile(document, schemas, path, method, object));
    }
  }
  return operations;
}

function compile(
  document: OpenApiDocument,
  schemas: SchemaSet,
  path: string,
  method: string,
  object: OperationObject,
): Operation {
  const item = document.paths[path] ?? {};
  const base = `/paths/${pointerStep(path)}/${method}`;
  const located: { parameter: ParameterObject; pointer: string }[] = [];
  const collect = (list: unknown, at: string): void => {
    if (!Array.isArray(list)) return;
    list.forEach((entry: unknown, index) => {
      located.push(resolve<ParameterObject>(document, entry, `${at}/${String(index)}`));
    });
  };
  collect(item.parameters, `/paths/${pointerStep(path)}/parameters`);
  collect(object.parameters, `${base}/parameters`);
  const byName = new Map(located.map((entry) => [entry.parameter.name, entry]));
  return {
    id: object.operationId,
    method: method.toUpperCase(),
    path,
    object,
    parameters: located.map((entry) => entry.parameter),
    bodyLimit: object['x-countersign-body-limit'] ?? defaultBodyLimit,
    eitherSlash: object['x-countersign-trailing-slash'] === 'either',
    optionalBody: object['x-countersign-optional-body'] === true,
    bodyValidator: bodyValidator(document, schemas, object, base),
    parameterValidator(name) {
      const entry = byName.get(name);
      if (entry?.parameter.schema === undefined) return null;
      return schemas.at(`${entry.pointer}/schema`);
    },
  };
}

function bodyValidator(
  document: OpenApiDocument,
  schemas: SchemaSet,
  object: OperationObject,
  base: string,
): (() => Validator) | null {
  if (object.requestBody === undefined) return null;
  const { parameter: body, pointer } = resolve<RequestBodyObject>(
    document,
    object.requestBody,
    `${base}/requestBody`,
  );
  if (body.content['application/json']?.schema === undefined) return null;
  const at = `${pointer}/content/${pointerStep('application/json')}/schema`;
  return () => schemas.at(at);
}

/** Follows one reference into `#/components/…`; what has none is returned as it is. */
function resolve<T>(
  document: OpenApiDocument,
  entry: unknown,
  pointer: string,
): { parameter: T; pointer: string } {
  const reference = (entry as { $ref?: string }).$ref;
  if (reference === undefined) return { parameter: entry as T, pointer };
  const steps = reference.replace(/^#\//, '').split('/');
  let value: unknown = document;
  for (const step of steps) value = (value as Record<string, unknown>)[step];
  return { parameter: value as T, pointer: `/${steps.join('/')}` };
}
