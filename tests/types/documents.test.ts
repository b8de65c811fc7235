import { describe, expectTypeOf, it } from 'vitest';
import type { Parameters, Paths, RequestBody, ResponseBody, Schemas } from '../../specs/types.js';

/** `npm run types` judges these; Vitest only counts them. */
describe('the types of the documents', () => {
  it('know what an operation takes and answers', () => {
    expectTypeOf<RequestBody<'textsecure', 'submitMessages'>>().toHaveProperty('messages');
    expectTypeOf<ResponseBody<'ssks', 'sendChallenge', 200>>().toHaveProperty('session_id');
    expectTypeOf<Parameters<'textsecure', 'getPreKey'>['path']>().toHaveProperty('number');
    expectTypeOf<Schemas['quatrix']>().toHaveProperty('FileMetadata');
    expectTypeOf<Paths['misakey']>().toHaveProperty('/box-users/{id}/ws');
  });

  it('have nothing where the document has nothing', () => {
    expectTypeOf<RequestBody<'textsecure', 'getPreKey'>>().toBeNever();
    // @ts-expect-error there is no such operation
    expectTypeOf<RequestBody<'ssks', 'getPreKey'>>().not.toBeNull();
    // @ts-expect-error the operation has no such status
    expectTypeOf<ResponseBody<'ssks', 'sendChallenge', 299>>().not.toBeNull();
  });
});
