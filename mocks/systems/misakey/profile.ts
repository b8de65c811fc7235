import { people, type IssuedToken } from './people.js';
import type { Identity } from './state.js';

function tokenOf(owner: Identity | undefined, fits: (token: IssuedToken) => boolean): string {
  const token = people.tokens.find(
    (candidate) =>
      candidate.identityId === owner?.id && candidate.kind === 'access' && fits(candidate),
  );
  if (token === undefined) throw new Error('the people of the mock lack a token');
  return token.value;
}

const valid = (acr: number) => (token: IssuedToken) => token.acr === acr && !token.expired;
const ordinary = people.identities.filter((identity) => identity.nonIdentifiedKey !== null);
const [first, second] = ordinary;

/** The section `systems.misakey` of a profile for any fresh world; see the contracts. */
export const profile = {
  identities: ordinary.map((identity) => ({
    id: identity.id,
    accessToken: tokenOf(identity, valid(2)),
    acr: 2,
    publicKey: identity.nonIdentifiedKey,
  })),
  tokens: {
    acr1: tokenOf(first, valid(1)),
    acr0: tokenOf(first, valid(0)),
    expired: tokenOf(first, (token) => token.expired),
  },
  contacts: {
    noAccount: people.identities.find((identity) => identity.accountId === null)?.id,
    noKey: people.identities.find(
      (identity) => identity.accountId !== null && identity.nonIdentifiedKey === null,
    )?.id,
    identifiedKey: second?.identifiedKey,
  },
} as const;
