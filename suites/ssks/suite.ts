import { asyncapi, openapi } from '../../specs/ssks/documents.gen.js';
import { defineSuite } from '../engine/check.js';
import { expectMember } from './answers.js';
import { authChecks } from './auth.js';
import { challengeSendInputChecks } from './challenge-send-input.js';
import { challengeSendOptionsChecks } from './challenge-send-options.js';
import { challengeSendChecks } from './challenge-send.js';
import { commonChecks } from './common.js';
import { corsChecks } from './cors.js';
import { createUserChecks } from './create-user.js';
import { deleteUserChecks } from './delete-user.js';
import { deliveryChecks } from './delivery.js';
import { createDriver, type SsksDriver } from './driver.js';
import { factorTokenChecks } from './factor-token.js';
import { identityCheckChecks } from './identity-check.js';
import { mustAuthenticateChecks } from './must-authenticate.js';
import { passwordPushChecks } from './password-push.js';
import { passwordSearchChecks } from './password-search.js';
import { profileSchema } from './profile.js';
import { pushChecks } from './push.js';
import { samples } from './samples.js';
import { searchChecks } from './search.js';
import { sessionChecks } from './session.js';
import { strictCheckChecks } from './strict-check.js';
import { strictDeleteChecks } from './strict-delete.js';
import { validateChecks } from './validate.js';

/** The suite of Seald SDK Key Storage. */
export const ssksSuite = defineSuite<SsksDriver>({
  slug: 'ssks',
  openapi,
  asyncapi,
  profileSchema,
  codeShape: /[a-hjkmnp-z2-9]{8}/,
  secretMembers: ['session_id', 'new_id', 'factor_token', 'challenge', 'secret'],
  areas: [
    authChecks,
    commonChecks,
    challengeSendChecks,
    challengeSendInputChecks,
    challengeSendOptionsChecks,
    deliveryChecks,
    mustAuthenticateChecks,
    createUserChecks,
    deleteUserChecks,
    identityCheckChecks,
    strictCheckChecks,
    strictDeleteChecks,
    validateChecks,
    sessionChecks,
    pushChecks,
    searchChecks,
    factorTokenChecks,
    passwordPushChecks,
    passwordSearchChecks,
    corsChecks,
  ],
  samples,
  createDriver,
  async positiveControl(t, driver) {
    const factor = driver.address();
    const exchange = await driver.call('checkMustAuthenticate', factor);
    expectMember(t, exchange, 'must_authenticate', false, 'a fresh factor');
  },
});
