import type { PlainResponse } from '../../../engine/http.js';
import { answerValue } from '../answers.js';
import type { Context } from '../behaviour.js';
import { readParameters } from '../parameters.js';
import { refuse } from '../refusals.js';

/** `DELETE /Service`: removes a key with its mailbox. */
export function deleteKey(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const parameters = readParameters(context);
  const token = parameters.plain('token');
  const passphrase = parameters.plain('passphrase');
  const hash = behaviour.deletesByHash ? parameters.plain('privatekeyhash') : undefined;
  if (token === undefined) return refuse(context, 'no-token');
  if (passphrase === undefined && hash === undefined) return refuse(context, 'no-secret');
  const key = behaviour.findKey(state, token, 'delete');
  if (key === undefined) return refuse(context, 'unknown-token');
  const opens =
    passphrase === undefined
      ? hash !== undefined && behaviour.hashOpens(key, hash)
      : behaviour.openPrivateKey(state, key, passphrase) !== null;
  if (!opens) return refuse(context, 'wrong-secret');
  behaviour.erase(state, key);
  return answerValue(context, 200, behaviour.deletedAnswer);
}
