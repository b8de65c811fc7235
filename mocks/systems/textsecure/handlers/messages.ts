import { json, type PlainResponse } from '../../../engine/http.js';
import type { Context } from '../behaviour.js';
import { limit } from '../limits.js';
import { refusals } from '../refusals.js';

/** Checks: credentials, body, limit (one unit per request); then each message by itself. */
export function submitMessages(context: Context): PlainResponse {
  const { behaviour } = context;
  // The public server had this one path with its slash only.
  if (context.world.dialect === 'observed' && !context.request.path.endsWith('/')) {
    return refusals.noSuchPath;
  }
  const sender = behaviour.authenticate(context);
  const { messages } = behaviour.readMessages(context);
  limit(context, 'messages', [sender.number]);
  return json(200, behaviour.serveMessages(context, sender, messages));
}
