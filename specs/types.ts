/**
 * The types of every request and answer, as openapi-typescript makes them from the documents.
 *
 * ```ts
 * import type { RequestBody, ResponseBody } from 'countersign/types';
 * type Challenge = RequestBody<'ssks', 'sendChallenge'>;
 * type Opened = ResponseBody<'ssks', 'sendChallenge', 200>;
 * ```
 */
import type * as keyservice from './keyservice/types.gen.js';
import type * as misakey from './misakey/types.gen.js';
import type * as quatrix from './quatrix/types.gen.js';
import type * as ssks from './ssks/types.gen.js';
import type * as textsecure from './textsecure/types.gen.js';

/** By system, then by operationId. */
export interface Operations {
  readonly misakey: misakey.operations;
  readonly textsecure: textsecure.operations;
  readonly ssks: ssks.operations;
  readonly keyservice: keyservice.operations;
  readonly quatrix: quatrix.operations;
}

/** By system, then by path template and method. */
export interface Paths {
  readonly misakey: misakey.paths;
  readonly textsecure: textsecure.paths;
  readonly ssks: ssks.paths;
  readonly keyservice: keyservice.paths;
  readonly quatrix: quatrix.paths;
}

/** By system, then by name: the schemas that the documents name. */
export interface Schemas {
  readonly misakey: misakey.components['schemas'];
  readonly textsecure: textsecure.components['schemas'];
  readonly ssks: ssks.components['schemas'];
  readonly keyservice: keyservice.components['schemas'];
  readonly quatrix: quatrix.components['schemas'];
}

type Json = 'application/json';

/** The JSON body that an operation takes; `never` where it takes none. */
export type RequestBody<
  System extends keyof Operations,
  Operation extends keyof Operations[System],
> = Operations[System][Operation] extends { requestBody?: infer Body }
  ? JsonOf<NonNullable<Body>>
  : never;

/** The parameters of an operation: `path`, `query`, `header` and `cookie`. */
export type Parameters<
  System extends keyof Operations,
  Operation extends keyof Operations[System],
> = Operations[System][Operation] extends { parameters: infer Given } ? Given : never;

/** The JSON body of an answer; `never` where the answer of this status has none. */
export type ResponseBody<
  System extends keyof Operations,
  Operation extends keyof Operations[System],
  Status extends keyof Responses<System, Operation>,
> = JsonOf<Responses<System, Operation>[Status]>;

/** Of `never` it is `never`, which a conditional type on it would make of anything. */
type JsonOf<Body> = [Body] extends [never]
  ? never
  : Body extends { content: Record<Json, infer Content> }
    ? Content
    : never;

type Responses<
  System extends keyof Operations,
  Operation extends keyof Operations[System],
> = Operations[System][Operation] extends { responses: infer All } ? All : never;
