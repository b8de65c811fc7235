import type { PlainResponse } from '../../../engine/http.js';
import type { Context } from '../behaviour.js';

/** `OPTIONS /Service`: the preflight of a browser. No parameter is read. */
export function preflightService(context: Context): PlainResponse {
  return context.behaviour.preflight(context.header('access-control-request-headers'));
}
