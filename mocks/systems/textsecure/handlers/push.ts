import type { PlainResponse } from '../../../engine/http.js';
import type { Context } from '../behaviour.js';
import { saveAccount, type PushTarget } from '../state.js';

/** Checks: credentials, body. */
export function setApnRegistration(context: Context): PlainResponse {
  const { behaviour } = context;
  const account = behaviour.authenticate(context);
  const { apnRegistrationId } = behaviour.readApnRegistration(context);
  const push = behaviour.pushAfterStoring(account.push, { channel: 'apn', id: apnRegistrationId });
  saveAccount(context.state, { ...account, push });
  return behaviour.done;
}

/** Checks: credentials, body. */
export function setGcmRegistration(context: Context): PlainResponse {
  const { behaviour } = context;
  const account = behaviour.authenticate(context);
  const { gcmRegistrationId } = behaviour.readGcmRegistration(context);
  const push = behaviour.pushAfterStoring(account.push, { channel: 'gcm', id: gcmRegistrationId });
  saveAccount(context.state, { ...account, push });
  return behaviour.done;
}

export function deleteApnRegistration(context: Context): PlainResponse {
  return remove(context, 'apn');
}

export function deleteGcmRegistration(context: Context): PlainResponse {
  return remove(context, 'gcm');
}

function remove(context: Context, channel: PushTarget['channel']): PlainResponse {
  const { behaviour } = context;
  const account = behaviour.authenticate(context);
  const push = behaviour.pushAfterRemoval(account.push, channel);
  saveAccount(context.state, { ...account, push });
  return behaviour.done;
}
