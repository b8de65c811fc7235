import type { SuiteRandom } from '../engine/context.js';
import type { Person } from './profile.js';

/** The alphabet of unpadded URL-safe base64. */
export const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Under which names a target takes the three members that were renamed. */
export type Spelling = 'documented' | 'older';

/**
 * A contact request before it is spelt. A member that is `undefined` is left out; any value may
 * stand in for a right one.
 */
export interface ContactPlan {
  readonly contactedId: unknown;
  readonly title: unknown;
  readonly publicKey: unknown;
  readonly misakeyShare: unknown;
  readonly hash: unknown;
  readonly encryptedShare: unknown;
  readonly invitation: unknown;
}

/** A fresh plan, valid in every member: a title, a hash and shares of its own. */
export function freshPlan(random: SuiteRandom, contact: Person): ContactPlan {
  return {
    contactedId: contact.id,
    title: `Countersign ${random.text(16)}`,
    publicKey: random.text(43, base64UrlAlphabet),
    misakeyShare: random.text(22, base64UrlAlphabet),
    hash: freshHash(random),
    encryptedShare: random.text(43, base64UrlAlphabet),
    invitation: { [contact.publicKey]: `crypto-action-${random.text(24)}` },
  };
}

/** A share hash as real clients make them: 86 characters, 64 bytes. */
export function freshHash(random: SuiteRandom): string {
  return random.text(86, base64UrlAlphabet);
}

/** The JSON body of a plan ("Box Realtime", lines 53-69, or the older names). */
export function bodyOf(plan: ContactPlan, spelling: Spelling): Record<string, unknown> {
  const box = { title: plan.title, public_key: plan.publicKey };
  const shares = {
    misakey_share: plan.misakeyShare,
    encrypted_invitation_key_share: plan.encryptedShare,
  };
  if (spelling === 'older') {
    return {
      identity_id: plan.contactedId,
      box,
      key_share: { ...shares, other_share_hash: plan.hash },
      invitation_data: plan.invitation,
    };
  }
  return {
    contacted_identity_id: plan.contactedId,
    box,
    key_share: { ...shares, invitation_share_hash: plan.hash },
    ...(plan.invitation === undefined ? {} : { crypto: { invitation_data: plan.invitation } }),
  };
}
