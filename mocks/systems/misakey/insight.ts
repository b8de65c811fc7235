import { clientFault, type ClientFault, type Insight } from '../../engine/insight.js';
import type { Behaviour, Context } from './behaviour.js';
import { parseCookies } from './cookies.js';
import type { MisakeyState } from './state.js';

/** Tells which cookie or token is wrong, and whose token it is. */
export const insight: Insight<MisakeyState, Behaviour> = {
  explain(context, response) {
    const csrf = csrfFaults(context);
    if (csrf.length > 0) return csrf;
    return response.status === 401 || response.status === 403 ? tokenFaults(context) : [];
  },
};

function csrfFaults(context: Context): ClientFault[] {
  if (context.behaviour.csrfHolds(context)) return [];
  const cookie = parseCookies(context.header('cookie')).get('_csrf') ?? '';
  const header = context.header('x-csrf-token') ?? '';
  const remedy = 'GET /csrf gives both; send them back unchanged';
  if (cookie === '') return [clientFault('cookie', '_csrf', 'it is missing', remedy)];
  const message = header === '' ? 'it is missing' : 'it differs from the cookie _csrf';
  return [clientFault('header', 'X-CSRF-Token', message, remedy)];
}

function tokenFaults(context: Context): ClientFault[] {
  if (context.header('authorization') !== undefined) {
    const message = 'tokens of people come in cookies, not in this header';
    return [clientFault('header', 'Authorization', message, 'send the cookie accesstoken')];
  }
  const cookies = parseCookies(context.header('cookie'));
  const type = cookies.get('tokentype');
  const value = cookies.get('accesstoken');
  const faults: ClientFault[] = [];
  if (value === undefined || value === '') {
    faults.push(clientFault('cookie', 'accesstoken', 'it is missing'));
  }
  if (type !== 'bearer') {
    const message =
      type === undefined ? 'it is missing' : `it is ${JSON.stringify(type.slice(0, 40))}`;
    faults.push(clientFault('cookie', 'tokentype', message, 'send bearer, in lower case'));
  }
  if (faults.length > 0 || value === undefined) return faults;
  const token = context.state.tokens.get(value);
  if (token === undefined) {
    const message = 'this mock has given out no such token';
    return [clientFault('credentials', 'accesstoken', message, 'see GET /_countersign/')];
  }
  const now = context.world.clock.now();
  if (now >= token.expiresAt) {
    const since = new Date(token.expiresAt).toISOString();
    return [clientFault('credentials', 'accesstoken', `it expired at ${since}`)];
  }
  const required = context.behaviour.minimumAcr(context.operation?.id ?? '');
  if (token.acr < required) {
    const message = `its ACR is ${String(token.acr)}; ${String(required)} is needed`;
    return [clientFault('credentials', 'accesstoken', message)];
  }
  const { id } = context.params;
  if (id !== undefined && context.state.identities.has(id) && id !== token.identityId) {
    const remedy = `it stands for ${token.identityId}`;
    return [clientFault('credentials', 'accesstoken', 'it stands for another identity', remedy)];
  }
  return [];
}
