/** How the page reads the documents of a system: as plain values, references followed where met. */

export type Json = Readonly<Record<string, unknown>>;

/** What `GET /_countersign/documents/<system>` answers. */
export interface Documents {
  readonly openapi: Json;
  readonly asyncapi: Json | null;
  readonly requirements: readonly RequirementText[];
}

export interface RequirementText {
  readonly id: string;
  readonly level: string;
  readonly operation: string | readonly string[];
  readonly statement: string;
}

/** An operation of the OpenAPI document with what its path adds. */
export interface OperationEntry {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly object: Json;
  readonly parameters: readonly Json[];
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function members(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** Follows references into the same document; a name of the target is kept for the reader. */
export function resolve(document: Json, value: unknown): Json & { readonly refName?: string } {
  let current = value;
  let refName: string | undefined;
  for (let steps = 0; steps < 10 && isObject(current); steps += 1) {
    const { $ref } = current;
    if (typeof $ref !== 'string' || !$ref.startsWith('#/')) {
      return refName === undefined ? current : { ...current, refName };
    }
    const path = $ref.slice(2).split('/').map(unescape);
    refName = path.at(-1);
    current = path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), document);
  }
  return {};
}

function unescape(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}

export function operationsIn(document: Json): readonly OperationEntry[] {
  return members(document.paths).flatMap(([path, item]) =>
    members(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, object]) => {
        const operation = resolve(document, object);
        const shared = isObject(item) ? items(item.parameters) : [];
        return {
          id: textOf(operation.operationId),
          method: method.toUpperCase(),
          path,
          object: operation,
          parameters: [...shared, ...items(operation.parameters)].map((entry) =>
            resolve(document, entry),
          ),
        };
      }),
  );
}
