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
    description: 'TextSecure server, API v1.',
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
          relay: {
            type: 'string',
            minLength: 1,
            description: 'Name by which the target knows the other node.',
          },
          number: {
            type: 'string',
            pattern: '^\\+[0-9]{10,}$',
            description: 'Number of an account on that node.',
          },
          pushId: {
            type: 'string',
            minLength: 1,
            description: 'GCM or APN id of that account, whose pushes the inbox can read.',
          },
          signalingKey: {
            type: 'string',
            pattern: '^[A-Za-z0-9+/]{70}(?:==)?$',
            description: 'Base64 of the 52 bytes with which pushes to that account are encrypted.',
          },
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
