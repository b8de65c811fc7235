/**
 * Seeded chaos: each answer in another form that every server may choose, so that a client which
 * relies on the mock's own form is found out. Nothing in it breaks a rule.
 */
import type { PlainResponse } from './http.js';
import {
  contentTypeWithCharset,
  extraMembers,
  headersInLowerCase,
  headersInUpperCase,
  jsonLaidOut,
  membersReversed,
  proxyHeaders,
  type LegalForm,
} from './legal-forms.js';
import { createRandom, type Random } from './random.js';

export interface ChaosOptions {
  /** Makes the same choices for the same requests in the same order. */
  readonly seed: number | undefined;
  /** Which of several processes this is: each draws for itself. */
  readonly member?: string | undefined;
}

/** In which form an answer goes out. */
export interface ChosenForm {
  readonly response: PlainResponse;
  /** The body goes in several pieces, without its length. */
  readonly inPieces: boolean;
  /** The connection is closed after it. */
  readonly closes: boolean;
  /** Milliseconds by which it is late. */
  readonly delay: number;
}

/** @returns null for an answer that stays as it is, and comes at once */
export type ChooseForm = (path: string, response: PlainResponse) => ChosenForm | null;

/** In the order in which they are applied; each answer has each with one chance in three. */
const forms: readonly LegalForm[] = [
  membersReversed,
  extraMembers,
  jsonLaidOut,
  contentTypeWithCharset,
  proxyHeaders,
];

const headerCases: readonly LegalForm[] = [
  headersInLowerCase,
  headersInUpperCase,
  (response) => response,
];

/** Milliseconds by which an answer is late at most: enough to overtake, too little to slow tests. */
const longestDelay = 12;
const oneIn = 3;
const mostPieces = 7;

/** The draws of chaos. @param use tells one use of the seed from another */
export function chaosRandom({ seed, member }: ChaosOptions, use = ''): Random {
  return createRandom(seed, ['chaos', use, member ?? ''].filter((part) => part !== '').join('/'));
}

/** True with one chance in three. */
export function happens(random: Random): boolean {
  return random.integer(oneIn) === 0;
}

export function createForms(random: Random): ChooseForm {
  return (path, response) => {
    // What tests steer the mock by stays as it is; attachments below it are a system's own.
    if (/^\/_countersign(\/(?!attachments\/)|$|\?)/.test(path)) return null;
    // All draws are made at once: how they go on must not depend on what an answer holds.
    const chosen = forms.filter(() => happens(random));
    const altered = [...chosen, random.pick(headerCases)].reduce(
      (current, form) => form(current),
      response,
    );
    return {
      response: altered,
      inPieces: happens(random),
      closes: happens(random),
      delay: random.integer(longestDelay + 1),
    };
  };
}

/** A body in up to seven pieces. */
export function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const step = Math.max(1, Math.ceil(bytes.length / mostPieces));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
  return pieces;
}
