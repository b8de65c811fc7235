import { defineArea } from '../engine/check.js';
import { expectCount, expectMalformed, expectMember } from './answers.js';
import type { SsksDriver } from './driver.js';

export const createUserChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.create-user.status-ok',
    title: 'creating a user answers status ok',
    async run(t, driver) {
      for (const factor of [driver.address(), driver.number()]) {
        const body = { user_id: driver.userId(), auth_factor: factor };
        const exchange = await driver.call('createUser', body);
        expectMember(t, exchange, 'status', 'ok', `a user of type ${factor.type}`);
      }
      await t.given('a body without user_id is refused', async () => {
        const exchange = await driver.call('createUser', { auth_factor: driver.address() });
        expectMalformed(t, exchange, 'no user_id');
      });
    },
  },
  {
    requirement: 'ssks.create-user.user-becomes-known',
    title: 'a created user is known to challenge_send',
    async run(t, driver) {
      const who = driver.user();
      await t.given('the user is unknown beforehand', async () => {
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      const body = { user_id: who.userId, auth_factor: who.factor };
      t.expect.status(await driver.call('createUser', body), 200);
      const sent = await driver.send(who, { create_user: false });
      t.expect.status(sent, 200, { what: 'a user made by create_user' });
    },
  },
  {
    requirement: 'ssks.create-user.factor-shared-by-users',
    title: 'two user ids may have the same factor',
    async run(t, driver) {
      const first = driver.user();
      const second = { userId: driver.userId(), factor: first.factor };
      await t.given('the users are unknown beforehand', async () => {
        t.expect.status(await driver.send(second, { create_user: false }), 404);
      });
      for (const who of [first, second]) {
        const body = { user_id: who.userId, auth_factor: who.factor };
        t.expect.status(await driver.call('createUser', body), 200);
      }
      for (const who of [first, second]) {
        const sent = await driver.send(who, { create_user: false });
        t.expect.status(sent, 200, { what: 'a user whose factor is shared' });
      }
    },
  },
  {
    requirement: 'ssks.create-user.sends-nothing',
    title: 'creating a user sends no challenge and opens no session',
    async run(t, driver) {
      const who = driver.user();
      const body = { user_id: who.userId, auth_factor: who.factor };
      const exchange = await driver.call('createUser', body);
      t.expect.status(exchange, 200);
      t.expect.ok(
        !('session_id' in exchange.object()),
        'the reply of create_user holds a session_id',
      );
      const template = '<p>asked for: $$CHALLENGE$$</p>';
      await driver.open(who, true, { force_auth: true, template });
      await t.inbox.next('email', who.factor.value, {
        fits: (message) => message.body?.includes('asked for') ?? false,
      });
      const all = await t.inbox.list('email', who.factor.value);
      t.expect.equal(all.length, 1, 'the number of e-mails after create_user and a forced session');
    },
  },
  {
    requirement: 'ssks.create-user.deprecated-email-accepted',
    title: 'email stands for an auth_factor of type EM',
    async run(t, driver) {
      const who = driver.user();
      await t.given('the user is unknown beforehand', async () => {
        t.expect.status(await driver.send(who, { create_user: false }), 404);
      });
      const body = { user_id: who.userId, email: who.factor.value };
      const exchange = await driver.call('createUser', body);
      const what = 'email without auth_factor';
      if (!t.expect.status(exchange, 200, { tolerate: [400, 422], what })) {
        await driver.register(who);
        return;
      }
      const sent = await driver.send(who, { create_user: false });
      t.expect.status(sent, 200, { what: 'a user made by email, looked up by auth_factor' });
    },
  },
  {
    requirement: 'ssks.create-user.members-required',
    title: 'user_id and a complete factor of a known type are required',
    async run(t, driver) {
      const who = driver.user();
      const { type, value } = who.factor;
      const verdicts = [];
      for (const [what, body] of [
        ['no user_id', { auth_factor: who.factor }],
        ['neither auth_factor nor email', { user_id: who.userId }],
        ['auth_factor without type', { user_id: who.userId, auth_factor: { value } }],
        ['auth_factor without value', { user_id: who.userId, auth_factor: { type } }],
        ['auth_factor of type XX', { user_id: who.userId, auth_factor: { type: 'XX', value } }],
      ] as const) {
        verdicts.push([what, await driver.call('createUser', body)] as const);
      }
      await driver.register(who);
      for (const [what, exchange] of verdicts) expectMalformed(t, exchange, what);
    },
  },
  {
    requirement: 'ssks.create-user.existing-user-kept',
    title: 'creating a user who exists keeps the identity',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const body = { user_id: who.userId, auth_factor: who.factor };
      const exchange = await driver.call('createUser', body);
      expectCount(t, await driver.count(who.userId), 1, 'the user after create_user');
      t.expect.status(exchange, 200, { tolerate: [400, 406, 409], what: 'a user who exists' });
    },
  },
]);
