import { empty, withHeaders, type PlainResponse } from '../../engine/http.js';

/** Browser clients live on other origins (inferred); authentication is by header, not by cookie. */
const headers = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers':
    'X-Auth-Login, X-Auth-Timestamp, X-Auth-Token, Authorization, Referer, Content-Type, ' +
    'If-Modified-Since, If-None-Match',
  'Access-Control-Expose-Headers': 'X-Auth-Token, Last-Modified, Etag',
};

/** Opens an answer to pages of any origin. */
export function openToAnyOrigin(response: PlainResponse): PlainResponse {
  return withHeaders(response, headers);
}

/** The answer to `OPTIONS` on a known route. */
export const optionsAnswer = empty(204);
