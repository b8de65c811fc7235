import type { RequestContext } from '../../../engine/context.js';
import { json, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/quatrix/types.gen.js';
import { anyMatches, checkTimestamp, authValues } from '../authorise.js';
import type { Behaviour } from '../behaviour.js';
import { countFailure, forgetFailures, isLimited } from '../login-limit.js';
import { code, refuseWith } from '../refusals.js';
import { openSession } from '../sessions.js';
import { isOn } from '../settings.js';
import type { Account, State } from '../state.js';

type Context = RequestContext<State, Behaviour>;

/** `GET /session/login`: proves the password and opens a session (document, lines 40-94). */
export function login(context: Context): PlainResponse {
  const { behaviour, request, state, world } = context;
  const values = authValues(context, behaviour.neededAtLogin, behaviour.missingValueStatus);
  const name = values['X-Auth-Login'];
  const timestamp = values['X-Auth-Timestamp'];
  checkTimestamp(context, timestamp);
  const account = accountOf(context);
  if (isLimited(state, world, account, name)) {
    refuseWith(429, code.restriction, 'Too many failed logins for this name, try again later');
  }
  const user = behaviour.userOf(account, name);
  const attempt = { method: request.method, login: name, timestamp };
  if (
    user === undefined ||
    !anyMatches(behaviour, behaviour.loginSignatures({ ...attempt, user }), values.Authorization)
  ) {
    countFailure(state, world, account, name);
    refuseWith(401, code.notAuthorized, 'Login name or signature is wrong');
  }
  if (!user.enabled) {
    countFailure(state, world, account, name);
    refuseWith(401, code.loginNotAllowed, 'This user may not log in');
  }
  forgetFailures(state, account, name);
  const token = behaviour.newToken(world.random, user);
  openSession(state, user, token, world.clock.now());
  const body: components['schemas']['LoginAnswer'] = { account_id: user.account.id };
  return json(200, body, { 'X-Auth-Token': token });
}

function accountOf(context: Context): Account {
  const referer = context.header('referer');
  if (referer === undefined && isOn(context.world, 'requireReferer')) {
    refuseWith(401, code.badHostName, 'Referer is missing');
  }
  const host = hostName(context.header('x-forwarded-host') ?? context.header('host') ?? '');
  const account = context.behaviour.accountOf(context.state, { referer, host });
  if (account === undefined) {
    refuseWith(401, code.badHostName, 'Referer names no account of this service');
  }
  return account;
}

/** A host without its port, in lower case. */
function hostName(authority: string): string {
  return authority.replace(/:\d+$/, '').toLowerCase();
}
