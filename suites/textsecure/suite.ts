import { asyncapi, openapi } from '../../specs/textsecure/documents.gen.js';
import { defineSuite } from '../engine/check.js';
import { attachmentChecks } from './attachments.js';
import { authChecks } from './auth.js';
import { deliveryChecks } from './delivery.js';
import { directoryChecks } from './directory.js';
import { createDriver, succeeded, type Driver } from './driver.js';
import { federationChecks } from './federation.js';
import { messageChecks } from './messages.js';
import { prekeyChecks } from './prekeys.js';
import { pushChecks } from './push.js';
import { rateLimitChecks } from './ratelimit.js';
import { registrationChecks } from './registration.js';
import { codeRequest } from './requests.js';
import { samples } from './samples.js';

/** The suite of the TextSecure server, API v1 of 2013. */
export const textsecureSuite = defineSuite<Driver>({
  slug: 'textsecure',
  openapi,
  asyncapi,
  profileSchema: {
    type: 'object',
    properties: {
      numberPrefix: {
        type: 'string',
        pattern: '^\\+[0-9]{3,}$',
        description: 'The start of test numbers; seven digits are appended for each account.',
      },
      federation: {
        type: 'object',
        description: 'A federated node and an account on it.',
        required: ['relay', 'number'],
        properties: {
          relay: { type: 'string', minLength: 1 },
          number: { type: 'string', pattern: '^\\+[0-9]{10,}$' },
          pushId: { type: 'string', minLength: 1 },
          signalingKey: { type: 'string', pattern: '^[A-Za-z0-9+/]{70}(?:==)?$' },
        },
        additionalProperties: false,
      },
    },
  },
  secretMembers: ['signalingKey'],
  areas: [
    registrationChecks,
    authChecks,
    pushChecks,
    prekeyChecks,
    directoryChecks,
    messageChecks,
    deliveryChecks,
    attachmentChecks,
    rateLimitChecks,
    federationChecks,
  ],
  samples,
  createDriver,
  async positiveControl(t, driver) {
    succeeded(await t.send(codeRequest(driver.number(), 'sms')));
  },
});
