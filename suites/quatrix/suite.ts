import { asyncapi, openapi } from '../../specs/quatrix/documents.gen.js';
import { defineSuite } from '../engine/check.js';
import { callRefusalChecks } from './call-refusals.js';
import { callChecks } from './call.js';
import { createDriver, type Driver } from './driver.js';
import { errorChecks } from './errors.js';
import { kdfChecks } from './kdf.js';
import { loginRefusalChecks } from './login-refusals.js';
import { loginChecks } from './login.js';
import { mqDeliveryChecks } from './mq-delivery.js';
import { mqHoldChecks } from './mq-hold.js';
import { mqMessageChecks } from './mq-message.js';
import { profileChecks } from './profile.js';
import { queryChecks } from './query.js';
import { samples } from './samples.js';
import { profileSchema } from './section.js';
import { sessionChecks } from './session.js';
import { signatureChecks } from './signature.js';

/** The checks of Maytech Quatrix, API 0.1. */
export const quatrixSuite = defineSuite<Driver>({
  slug: 'quatrix',
  openapi,
  asyncapi,
  profileSchema,
  areas: [
    loginChecks,
    loginRefusalChecks,
    kdfChecks,
    signatureChecks,
    callChecks,
    callRefusalChecks,
    queryChecks,
    profileChecks,
    mqHoldChecks,
    mqMessageChecks,
    mqDeliveryChecks,
    sessionChecks,
    errorChecks,
  ],
  samples,
  createDriver,
  async positiveControl(_t, driver) {
    await driver.profile(await driver.session(driver.first));
  },
});
