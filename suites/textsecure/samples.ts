import type { Sample } from '../engine/check.js';
import type { Driver } from './driver.js';
import {
  allocation,
  apnRegistration,
  authorized,
  basic,
  codeRequest,
  confirmation,
  gcmRegistration,
  intersection,
  keyUpload,
  locationRequest,
  messages,
  preKeyRequest,
} from './requests.js';
import { tokenOf } from './wire/token.js';

const confirm =
  (prefix: string): Sample<Driver> =>
  async (_t, driver) => {
    const number = driver.number();
    const code = await driver.code(number);
    const spec = confirmation(code, driver.confirmationBody(driver.signalingKey()));
    const path = spec.path.replace('accounts', prefix);
    return authorized(basic(number, driver.password()), { ...spec, path });
  };

/** A complete, valid request of each operation, made afresh. */
export const samples: Readonly<Record<string, Sample<Driver>>> = {
  requestVerificationCode: (_t, driver) => Promise.resolve(codeRequest(driver.number(), 'sms')),
  confirmVerificationCode: confirm('accounts'),
  confirmVerificationCodeAsPrinted: confirm('acccounts'),
  async setApnRegistration(_t, driver) {
    const account = await driver.account({ push: null });
    return authorized(account.authorization, apnRegistration(driver.pushId('apn')));
  },
  async setGcmRegistration(_t, driver) {
    const account = await driver.account({ push: null });
    return authorized(account.authorization, gcmRegistration(driver.pushId('gcm')));
  },
  async deleteApnRegistration(_t, driver) {
    const account = await driver.account({ push: 'apn' });
    return authorized(account.authorization, { method: 'DELETE', path: '/v1/accounts/apn/' });
  },
  async deleteGcmRegistration(_t, driver) {
    const account = await driver.account();
    return authorized(account.authorization, { method: 'DELETE', path: '/v1/accounts/gcm/' });
  },
  async registerPreKeys(_t, driver) {
    const account = await driver.account();
    return authorized(account.authorization, keyUpload(driver.upload([1, 2, 3])));
  },
  async getPreKey(_t, driver) {
    const [owner, caller] = [await driver.account(), await driver.account()];
    await driver.store(owner, driver.upload([1, 2, 3]));
    return authorized(caller.authorization, preKeyRequest(owner.number));
  },
  async getContactIntersection(_t, driver) {
    const account = await driver.account();
    return authorized(account.authorization, intersection([tokenOf(account.number)]));
  },
  async getContact(_t, driver) {
    const account = await driver.account({ plainToken: true });
    const path = `/v1/directory/${tokenOf(account.number)}`;
    return authorized(account.authorization, { method: 'GET', path });
  },
  async submitMessages(_t, driver) {
    const [sender, recipient] = [await driver.account(), await driver.account()];
    const message = driver.message(recipient.number, driver.body());
    return authorized(sender.authorization, messages(message));
  },
  async allocateAttachment(_t, driver) {
    return authorized((await driver.account()).authorization, allocation);
  },
  async getAttachmentLocation(t, driver) {
    const account = await driver.account();
    const id = await t.given('allocating an attachment', async () => {
      const { text } = await driver.as(account, allocation);
      return /"id"\s*:\s*"?([0-9]+)/.exec(text)?.[1] ?? t.expect.fail('no id');
    });
    return authorized(account.authorization, locationRequest(id));
  },
};
