import { decodeBase64 } from './base64.js';
import { splitSignalingKey } from './crypto/envelope.js';
import { directoryToken } from './crypto/token.js';
import type { Account, PreKey } from './state.js';

/** Another server that this one exchanges messages with, as far as clients can see it. */
export interface Peer {
  /** The name by which this server knows it. */
  readonly relay: string;
  /** The name by which it knows this server. */
  readonly ownName: string;
  /** Its one account. */
  readonly account: Account;
  /** A last-resort key that is never used up. */
  readonly preKey: PreKey;
}

/** Fixed, as is the GCM id, so that a profile can name them: padded Base64 of 52 bytes. */
export const peerSignalingKey =
  'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMw==';
const peerNumber = '+12025550142';

/** The one federated node of the mock; it lives inside the process. */
export const peer: Peer = {
  relay: 'peer1',
  ownName: 'self',
  account: {
    number: peerNumber,
    token: directoryToken(peerNumber),
    passwordDigest: new Uint8Array(0),
    signalingKey: splitSignalingKey(decodeBase64(peerSignalingKey) ?? new Uint8Array(0)),
    supportsSms: false,
    push: [{ channel: 'gcm', id: 'peer1-device' }],
  },
  preKey: {
    keyId: 0xffffff,
    publicKey: 'BRhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01Jj',
    identityKey: 'BeQGGoBvU9l9Fu16tSdfrOx0OI3QcOOiGJynieJjCCZ6',
    lastResort: true,
  },
};
