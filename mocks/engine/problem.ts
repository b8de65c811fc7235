import type { Fault } from '../../specs/schemas.js';

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
