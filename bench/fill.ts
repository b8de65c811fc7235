/** Puts accounts straight into the state of a mock: registration by the wire is measured elsewhere. */
import type { MockCore } from '../mocks/engine/mock.js';
import { documented } from '../mocks/systems/textsecure/documented.js';
import { saveAccount, type State } from '../mocks/systems/textsecure/state.js';
import { textsecure } from '../mocks/systems/textsecure/system.js';
import { accountAt, publicKey } from './accounts.js';

export function stateOf(core: MockCore): State {
  return core.world.state(textsecure.slug) as State;
}

/** Adds the accounts of the numbers 0 to `count` - 1, each with a last-resort prekey. */
export function fill(core: MockCore, count: number): void {
  const state = stateOf(core);
  const passwordDigest = documented.passwordDigest(state.salt, 'password');
  const lastResort = {
    keyId: 0xffffff,
    publicKey: publicKey(),
    identityKey: publicKey(),
    lastResort: true,
  };
  for (let index = 0; index < count; index += 1) {
    const { number } = accountAt(index);
    const token = documented.tokenOf(number);
    saveAccount(state, {
      number,
      token,
      passwordDigest,
      signalingKey: null,
      supportsSms: false,
      push: [],
    });
    state.preKeys.set(number, { oneTime: [], next: 0, lastResort });
  }
}
