import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/ssks/types.gen.js';
import { factorKeyOf, frontEnd, sessionOf } from '../entry.js';
import { signFactorToken } from '../factor-token.js';
import { limits } from '../members.js';
import { details, notFound, refused } from '../refusals.js';

type Schemas = components['schemas'];

/** `pushTmrIdentity`: stores the identity of the session's user. */
export const pushTmrIdentity = frontEnd((entry) => {
  const { context, behaviour, members, store } = entry;
  const data = members.text('data_b64', limits.data);
  const factor = members.optionalFactor();
  members.done();
  const session = sessionOf(entry);
  const foreign =
    factor !== undefined && !behaviour.isFactorOf(session, factorKeyOf(entry, factor));
  if (foreign || !behaviour.mayStore(session)) throw refused(403, details.noPermission);
  const id = behaviour.storeIdentity(store, session, data, () => context.world.random.uuid());
  const reply: Schemas['Stored'] = { id };
  return json(200, reply);
});

/** `searchTmrIdentity`: the identity of the session's user. */
export const searchTmrIdentity = frontEnd((entry) => {
  const { behaviour } = entry;
  const session = sessionOf(entry);
  if (!behaviour.mayRead(session)) throw refused(403, details.noPermission);
  const identity = behaviour.readIdentity(session);
  if (identity === null) throw notFound('TMRKey');
  return json(200, identity);
});

/** `getFactorToken`: a signed statement about the factor of an authenticated session. */
export const getFactorToken = frontEnd((entry) => {
  const { context, behaviour, members } = entry;
  const factor = members.flatFactor('auth_factor_type', 'auth_factor_value');
  members.done();
  const session = sessionOf(entry);
  const own = behaviour.isFactorOf(session, factorKeyOf(entry, factor));
  if (!own || !behaviour.mayVouch(session)) throw refused(403, details.noPermission);
  const { state, world } = context;
  const reply: Schemas['FactorToken'] = {
    factor_token: signFactorToken(state.tokenKey, factor, world.clock.now()),
  };
  return json(200, reply);
});
