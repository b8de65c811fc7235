import { defineArea } from '../engine/check.js';
import { expectCount, expectNoAccess, expectRefusal } from './answers.js';
import { template, type OperationId, type SsksDriver, type User } from './driver.js';

/** The seven operations of a back end with a valid body for each. */
export function backEndCalls(who: User): readonly (readonly [OperationId, object])[] {
  const factor = { type: who.factor.type, value: who.factor.value };
  return [
    ['sendChallenge', { create_user: true, user_id: who.userId, auth_factor: factor, template }],
    ['checkMustAuthenticate', factor],
    ['createUser', { user_id: who.userId, auth_factor: factor }],
    ['deleteUser', { user_id: who.userId }],
    ['checkTmrIdentity', { user_id: who.userId }],
    ['checkStrictIdentity', { user_id: who.userId }],
    ['deleteStrictIdentity', { user_id: who.userId }],
  ];
}

export const authChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.auth.missing-credentials-refused',
    title: 'a back-end call without application id or API key is refused and makes no user',
    async run(t, driver) {
      const who = driver.user();
      const refusal = { tolerate: 400 };
      const noId = await driver.send(who, {}, { app: null });
      const noKey = await driver.send(who, {}, { apiKey: null });
      const after = await driver.send(who, { create_user: false });
      await driver.open(who, false);
      t.expect.status(noId, [401, 403], { ...refusal, what: 'no X-SEALD-APPID' });
      t.expect.status(noKey, [401, 403], { ...refusal, what: 'no X-SEALD-APIKEY' });
      t.expect.status(after, 404, { what: 'the user that the refused calls named' });
    },
  },
  {
    requirement: 'ssks.auth.wrong-api-key-refused',
    title: 'a back-end call with a wrong API key is refused and makes no user',
    async run(t, driver) {
      const { apiKey } = driver.main;
      for (const [what, wrong] of [
        ['the API key with its last character changed', near(apiKey)],
        ['the API key with a character more', `${apiKey}x`],
        ['a random API key', t.random.uuid()],
      ] as const) {
        const who = driver.user();
        const options = { apiKey: t.secret(wrong) };
        const body = { user_id: who.userId, auth_factor: who.factor };
        const created = await driver.call('createUser', body, options);
        const sent = await driver.send(who, {}, options);
        const after = await driver.send(who, { create_user: false });
        await driver.open(who, false);
        expectNoAccess(t, created, what);
        expectNoAccess(t, sent, what);
        t.expect.status(after, 404, { what: 'the user that the refused calls named' });
      }
    },
  },
  {
    requirement: 'ssks.auth.every-back-operation-needs-key',
    title: 'each back-end operation refuses a wrong API key and leaves the data alone',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      await driver.storePassword(who.userId, driver.secret());
      const options = { apiKey: t.secret(near(driver.main.apiKey)) };
      for (const [id, body] of backEndCalls(who)) {
        expectNoAccess(t, await driver.call(id, body, options), 'a wrong API key');
      }
      expectCount(t, await driver.count(who.userId), 1, 'the user of the refused deletion');
      expectCount(t, await driver.countStrict(who.userId), 1, 'the user of the refused deletion');
    },
  },
  {
    requirement: 'ssks.auth.key-of-other-app-refused',
    title: 'the API key of one application does not open another one',
    async run(t, driver) {
      const { appId, apiKey } = driver.secondApp();
      const who = driver.user();
      const crossed = await driver.send(who, {}, { apiKey });
      await driver.open(who, false);
      await t.given('calling as the second application', async () => {
        t.expect.status(await driver.send(who, {}, { app: { appId }, apiKey }), 200);
      });
      expectNoAccess(t, crossed, 'the key of the second application');
    },
  },
  {
    requirement: 'ssks.auth.apps-are-separate',
    title: 'users and identities of one application are unknown to another one',
    async run(t, driver) {
      const app = driver.secondApp();
      const who = driver.user();
      await driver.store(who);
      await driver.storePassword(who.userId, driver.secret());
      await t.given('the counts of the first application', async () => {
        expectCount(t, await driver.count(who.userId), 1);
        expectCount(t, await driver.countStrict(who.userId), 1);
      });
      const elsewhere = 'the same user id in the second application';
      expectCount(t, await driver.count(who.userId, undefined, { app }), 0, elsewhere);
      expectCount(t, await driver.countStrict(who.userId, { app }), 0, elsewhere);
      const sent = await driver.send(who, { create_user: false }, { app });
      t.expect.status(sent, 404, { what: elsewhere });
    },
  },
  {
    requirement: 'ssks.auth.header-names-case-insensitive',
    title: 'the names of the credential headers may have any letter case',
    async run(t, driver) {
      const { appId, apiKey } = driver.main;
      const none = { app: null, apiKey: null };
      await t.given('a call without credentials is refused', async () => {
        expectRefusal(t, await driver.send(driver.user(), {}, none), 'no credentials');
      });
      for (const [id, key] of [
        ['x-seald-appid', 'x-seald-apikey'],
        ['X-Seald-Appid', 'X-Seald-Apikey'],
      ] as const) {
        const headers = { [id]: appId, [key]: apiKey };
        const exchange = await driver.send(driver.user(), {}, { ...none, headers });
        t.expect.status(exchange, 200, { what: `headers ${id} and ${key}` });
        t.expect.text(exchange.object().session_id, 'session_id');
      }
    },
  },
  {
    requirement: 'ssks.auth.front-needs-no-api-key',
    title: 'the operations of the device work with the application id alone',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.open(who, false);
      const data = driver.identityData();
      t.expect.status(await driver.push(session, data), 200);
      const found = await driver.search(session);
      t.expect.status(found, 200);
      t.expect.equal(found.object().data_b64, data, 'data_b64 of the search');
      const secret = driver.secret();
      t.expect.status(await driver.pushPassword(who.userId, secret, data), 200);
      const row = await driver.searchPassword(who.userId, secret);
      t.expect.status(row, 200);
      t.expect.equal(row.object().data_b64, data, 'data_b64 of the password search');
    },
  },
]);

/** A key that differs in its last character only. */
function near(key: string): string {
  return key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
}
