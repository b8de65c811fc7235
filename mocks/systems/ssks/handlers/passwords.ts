import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/ssks/types.gen.js';
import { frontEnd, type Entry } from '../entry.js';
import { limits } from '../members.js';
import { recentFailures, recordFailure } from '../password-rows.js';
import { details, notFound, refused } from '../refusals.js';

type Schemas = components['schemas'];

/** `pushStrictIdentity`: stores an identity under a secret. */
export const pushStrictIdentity = frontEnd((entry) => {
  const { context, behaviour, members, store } = entry;
  const named = readNamed(entry);
  const data = members.text('data_b64', limits.data);
  members.done();
  checkApplication(entry, named.appId);
  const row = behaviour.storeRow(store, named.userId, named.secret, data, () =>
    context.world.random.uuid(),
  );
  const reply: Schemas['Stored'] = { id: row.id };
  return json(200, reply);
});

/** `searchStrictIdentity`: the identity that a secret leads to; repeated failures are throttled. */
export const searchStrictIdentity = frontEnd((entry) => {
  const { context, behaviour, members, store } = entry;
  const { appId, userId, secret } = readNamed(entry);
  members.done();
  checkApplication(entry, appId);

  const now = context.world.clock.now();
  const { failureLimit, failureWindow } = behaviour;
  const failures = recentFailures(store, userId, now, failureWindow);
  const oldest = failures[0];
  if (oldest !== undefined && failures.length >= failureLimit) {
    const wait = oldest + failureWindow - now;
    throw refused(429, details.throttled, { 'Retry-After': behaviour.retryAfter(wait) });
  }
  const row = behaviour.findRow(store, userId, secret);
  if (row === undefined) {
    recordFailure(store, userId, now, failureWindow);
    throw notFound(behaviour.countRows(store, userId) === 0 ? 'StrictUser' : 'StrictKey');
  }
  const reply: Schemas['StrictIdentity'] = { data_b64: row.data };
  return json(200, reply);
});

interface Named {
  readonly appId: string;
  readonly userId: string;
  readonly secret: string;
}

function readNamed({ behaviour, members }: Entry): Named {
  return {
    appId: members.text('app_id', Infinity),
    userId: behaviour.keptUserId(members.text('user_id', limits.userId)),
    secret: members.text('secret', limits.secret, true),
  };
}

/** `app_id` repeats the header. */
function checkApplication({ application }: Entry, appId: string): void {
  if (appId.toLowerCase() !== application.id) throw refused(403, details.wrongCredentials);
}
