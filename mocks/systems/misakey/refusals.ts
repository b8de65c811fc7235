import { json, text, type PlainResponse } from '../../engine/http.js';
import type { Problem } from '../../engine/problem.js';

/** `code` by status (a document on errors of the same site, and the server of March 2021). */
const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  410: 'gone',
  413: 'request_entity_too_large',
  422: 'unprocessable_entity',
  500: 'internal',
};

/** Where the fault is. */
export type Origin =
  'body' | 'query' | 'path' | 'headers' | 'cookies' | 'acr' | 'internal' | 'not_defined';

/** From a member to a word such as `required` or `malformed`, or to data. */
export type Details = Readonly<Record<string, string>>;

/** A JSON answer with the charset and the newline of the real server. */
export function answer(status: number, value: unknown): PlainResponse {
  return { ...json(status, value, jsonType), body: `${JSON.stringify(value)}\n` };
}

const jsonType = { 'Content-Type': 'application/json; charset=UTF-8' };

/** An error answer: four members, `desc` a sentence for people. */
export function refusal(
  status: number,
  origin: Origin,
  details: Details | null,
  desc: string,
): PlainResponse {
  return answer(status, { code: codes[status] ?? 'no_code', origin, desc, details });
}

export const refusals = {
  csrf: () =>
    refusal(
      403,
      'not_defined',
      { csrf_token: 'invalid' },
      'send the cookie _csrf and the same value in X-CSRF-Token; GET /csrf gives both',
    ),
  noCredentials: () =>
    refusal(401, 'not_defined', {}, 'the cookies accesstoken and tokentype are both required'),
  authorizationHeader: () =>
    refusal(401, 'not_defined', {}, 'tokens of people come in cookies, not in Authorization'),
  credentialCookie: (name: 'accesstoken' | 'tokentype') =>
    refusal(
      401,
      'cookies',
      { [name]: 'invalid' },
      name === 'tokentype' ? 'tokentype must be bearer' : 'accesstoken must not be empty',
    ),
  unknownToken: () =>
    refusal(401, 'headers', { Authorization: 'invalid' }, 'accesstoken is no valid access token'),
  expiredToken: () => refusal(401, 'not_defined', {}, 'accesstoken has expired'),
  acrTooLow: (required: number) =>
    refusal(
      403,
      'acr',
      { acr: 'forbidden', required_acr: String(required) },
      `the token must have an ACR of at least ${String(required)}`,
    ),
  otherIdentity: () =>
    refusal(403, 'not_defined', {}, 'the token stands for another identity than the path'),
  malformedId: (name: string, origin: Origin = 'path') =>
    refusal(400, origin, { [name]: 'malformed' }, `${name} must be a lower-case UUID of version 4`),
  members: (details: Details, origin: Origin = 'not_defined') =>
    refusal(
      400,
      origin,
      details,
      Object.entries(details)
        .map(([member, word]) => `${member} is ${word}`)
        .join(', '),
    ),
  body: (desc: string) => refusal(400, 'body', {}, desc),
  mediaType: (type: string | undefined) =>
    refusal(
      415,
      'body',
      {},
      `Content-Type must be application/json, not ${type === undefined ? 'absent' : JSON.stringify(type.slice(0, 100))}`,
    ),
  contactUnknown: () =>
    refusal(404, 'not_defined', { id: 'not_found' }, 'no identity has the contacted id'),
  contactWithoutAccount: () =>
    refusal(
      403,
      'not_defined',
      { contacted_account: 'required' },
      'the contacted identity has no account',
    ),
  publicKeyAlphabet: () =>
    refusal(400, 'not_defined', {}, 'public_key must be unpadded URL-safe base64'),
  hashUsed: () => refusal(409, 'not_defined', {}, 'the share hash is in use'),
  shareTooLong: (member: string, limit: number) =>
    refusal(413, 'not_defined', {}, `${member} may have ${String(limit)} characters`),
  contactWithoutKey: () =>
    refusal(409, 'not_defined', {}, 'the contacted account has no non-identified key'),
  invitationData: () =>
    refusal(
      400,
      'not_defined',
      {},
      'invitation_data must have one member: a string under the non-identified key of the contact',
    ),
  notMember: () =>
    refusal(
      403,
      'not_defined',
      { reason: 'not_member', sender_id: 'forbidden' },
      'only members of the box may do this',
    ),
  noSuchBox: () => refusal(403, 'not_defined', {}, 'no box has this id'),
  notAllowed: (desc: string) => refusal(403, 'not_defined', {}, desc),
  alreadyMember: () => refusal(409, 'not_defined', {}, 'the identity is a member already'),
  boxFull: () => refusal(409, 'not_defined', {}, 'the box takes no more events'),
  shareNotFound: () =>
    refusal(
      404,
      'not_defined',
      { other_share_hash: 'not_found' },
      'no box has this id and this share hash',
    ),
  notAnUpgrade: () => text(400, 'Bad Request'),
  foreignOrigin: () => text(403, 'Forbidden'),
} as const;

/** The system's words for what the engine finds. */
export function refuse(problem: Problem): PlainResponse {
  switch (problem.kind) {
    case 'not-found':
      return refusal(404, 'not_defined', {}, 'this server has no such path');
    case 'method-not-allowed':
      return refusal(405, 'not_defined', {}, `this path takes ${problem.allow.join(', ')}`);
    case 'parameter':
      return refusal(400, 'path', { [problem.name]: 'malformed' }, problem.message);
    case 'content-type':
      return refusal(415, 'body', {}, problem.message);
    case 'body-syntax':
    case 'body-schema':
      return refusal(400, 'body', {}, problem.message);
    case 'body-too-large':
      return refusal(413, 'not_defined', {}, problem.message);
    case 'internal':
      return refusal(500, 'internal', null, problem.message);
  }
}
