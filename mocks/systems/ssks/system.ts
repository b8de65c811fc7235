import { asyncapi, openapi } from '../../../specs/ssks/documents.gen.js';
import { empty, json, withHeaders, type PlainResponse } from '../../engine/http.js';
import type { Problem } from '../../engine/problem.js';
import { defineSystem } from '../../engine/system.js';
import { profile } from './applications.js';
import type { SsksBehaviour } from './behaviour.js';
import { documented } from './documented.js';
import { freedoms } from './freedoms.js';
import { credentialRefusal, type SsksContext } from './entry.js';
import { normalizeValue } from './factor.js';
import { checkMustAuthenticate, sendChallenge, validateChallenge } from './handlers/challenges.js';
import { getFactorToken, pushTmrIdentity, searchTmrIdentity } from './handlers/identities.js';
import { pushStrictIdentity, searchStrictIdentity } from './handlers/passwords.js';
import {
  checkStrictIdentity,
  checkTmrIdentity,
  createUser,
  deleteStrictIdentity,
  deleteUser,
} from './handlers/users.js';
import { observed } from './observed.js';
import { details, refused } from './refusals.js';
import { scenarios } from './scenarios.js';
import { createState, restoreState, saveState, type SsksState } from './state.js';

/** Seald SDK Key Storage. */
export const ssks = defineSystem<SsksState, SsksBehaviour>({
  slug: 'ssks',
  title: 'Seald SDK Key Storage',
  openapi,
  asyncapi,
  roots: ['tmr', 'strict', 'push', 'search'],
  behaviours: { documented, observed },
  // strictTemplate: `template` is required and must hold the placeholder, the letter of line 52.
  settings: { strictTemplate: false },
  createState: (world) => createState(world.random),
  saveState,
  restoreState: (saved) => restoreState(saved as ReturnType<typeof saveState>),
  handlers: {
    sendChallenge,
    checkMustAuthenticate,
    createUser,
    deleteUser,
    checkTmrIdentity,
    checkStrictIdentity,
    deleteStrictIdentity,
    validateChallenge,
    pushTmrIdentity,
    searchTmrIdentity,
    getFactorToken,
    pushStrictIdentity,
    searchStrictIdentity,
  },
  profile,
  scenarios,
  freedoms,
  refuse,
  after: (context, response) => withHeaders(response, context.behaviour.originHeaders),
  ownCors: true,
  normalizeRecipient: (channel, recipient) =>
    normalizeValue({ type: channel === 'email' ? 'EM' : 'SMS', value: recipient }),
  insight: async () => (await import('./insight.js')).insight,
});

function refuse(problem: Problem, context: SsksContext): PlainResponse {
  switch (problem.kind) {
    case 'method-not-allowed':
      if (context.request.method === 'OPTIONS')
        return empty(204, context.behaviour.preflightHeaders);
      return refused(405, details.method(context.request.method.slice(0, 100)), {
        Allow: 'POST, OPTIONS',
      }).response;
    case 'not-found':
      return refused(404, details.unknownPath).response;
    case 'body-too-large':
      // `after` does not run for a body that was never read.
      return withHeaders(
        credentialRefusal(context) ?? refused(413, details.tooLarge).response,
        context.behaviour.originHeaders,
      );
    case 'internal':
      return json(500, { detail: details.internal });
    // The document's validator is not used: all faults are named at once, in the texts that the
    // observed shapes point to. What remains are faults of syntax.
    default:
      return refused(400, details.syntax(problem.message)).response;
  }
}
