/**
 * What the engine finds wrong with a request before, or on behalf of, a handler. Each system
 * phrases it in its own way (`SystemDefinition.refuse`).
 */
export type Problem =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'body-syntax'; readonly message: string }
  | { readonly kind: 'content-type'; readonly message: string }
  | { readonly kind: 'body-schema'; readonly message: string; readonly faults: readonly Fault[] }
  | { readonly kind: 'parameter'; readonly message: string; readonly name: string }
  | { readonly kind: 'body-too-large'; readonly limit: number; readonly message: string }
  | { readonly kind: 'internal'; readonly message: string };

/** One violation of a schema. */
export interface Fault {
  /** JSON pointer of the member that is wrong, or that is missing; empty for the whole. */
  readonly pointer: string;
  /** Name of that member without its path; empty for the whole. */
  readonly member: string;
  /** The schema keyword that was violated, such as `required` or `type`. */
  readonly keyword: string;
  /** A sentence that names the member and the rule. */
  readonly message: string;
}
