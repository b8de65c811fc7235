import { json } from '../../../engine/http.js';
import { signed } from '../authorise.js';
import { endSession } from '../sessions.js';

/** `GET /session/logout`: ends this session; others of the user live on. */
export const logout = signed((context, session) => {
  endSession(context.state, session);
  return json(200, {});
});

/** `GET /session/keepalive`: does nothing but count as use of the session. */
export const keepAlive = signed(() => json(200, {}));
