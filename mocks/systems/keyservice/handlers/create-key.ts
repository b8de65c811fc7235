import type { PlainResponse } from '../../../engine/http.js';
import { answerKey } from '../answers.js';
import type { Context } from '../behaviour.js';
import { readParameters } from '../parameters.js';
import { refuse } from '../refusals.js';
import { addKey, type KeyRecord } from '../state.js';

/** `POST /Service`: makes a key under a passphrase, or keeps one that its owner made. */
export function createKey(context: Context): PlainResponse {
  const parameters = readParameters(context);
  const passphrase = parameters.plain('passphrase');
  const publicKey = parameters.plain('publickey');
  if (!context.behaviour.canCreate(passphrase, publicKey)) {
    return refuse(context, 'nothing-to-create');
  }
  // The passphrase decides when both are sent.
  if (passphrase !== undefined || publicKey === undefined) {
    return answerKey(context, makeKey(context, passphrase ?? ''));
  }
  const privateKey = parameters.plain('privatekey') ?? null;
  if (privateKey === null && context.behaviour.requiresPrivateKey) {
    return refuse(context, 'private-key-required');
  }
  const hash = parameters.plain('privatekeyhash');
  return answerKey(context, keepKey(context, publicKey, privateKey, hash));
}

function makeKey(context: Context, passphrase: string): KeyRecord {
  const { behaviour, state, world } = context;
  const pair = behaviour.makeKeyPair(state);
  return addKey(state, {
    token: behaviour.newToken(state, world.random),
    publicKey: pair.publicKey,
    privateKey: behaviour.protectPrivateKey(state, passphrase, pair.privateKey),
    privateKeyHash: behaviour.hashPrivateKey(pair.privateKey, passphrase),
    created: world.clock.now(),
  });
}

function keepKey(
  context: Context,
  publicKey: string,
  privateKey: string | null,
  hash: string | undefined,
): KeyRecord {
  const { behaviour, state, world } = context;
  return addKey(state, {
    token: behaviour.newToken(state, world.random),
    publicKey: behaviour.keepPublicKey(publicKey),
    privateKey,
    privateKeyHash: hash === undefined ? null : behaviour.keepHash(hash),
    created: world.clock.now(),
  });
}
