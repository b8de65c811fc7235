/** The shapes that the documents of a system take once they are loaded. */

/** A JSON Schema as it stands in a document; ajv gives it its meaning. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The two behaviours a mock can show; see the references' sections on dialects. */
export type Dialect = 'documented' | 'observed';

/** A kind of fault that a status answers (`x-countersign-when`). */
export type FaultKind =
  | 'credentials'
  | 'body-syntax'
  | 'body-schema'
  | 'content-type'
  | 'parameter'
  | 'not-found'
  | 'rate-limit'
  | 'conflict'
  | 'too-large';

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly 'x-countersign-rest'?: boolean;
}

export interface MediaTypeObject {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

export interface RequestBodyObject {
  readonly required?: boolean;
  readonly content: Readonly<Record<string, MediaTypeObject>>;
}

export interface ResponseObject {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, MediaTypeObject>>;
  readonly 'x-countersign-when'?: readonly FaultKind[];
  readonly 'x-countersign-dialect'?: Dialect;
  readonly 'x-countersign-basis'?: Basis;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: RequestBodyObject;
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly 'x-countersign-basis'?: 'documented' | 'observed' | 'inferred';
  readonly 'x-countersign-source'?: string;
  readonly 'x-countersign-trailing-slash'?: 'either';
  readonly 'x-countersign-optional-body'?: boolean;
  readonly 'x-countersign-body-limit'?: number;
}

export interface SecurityScheme {
  readonly type: string;
  readonly in?: string;
  readonly name?: string;
  readonly scheme?: string;
}

/** An OpenAPI 3.1 document, as far as the project reads it. References inside it are kept. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An AsyncAPI 3.0 document, as far as the project reads it. */
export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly channels: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Level = 'must' | 'should' | 'may';
export type Basis = 'documented' | 'observed' | 'inferred';

/** What a target can offer to the suite; contracts.md, section Requirements. */
export const capabilities = [
  'inbox',
  'push-inbox',
  'rate-limits',
  'federation',
  'clock',
  'sms-quota',
  'production-mode',
  'second-app',
  'trigger',
  'destructive',
  'slow',
  'observed-fields',
  'box-routes',
] as const;
export type Capability = (typeof capabilities)[number];

/** One record of `requirements.yaml`, as written. */
export interface RequirementRecord {
  readonly id: string;
  readonly level: Level;
  readonly basis: Basis;
  readonly source: string;
  readonly operation: string | readonly string[];
  readonly statement: string;
  readonly expect: string;
  readonly tolerate?: string;
  readonly needs?: readonly Capability[];
}

/** One requirement of a catalogue, its id taken apart. */
export interface Requirement {
  readonly id: string;
  readonly system: string;
  readonly area: string;
  readonly level: Level;
  readonly basis: Basis;
  readonly source: string;
  readonly operations: readonly string[];
  readonly statement: string;
  readonly expect: string;
  readonly tolerate: string;
  readonly needs: readonly Capability[];
}

/** One of the five source documents (`specs/sources.yaml`). */
export interface SourceDocument {
  readonly system: string;
  readonly name: string;
  readonly file: string;
  /** Length of the file, which bounds every citation. */
  readonly lines: number;
  readonly title: string;
  readonly leavesOut: string;
}
