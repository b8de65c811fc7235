import { asyncapi, openapi } from '../../specs/misakey/documents.gen.js';
import { defineSuite } from '../engine/check.js';
import { ackChecks } from './ack.js';
import { contactAccessChecks } from './contact-access.js';
import { contactFormChecks } from './contact-form.js';
import { contactLimitChecks } from './contact-limits.js';
import { contactChecks } from './contact.js';
import { csrfChecks } from './csrf.js';
import { createDriver, type Driver } from './driver.js';
import { errorChecks } from './errors.js';
import { eventPushChecks } from './event-pushes.js';
import { eventChecks } from './events.js';
import { fileChecks } from './files.js';
import { profileSchema } from './profile.js';
import { pushSilenceChecks } from './push-silence.js';
import { pushChecks } from './push.js';
import { resultChecks } from './result.js';
import { samples } from './samples.js';
import { shareChecks } from './shares.js';
import { wsRefusalChecks } from './ws-refusals.js';
import { wsChecks } from './ws.js';

/** The checks of Misakey box realtime. */
export const misakeySuite = defineSuite<Driver>({
  slug: 'misakey',
  openapi,
  asyncapi,
  profileSchema,
  secretMembers: ['csrf_token', 'misakey_share', 'encrypted_invitation_key_share'],
  areas: [
    wsChecks,
    wsRefusalChecks,
    pushChecks,
    pushSilenceChecks,
    contactChecks,
    contactAccessChecks,
    contactFormChecks,
    contactLimitChecks,
    resultChecks,
    errorChecks,
    csrfChecks,
    eventChecks,
    eventPushChecks,
    shareChecks,
    ackChecks,
    fileChecks,
  ],
  samples,
  createDriver,
  async positiveControl(_t, driver) {
    await driver.tellsContactsApart();
    await driver.contacted();
    await driver.open(driver.me);
  },
});
