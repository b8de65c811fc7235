import type { Sample } from '../engine/check.js';
import type { OperationId, SsksDriver } from './driver.js';

/** One valid request for each operation. */
export const samples: Readonly<Record<OperationId, Sample<SsksDriver>>> = {
  sendChallenge: (_t, driver) => {
    const order = driver.order(driver.user(), { subject: 'Your code' });
    return Promise.resolve(driver.request('sendChallenge', order));
  },
  checkMustAuthenticate: (_t, driver) =>
    Promise.resolve(driver.request('checkMustAuthenticate', driver.address())),
  createUser: (_t, driver) => {
    const { userId, factor } = driver.user();
    const body = { user_id: userId, auth_factor: factor };
    return Promise.resolve(driver.request('createUser', body));
  },
  async deleteUser(_t, driver) {
    const who = driver.user();
    await driver.store(who);
    return driver.request('deleteUser', { user_id: who.userId });
  },
  checkTmrIdentity: (_t, driver) =>
    Promise.resolve(driver.request('checkTmrIdentity', { user_id: driver.userId() })),
  checkStrictIdentity: (_t, driver) =>
    Promise.resolve(driver.request('checkStrictIdentity', { user_id: driver.userId() })),
  async deleteStrictIdentity(_t, driver) {
    const userId = driver.userId();
    await driver.storePassword(userId, driver.secret());
    return driver.request('deleteStrictIdentity', { user_id: userId });
  },
  async validateChallenge(_t, driver) {
    const who = driver.user();
    const { session, challenge } = await driver.openForced(who);
    const body = { challenge, auth_factor: who.factor };
    return driver.request('validateChallenge', body, { session });
  },
  async pushTmrIdentity(_t, driver) {
    const who = driver.user();
    const session = await driver.authenticate(who);
    const body = { data_b64: driver.identityData(), auth_factor: who.factor };
    return driver.request('pushTmrIdentity', body, { session });
  },
  async searchTmrIdentity(_t, driver) {
    const session = await driver.authenticate(driver.user());
    await driver.storeOn(session, driver.identityData());
    return driver.request('searchTmrIdentity', undefined, { session });
  },
  async getFactorToken(_t, driver) {
    const { userId, factor } = driver.user();
    const session = await driver.authenticate({ userId, factor });
    const body = { auth_factor_type: factor.type, auth_factor_value: factor.value };
    return driver.request('getFactorToken', body, { session });
  },
  pushStrictIdentity: (_t, driver) => {
    const body = {
      app_id: driver.main.appId,
      user_id: driver.userId(),
      secret: driver.secret(),
      data_b64: driver.identityData(),
    };
    return Promise.resolve(driver.request('pushStrictIdentity', body));
  },
  async searchStrictIdentity(_t, driver) {
    const userId = driver.userId();
    const secret = driver.secret();
    await driver.storePassword(userId, secret);
    const body = { app_id: driver.main.appId, user_id: userId, secret };
    return driver.request('searchStrictIdentity', body);
  },
};
