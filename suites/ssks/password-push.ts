import { defineArea } from '../engine/check.js';
import { expectMember } from './answers.js';
import type { SsksDriver } from './driver.js';

export const passwordPushChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.password-push.id-per-secret',
    title: 'a secret keeps its id, another secret has another one',
    async run(t, driver) {
      const userId = driver.userId();
      const [first, second] = [driver.secret(), driver.secret()];
      const ids: string[] = [];
      for (const secret of [first, second, first]) {
        const push = await driver.pushPassword(userId, secret, driver.identityData());
        t.expect.status(push, 200);
        const id = t.expect.text(push.object().id, 'id');
        t.expect.ok(id !== '', 'id is empty');
        ids.push(id);
      }
      t.expect.equal(ids[2], ids[0], 'the id of a repeated secret');
      t.expect.notEqual(ids[1], ids[0], 'the ids of two secrets');
    },
  },
  {
    requirement: 'ssks.password-push.data-replaced-per-secret',
    title: 'a push replaces the data of its own secret only',
    async run(t, driver) {
      const userId = driver.userId();
      const [old, renewed] = [driver.secret(), driver.secret()];
      await driver.storePassword(userId, old);
      const data = driver.identityData();
      const blank = driver.identityData(0);
      // A change of password as clients make it: the new row first, then the old one is blanked.
      t.expect.status(await driver.pushPassword(userId, renewed, data), 200);
      t.expect.status(await driver.pushPassword(userId, old, blank), 200);
      const byNew = await driver.searchPassword(userId, renewed);
      expectMember(t, byNew, 'data_b64', data, 'the new secret');
      const byOld = await driver.searchPassword(userId, old);
      expectMember(t, byOld, 'data_b64', blank, 'the old secret');
    },
  },
]);
