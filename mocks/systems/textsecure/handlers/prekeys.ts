import { json, type PlainResponse } from '../../../engine/http.js';
import type { Context, Schemas } from '../behaviour.js';
import { limit } from '../limits.js';
import { refusals } from '../refusals.js';
import type { PreKey } from '../state.js';

/** Checks: credentials, body. An upload replaces what was stored. */
export function registerPreKeys(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const account = behaviour.authenticate(context);
  const upload = behaviour.readPreKeyUpload(context);
  const owner = behaviour.preKeyOwner(account.number);
  // Every entry repeats the one identity key of the install: its text is kept once.
  const lastResort = stored(upload.lastResortKey, upload.lastResortKey.lastResort === true, '');
  const identity = lastResort.identityKey;
  const fresh = {
    oneTime: upload.keys.map((key) => stored(key, false, identity)),
    next: 0,
    lastResort,
  };
  state.preKeys.set(owner, behaviour.storeAfterUpload(state.preKeys.get(owner), fresh));
  return behaviour.done;
}

function stored(
  key: Schemas['OneTimePreKey'] | Schemas['LastResortPreKey'],
  lastResort: boolean,
  known: string,
): PreKey {
  const { keyId, publicKey } = key;
  const identityKey = key.identityKey === known ? known : key.identityKey;
  return { keyId, publicKey, identityKey, lastResort };
}

/** Checks: credentials, limit, relay, then the look-up. Nothing is consumed by a refusal. */
export function getPreKey(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const caller = behaviour.authenticate(context);
  const number = context.param('number');
  limit(context, 'preKey', [caller.number, number]);
  const relay = context.request.query === '' ? null : context.query.get('relay');
  if (relay !== null) {
    const node = behaviour.peerOf(relay);
    if (node?.account.number !== number) return refusals.noPreKey;
    return json(200, behaviour.preKeyAnswer(node.preKey));
  }
  const store = state.preKeys.get(behaviour.preKeyOwner(number));
  const key = store === undefined ? null : behaviour.takePreKey(store);
  return key === null ? refusals.noPreKey : json(200, behaviour.preKeyAnswer(key));
}
