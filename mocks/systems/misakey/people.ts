import { createRandom, type Random } from '../../engine/random.js';
import type { Identity, Token } from './state.js';

const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Last characters of 43 that leave no bits over: 32 bytes fill 42 characters and 4 bits. */
const lastOf43 = 'AEIMQUYcgkosw048';

/** Long enough for a world to be moved on by months without logging everyone out. */
const tokenLife = 365 * 86_400_000;

/**
 * The people are the same in every world, whatever its seed, so that a profile can be written down
 * once. This seed makes them.
 */
const peopleSeed = 20_210_315;

/** A public key as the real clients make them: 32 bytes, 43 characters. */
function publicKey(random: Random): string {
  return random.text(42, base64UrlAlphabet) + random.text(1, lastOf43);
}

interface Person {
  readonly name: string;
  readonly account: boolean;
  readonly keys: boolean;
}

const persons: readonly Person[] = [
  { name: 'Alice', account: true, keys: true },
  { name: 'Bob', account: true, keys: true },
  { name: 'Carol', account: true, keys: true },
  { name: 'Dan', account: false, keys: false },
  { name: 'Erin', account: true, keys: false },
];

function createIdentity(random: Random, person: Person): Identity {
  return {
    id: random.uuid(),
    displayName: person.name,
    avatarUrl: null,
    identifier: { value: `${person.name.toLowerCase()}@misakey.example`, kind: 'email' },
    accountId: person.account ? random.uuid() : null,
    nonIdentifiedKey: person.keys ? publicKey(random) : null,
    identifiedKey: person.keys ? publicKey(random) : null,
  };
}

/** A token as it is issued; its expiry counts from the start of a world. */
export interface IssuedToken extends Omit<Token, 'expiresAt'> {
  readonly expired: boolean;
}

/** ACR and validity of an identity's tokens; the first person gets all of them. */
const tokenPlans = [
  { acr: 2, expired: false, kind: 'access' },
  { acr: 1, expired: false, kind: 'access' },
  { acr: 0, expired: false, kind: 'access' },
  { acr: 2, expired: true, kind: 'access' },
  { acr: 2, expired: false, kind: 'refresh' },
] as const;

/** Everyone in a fresh world, and what they hold. */
export interface People {
  readonly identities: readonly Identity[];
  readonly tokens: readonly IssuedToken[];
  /** The platform's own organisation, which owns all boxes made by a contact. */
  readonly ownerOrgId: string;
}

function createPeople(): People {
  const random = createRandom(peopleSeed, 'misakey/people');
  const identities = persons.map((person) => createIdentity(random, person));
  const tokens = identities.flatMap((identity, index) =>
    tokenPlans.slice(0, index === 0 ? tokenPlans.length : 1).map((plan) => ({
      ...plan,
      value: random.text(43, lettersAndDigits),
      identityId: identity.id,
      active: true,
    })),
  );
  return { identities, tokens, ownerOrgId: random.uuid() };
}

export const people: People = createPeople();

/** The expiry of an issued token in ms since the epoch. */
export function expiryOf(token: IssuedToken, now: number): number {
  return token.expired ? now - 1 : now + tokenLife;
}

/** A fresh CSRF token: 32 letters or digits (observed in the server of March 2021). */
export function freshCsrfToken(random: Random): string {
  return random.text(32, lettersAndDigits);
}
