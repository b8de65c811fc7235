import type { PlainResponse } from '../../../engine/http.js';
import { authenticate, ownIdentity } from '../access.js';
import type { Context } from '../behaviour.js';
import { answer } from '../refusals.js';
import { notificationView } from '../views.js';

/** `GET /identities/{id}/notifications`, newest first. */
export function listNotifications(context: Context): PlainResponse {
  const identityId = ownIdentity(context, authenticate(context));
  const stored = context.state.notifications.get(identityId) ?? [];
  return answer(200, stored.map(notificationView).reverse());
}
