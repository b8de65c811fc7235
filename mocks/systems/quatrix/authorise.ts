import type { RequestContext } from '../../engine/context.js';
import { withHeaders, type PlainResponse } from '../../engine/http.js';
import type { Handler, WorldServices } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import type { AuthName } from './auth-values.js';
import { code, refuseWith } from './refusals.js';
import { rotateToken, type Session } from './sessions.js';
import { numberSetting } from './settings.js';
import type { State } from './state.js';

type Context = RequestContext<State, Behaviour>;

/** From this value on a timestamp counts as milliseconds. */
const firstMilliseconds = 1e11;

/** The values that authenticate a request; empty for one that is not there. */
type AuthValues = Readonly<Record<AuthName, string>>;

/** Reads the values of a request; refuses with code 11 when a needed one is missing or empty. */
export function authValues(
  { behaviour, request }: Context,
  needed: readonly AuthName[],
  status: number,
): AuthValues {
  const values: AuthValues = {
    'X-Auth-Login': behaviour.authValue(request, 'X-Auth-Login') ?? '',
    'X-Auth-Timestamp': behaviour.authValue(request, 'X-Auth-Timestamp') ?? '',
    'X-Auth-Token': behaviour.authValue(request, 'X-Auth-Token') ?? '',
    Authorization: behaviour.authValue(request, 'Authorization') ?? '',
  };
  for (const name of needed) {
    if (values[name] === '') refuseWith(status, code.missingParameter, `${name} is missing`);
  }
  return values;
}

/** Refuses what is no timestamp, and, where a window is set, what lies outside of it. */
export function checkTimestamp(context: Context, timestamp: string): void {
  if (!context.behaviour.isTimestamp(timestamp)) {
    refuseWith(401, code.badParameter, 'X-Auth-Timestamp must be 1 to 20 decimal digits');
  }
  const window = numberSetting(context.world, 'timestampSkewSeconds');
  if (window === 0) return;
  const value = Number(timestamp);
  const seconds = value >= firstMilliseconds ? value / 1000 : value;
  if (Math.abs(seconds - context.world.clock.now() / 1000) > window) {
    refuseWith(401, code.expired, `X-Auth-Timestamp is more than ${String(window)} s off`);
  }
}

/** True when one of the right signatures was received. */
export function anyMatches(
  behaviour: Behaviour,
  signatures: Iterable<string>,
  received: string,
): boolean {
  for (const right of signatures) if (behaviour.signatureMatches(right, received)) return true;
  return false;
}

/**
 * Checks a signed call: values present, timestamp, session, signature (errata.md, order of
 * checks). Only a call that passes all of them counts as use of the session.
 */
export function authorise(context: Context): Session {
  const { behaviour, request, state, world } = context;
  const values = authValues(context, behaviour.neededInCalls, 401);
  const timestamp = values['X-Auth-Timestamp'];
  checkTimestamp(context, timestamp);
  const token = values['X-Auth-Token'];
  const now = world.clock.now();
  const session = behaviour.findSession(state, token, now);
  if (session === undefined || !isInUse(behaviour, world, session, now)) {
    refuseWith(401, code.notAuthorized, 'X-Auth-Token names no open session');
  }
  const attempt = {
    method: request.method,
    path: behaviour.signedPath(request.path),
    timestamp,
    token,
    session,
  };
  if (!anyMatches(behaviour, behaviour.callSignatures(attempt), values.Authorization)) {
    refuseWith(401, code.notAuthorized, 'The signature is wrong');
  }
  if (behaviour.countsAsUse(context.operation?.id ?? '')) session.lastUsed = now;
  return session;
}

function isInUse(
  behaviour: Behaviour,
  world: WorldServices,
  session: Session,
  now: number,
): boolean {
  return behaviour.isAlive(
    now - session.lastUsed,
    numberSetting(world, 'sessionIdleSeconds') * 1000,
  );
}

/** Makes a handler of a signed call; the answer carries a newer token where that is set. */
export function signed(
  run: (context: Context, session: Session) => PlainResponse,
): Handler<State, Behaviour> {
  return (context) => {
    const session = authorise(context);
    const response = run(context, session);
    if (session.ended || !context.behaviour.issuesNewerToken(context.world)) return response;
    const token = context.behaviour.newToken(context.world.random, session.user);
    rotateToken(context.state, session, token, context.world.clock.now());
    return withHeaders(response, { 'X-Auth-Token': token });
  };
}
