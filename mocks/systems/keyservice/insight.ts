import { clientFault, type Insight } from '../../engine/insight.js';
import { Refusal } from '../../engine/http.js';
import type { Behaviour } from './behaviour.js';
import { readParameters, type Parameters } from './parameters.js';
import type { Context } from './behaviour.js';
import type { State } from './state.js';

/** Says which of token and secret was wrong, which the service itself keeps to itself. */
export const insight: Insight<State, Behaviour> = {
  explain(context) {
    const parameters = read(context);
    const token = parameters?.plain('token');
    if (parameters === null || token === undefined) return [];
    const key = context.state.keys.get(token);
    if (key === undefined) {
      const known = context.state.keys.size;
      const message = `no key has the token ${JSON.stringify(token.slice(0, 60))}`;
      return [clientFault('state', 'token', message, `there are ${String(known)} keys`)];
    }
    const passphrase = parameters.plain('passphrase');
    const hash = parameters.plain('privatekeyhash');
    if (passphrase !== undefined) {
      const opens = context.behaviour.openPrivateKey(context.state, key, passphrase) !== null;
      return opens
        ? []
        : [
            clientFault(
              'credentials',
              'passphrase',
              'it does not open the private key of this token',
            ),
          ];
    }
    if (hash === undefined || context.behaviour.hashOpens(key, hash)) return [];
    const message = 'it is not the hash of the private key of this token';
    const remedy = key.privateKeyHash === null ? null : `it is ${key.privateKeyHash}`;
    return [clientFault('credentials', 'privatekeyhash', message, remedy)];
  },
};

function read(context: Context): Parameters | null {
  try {
    return readParameters(context);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
