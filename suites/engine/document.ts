import type { OpenApiDocument, ResponseObject } from '../../specs/model.js';
import { operationsOf, type Operation } from '../../specs/operations.js';
import { compileRouter } from '../../specs/router.js';
import { pointerStep, schemaSet } from '../../specs/schemas.js';

/** Judges answers by an OpenAPI document. */
export interface DocumentJudge {
  readonly operations: readonly Operation[];
  /** The operation of a method and a path below the base; null for what the document lacks. */
  operationOf(method: string, path: string): string | null;
  /** One sentence for each departure of an answer from what the document says of the operation. */
  violations(operation: string, answer: Answer): readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** Compiles a document once for a whole run. */
export function documentJudge(document: OpenApiDocument): DocumentJudge {
  const operations = operationsOf(document);
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const route = compileRouter(operations);
  const schemas = schemaSet(document);
  return {
    operations,
    operationOf(method, path) {
      const match = route(method, path);
      return match.kind === 'operation' ? match.operation.id : null;
    },
    violations(id, answer) {
      const operation = byId.get(id);
      if (operation === undefined) return [];
      const status = String(answer.status);
      const response = responseOf(document, operation, status);
      if (response === null) return [`status ${status} is not described for ${id}`];
      const { object, pointer } = response;
      // The shape of an inferred answer is the mock's own choice; others may choose differently.
      if (object['x-countersign-basis'] === 'inferred') return [];
      const media = Object.keys(object.content ?? {}).find((type) => isJsonType(type));
      if (media === undefined || object.content?.[media]?.schema === undefined) return [];
      if (answer.contentType === null || !isJsonType(answer.contentType)) return [];
      let value: unknown;
      try {
        value = JSON.parse(answer.text);
      } catch {
        return [`the body of the ${status} is not valid JSON`];
      }
      const validate = schemas.at(`${pointer}/content/${pointerStep(media)}/schema`);
      return (validate(value) ?? []).map((fault) => `body of the ${status}: ${fault.message}`);
    },
  };
}

function isJsonType(type: string): boolean {
  return /^application\/([\w.+-]+\+)?json\b/i.test(type);
}

/** The response object for a status, references into components followed. */
export function responseOf(
  document: OpenApiDocument,
  operation: Operation,
  status: string,
): { object: ResponseObject; pointer: string } | null {
  const responses = operation.object.responses;
  const key = [status, `${status.charAt(0)}XX`, 'default'].find((name) => name in responses);
  const entry = key === undefined ? undefined : responses[key];
  if (key === undefined || entry === undefined) return null;
  const reference = (entry as { $ref?: string }).$ref;
  if (reference === undefined) {
    const path = pointerStep(operation.path);
    const pointer = `/paths/${path}/${operation.method.toLowerCase()}/responses/${key}`;
    return { object: entry, pointer };
  }
  const steps = reference.replace(/^#\//, '').split('/');
  let value: unknown = document;
  for (const step of steps) value = (value as Record<string, unknown> | undefined)?.[step];
  return { object: value as ResponseObject, pointer: `/${steps.join('/')}` };
}
