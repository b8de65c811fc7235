import { clientFault, type ClientFault, type Insight } from '../../engine/insight.js';
import type { SsksBehaviour } from './behaviour.js';
import type { SsksContext } from './entry.js';
import { normalizeValue, type Factor } from './factor.js';
import { isObject } from './members.js';
import type { SsksState, Store } from './state.js';

/** Tells what the one sentence of a 403 hides: which credential, which challenge. */
export const insight: Insight<SsksState, SsksBehaviour> = {
  explain(context, response) {
    if (response.status === 404) return sessionFaults(context);
    if (response.status !== 403) return [];
    const faults = credentialFaults(context);
    return faults.length > 0 ? faults : challengeFaults(context);
  },
};

function credentialFaults(context: SsksContext): ClientFault[] {
  const appId = context.header('x-seald-appid') ?? '';
  const name = 'X-SEALD-APPID';
  const known = [...context.state.applications.keys()].join(', ');
  if (appId === '') return [clientFault('header', name, 'it is missing', `send one of ${known}`)];
  const application = context.state.applications.get(appId.toLowerCase());
  if (application === undefined) {
    const message = `no application is ${JSON.stringify(appId.slice(0, 60))}`;
    return [clientFault('credentials', name, message, `the applications are ${known}`)];
  }
  const needsKey = (context.operation?.object.security ?? []).some((way) => 'apiKey' in way);
  const apiKey = context.header('x-seald-apikey') ?? '';
  if (!needsKey || apiKey === application.apiKey) return [];
  const message =
    apiKey === ''
      ? 'it is missing: this is an operation of back ends'
      : 'it is not the API key of this application';
  return [clientFault('credentials', 'X-SEALD-APIKEY', message, `it is ${application.apiKey}`)];
}

/** The store of the application that the request names. */
function storeOf(context: SsksContext): Store | undefined {
  const application = context.state.applications.get(
    (context.header('x-seald-appid') ?? '').toLowerCase(),
  );
  return application === undefined
    ? undefined
    : context.state.stores.get(context.behaviour.namespaceOf(application));
}

function sessionFaults(context: SsksContext): ClientFault[] {
  const needsSession = context.operation?.parameters.some(
    ({ name }) => name.toLowerCase() === 'x-seald-session',
  );
  const id = context.header('x-seald-session') ?? '';
  if (needsSession !== true || storeOf(context)?.sessions.has(id) === true) return [];
  const message =
    id === ''
      ? 'it is missing'
      : `no session is ${JSON.stringify(id.slice(0, 60))} in this application`;
  const remedy = 'send the session_id that sendChallenge answered, or the new_id of validate';
  return [clientFault('state', 'X-SEALD-SESSION', message, remedy)];
}

function challengeFaults(context: SsksContext): ClientFault[] {
  const session = storeOf(context)?.sessions.get(context.header('x-seald-session') ?? '');
  const body = bodyOf(context);
  if (session === undefined || body === null) return [];
  if (context.operation?.id !== 'validateChallenge') {
    return session.mustAuthenticate && !session.authenticated
      ? [
          clientFault(
            'state',
            'X-SEALD-SESSION',
            'this session must be authenticated and is not',
            'validate its challenge first, then use new_id',
          ),
        ]
      : [];
  }
  const { challenge } = session;
  if (challenge === null) {
    const message = 'no challenge was sent for this session: it need not be authenticated';
    return [clientFault('state', 'challenge', message)];
  }
  const { behaviour, world } = context;
  const faults: ClientFault[] = [];
  if (body.challenge !== challenge.text) {
    const sent = typeof body.challenge === 'string' ? body.challenge : '';
    const message =
      sent.trim().toLowerCase() === challenge.text.toLowerCase()
        ? 'it differs in letter case or white space'
        : 'it is not the challenge of this session';
    faults.push(clientFault('body', 'challenge', message, `it is ${challenge.text}`));
  } else if (world.clock.now() - challenge.issuedAt >= behaviour.challengeLife) {
    faults.push(clientFault('state', 'challenge', 'it has expired', 'send a new challenge'));
  }
  const factor = body.auth_factor as Factor | undefined;
  if (isObject(factor) && typeof factor.value === 'string' && typeof factor.type === 'string') {
    const key = context.state.factorKey(factor.type, normalizeValue(factor));
    if (!behaviour.isFactorOf(session, key)) {
      faults.push(clientFault('body', 'auth_factor', 'the challenge went to another factor'));
    }
  }
  return faults;
}

function bodyOf(context: SsksContext): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(context.request.body));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
