import type { components } from '../../../specs/ssks/types.gen.js';

/** Where a challenge goes: an e-mail address (`EM`) or a phone number (`SMS`). */
export type Factor = components['schemas']['AuthFactor'];
export type FactorType = components['schemas']['FactorType'];

export const factorTypes: readonly string[] = ['EM', 'SMS'] satisfies readonly FactorType[];

/**
 * The form in which factor values are compared: NFKC, without white space, addresses in lower
 * case. Deployed applications register an address in lower case and repeat it as it was typed.
 */
export function normalizeValue(factor: Factor): string {
  const bare = factor.value.normalize('NFKC').replaceAll(/\s+/gu, '');
  return factor.type === 'EM' ? bare.toLowerCase() : bare;
}

const phoneNumber = /^\+[1-9][0-9]{6,14}$/;
const emailAddress = /^[^@]+@[^@.]+(?:\.[^@.]+)+$/;

/**
 * Whether a value has the form of its type: a phone number `+`, country code and digits without
 * separators (SSKS API, line 49), an address `local@domain.tld` once it is normalised.
 */
export function isWellFormed(factor: Factor): boolean {
  return factor.type === 'SMS'
    ? phoneNumber.test(factor.value)
    : emailAddress.test(normalizeValue(factor));
}
