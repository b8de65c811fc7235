import { defineArea } from '../engine/check.js';
import type { Exchange } from '../engine/exchange.js';
import {
  expectCount,
  expectMalformed,
  expectMember,
  expectNoData,
  expectRefusalAs,
} from './answers.js';
import type { SsksDriver } from './driver.js';

function remove(driver: SsksDriver, userId: string): Promise<Exchange> {
  return driver.call('deleteStrictIdentity', { user_id: userId });
}

export const strictDeleteChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.strict-delete.status-ok',
    title: 'a deletion answers status ok',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      const exchange = await remove(driver, userId);
      expectMember(t, exchange, 'status', 'ok');
      await t.given('a deletion without user_id is refused', async () => {
        expectMalformed(t, await driver.call('deleteStrictIdentity', {}), 'no user_id');
      });
    },
  },
  {
    requirement: 'ssks.strict-delete.removes-all',
    title: 'all identities of the user id go together',
    async run(t, driver) {
      const userId = driver.userId();
      const secrets = [driver.secret(), driver.secret()];
      for (const secret of secrets) await driver.storePassword(userId, secret);
      await t.given('finding both identities beforehand', async () => {
        for (const secret of secrets) {
          t.expect.status(await driver.searchPassword(userId, secret), 200);
        }
      });
      await t.given('deleting them', async () => {
        t.expect.status(await remove(driver, userId), 200);
      });
      expectCount(t, await driver.countStrict(userId), 0, 'the deleted user id');
      for (const secret of secrets) {
        const search = await driver.searchPassword(userId, secret);
        expectNoData(t, search, 'a secret of the deleted user id');
        expectRefusalAs(t, search, 404, 'a secret of a deleted identity');
      }
    },
  },
  {
    requirement: 'ssks.strict-delete.other-users-kept',
    title: 'identities of other user ids stay, even under the same secret',
    async run(t, driver) {
      const [gone, kept] = [driver.userId(), driver.userId()];
      const secret = driver.secret();
      await driver.storePassword(gone, secret);
      const data = await driver.storePassword(kept, secret);
      await t.given('deleting one of two user ids', async () => {
        t.expect.status(await remove(driver, gone), 200);
        expectCount(t, await driver.countStrict(gone), 0);
      });
      expectCount(t, await driver.countStrict(kept), 1, 'the other user id');
      const search = await driver.searchPassword(kept, secret);
      expectMember(t, search, 'data_b64', data, 'the other user id');
    },
  },
  {
    requirement: 'ssks.strict-delete.user-id-required',
    title: 'a deletion without user id is refused',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      const exchange = await driver.call('deleteStrictIdentity', {});
      expectMalformed(t, exchange, 'no user_id');
      expectCount(t, await driver.countStrict(userId), 1, 'a user id that was not named');
    },
  },
]);
