import { json, Refusal, type HeaderValue, type PlainResponse } from '../../engine/http.js';
import type { Problem } from '../../engine/problem.js';
import type { components } from '../../../specs/quatrix/types.gen.js';

/** Error codes of the vendor's model; which belongs to which case is inferred. */
export const code = {
  unknown: -1,
  badParameter: 10,
  missingParameter: 11,
  badHostName: 12,
  notAuthorized: 14,
  loginNotAllowed: 15,
  notFound: 20,
  notSupported: 21,
  objectExists: 30,
  restriction: 50,
  expired: 60,
  notAllowed: 70,
  notEnoughSpace: 71,
} as const;
export type ErrorCode = (typeof code)[keyof typeof code];

/** An error answer: the code and one sentence. */
export function errorAnswer(
  status: number,
  errorCode: ErrorCode,
  msg: string,
  headers?: Readonly<Record<string, HeaderValue>>,
): PlainResponse {
  const body: components['schemas']['Error'] = { code: errorCode, msg };
  return json(status, body, headers);
}

/** Ends the request with an error answer. */
export function refuseWith(status: number, errorCode: ErrorCode, msg: string): never {
  throw new Refusal(errorAnswer(status, errorCode, msg));
}

/** Puts what the engine found wrong into the system's words. */
export function wordProblem(problem: Problem): PlainResponse {
  switch (problem.kind) {
    case 'not-found':
      return errorAnswer(404, code.notFound, 'No such route');
    case 'method-not-allowed': {
      const allow = problem.allow.join(', ');
      const msg = `This route takes ${allow} only`;
      return errorAnswer(405, code.notSupported, msg, { Allow: allow });
    }
    case 'parameter':
      // The only path parameter is an id, and nothing has an id that cannot be read.
      return errorAnswer(404, code.notFound, `No such object: ${problem.message}`);
    case 'body-schema': {
      const missing = problem.faults[0]?.keyword === 'required';
      const errorCode = missing ? code.missingParameter : code.badParameter;
      return errorAnswer(400, errorCode, problem.message);
    }
    case 'body-syntax':
    case 'content-type':
      return errorAnswer(400, code.badParameter, problem.message);
    case 'body-too-large':
      return errorAnswer(413, code.badParameter, problem.message);
    case 'internal':
      return errorAnswer(500, code.unknown, problem.message);
  }
}
