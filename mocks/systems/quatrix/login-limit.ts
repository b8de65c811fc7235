import type { WorldServices } from '../../engine/system.js';
import { textSetting } from './settings.js';
import { remember, type Account, type State } from './state.js';

/** 15 failures in 15 minutes: the documentation of API 1.0 allows 15 logins in that time. */
const allowed = 15;
const window = 900_000;

function keyOf(account: Account, login: string): string {
  return `${account.id} ${login}`;
}

/** True when the window of this name is full. */
export function isLimited(
  state: State,
  world: WorldServices,
  account: Account,
  login: string,
): boolean {
  const key = keyOf(account, login);
  const failed = state.failedLogins.get(key);
  if (failed === undefined) return false;
  if (world.clock.now() - failed.since >= window) {
    state.failedLogins.delete(key);
    return false;
  }
  return failed.count >= allowed;
}

/** Counts a failed login where the setting `loginLimit` wants it counted. */
export function countFailure(
  state: State,
  world: WorldServices,
  account: Account,
  login: string,
): void {
  const counted = textSetting(world, 'loginLimit');
  if (counted === 'off' || (counted === 'unknown' && account.users.has(login))) return;
  const key = keyOf(account, login);
  const failed = state.failedLogins.get(key);
  if (failed === undefined) {
    remember(state.failedLogins, key, { since: world.clock.now(), count: 1 });
  } else {
    failed.count += 1;
  }
}

/** A success begins the count anew. */
export function forgetFailures(state: State, account: Account, login: string): void {
  state.failedLogins.delete(keyOf(account, login));
}
