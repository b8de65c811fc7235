import { empty, Refusal, text, withHeaders, type PlainResponse } from '../../engine/http.js';
import type { Problem } from '../../engine/problem.js';
import type { Context } from './behaviour.js';

/** Every answer that refuses something, in one place. Bodies are one line of plain text. */
export const refusals = {
  number: text(400, 'number: must be a plus sign and at least ten digits'),
  transport: text(415, 'transport: must be sms or voice'),
  token: (index: number) =>
    text(400, `contacts[${String(index)}]: must be Base64 of ten bytes, 14 characters unpadded`),
  code: text(403, 'verification_code: is not the code that is pending for this number'),
  signalingKey: text(415, 'signalingKey: must be Base64 of 52 bytes'),
  preKeyTwice: (keyId: number) => text(415, `keys: keyId ${String(keyId)} is given twice`),
  noPreKey: text(404, 'number: no prekey is stored for it at this relay'),
  noContact: text(404, 'token: no such contact is registered'),
  attachmentId: text(404, 'attachment_id: must be a decimal number below 2^63'),
  location: text(403, 'Signature: is not valid for this method, id and Expires'),
  expired: text(403, 'Expires: this location has expired'),
  uploadType: text(403, 'Content-Type: must be application/octet-stream, which was signed'),
  noBlob: text(404, 'key: nothing was uploaded under this id'),
  noSuchPath: text(404, 'path: nothing is served here'),
} as const;

const challenge = { 'WWW-Authenticate': 'Basic realm="WhisperServer"' };

/** 401 with a challenge, the same for every reason, so that it tells nothing about accounts. */
export const unauthorized = withHeaders(
  text(401, 'Authorization: Basic credentials of a confirmed number are required'),
  challenge,
);

/** 401 of the confirmation: only the form of the header can be wrong there. */
export const malformedCredentials = withHeaders(
  text(401, 'Authorization: must be Basic with the Base64 text of number:password'),
  challenge,
);

/** 401 of the public server at the confirmation and at message submissions. */
export const bareUnauthorized = empty(401);

export const rateLimited = text(413, 'rate limit exceeded: send fewer requests of this kind');
/** 413 of the public server. */
export const bareRateLimited = empty(413);

/** Ends the request with this answer. */
export function refuseWith(response: PlainResponse): never {
  throw new Refusal(response);
}

/** Puts the engine's view of a fault into this system's statuses (line numbers: errata, E3). */
export function refuse(problem: Problem, context: Context): PlainResponse {
  switch (problem.kind) {
    case 'not-found':
      return refusals.noSuchPath;
    case 'method-not-allowed':
      return text(405, `method: this path takes ${problem.allow.join(' or ')}`, {
        Allow: problem.allow.join(', '),
      });
    case 'body-syntax':
    case 'body-schema':
    case 'content-type':
      return text(415, problem.message);
    case 'parameter':
      return text(parameterStatus(problem.name, context.request.path), problem.message);
    case 'body-too-large':
      return text(413, problem.message);
    case 'internal':
      return text(500, problem.message);
  }
}

/** The status for a path parameter that is no percent-encoded UTF-8. */
function parameterStatus(name: string, path: string): number {
  if (name === 'transport') return 415;
  if (name === 'verification_code' || name === 'key') return 403;
  return name === 'number' && path.startsWith('/v1/accounts/') ? 400 : 404;
}
