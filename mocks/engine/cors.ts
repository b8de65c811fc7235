import { empty } from './http.js';
import type { HeaderValue, PlainRequest, PlainResponse } from './http.js';

/** CORS for systems that leave it to the engine: open to any origin, credentials never. */

export function isPreflight(request: PlainRequest): boolean {
  return (
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  );
}

export function preflight(request: PlainRequest): PlainResponse {
  return empty(204, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '*',
    'Access-Control-Max-Age': '600',
  });
}

/** What an answer to a cross-origin request carries beyond its own headers. */
export function corsHeaders(response: PlainResponse): Readonly<Record<string, HeaderValue>> {
  const exposed = Object.keys(response.headers);
  return {
    'Access-Control-Allow-Origin': '*',
    ...(exposed.length > 0 ? { 'Access-Control-Expose-Headers': exposed.join(', ') } : {}),
  };
}
