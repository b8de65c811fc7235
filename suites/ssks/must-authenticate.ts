import { defineArea } from '../engine/check.js';
import { expectMalformed, expectMember } from './answers.js';
import type { SsksDriver } from './driver.js';

export const mustAuthenticateChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.must-authenticate.fresh-factor-false',
    title: 'a factor under which nothing is stored needs no challenge',
    async run(t, driver) {
      for (const factor of [driver.address, driver.number]) {
        const forced = driver.user(factor());
        await driver.open(forced, true, { force_auth: true });
        const blank = driver.user(factor());
        await driver.register(blank);
        for (const [what, value] of [
          ['a fresh factor', factor()],
          ['the factor of a blank user', blank.factor],
          ['a factor that only a forced challenge went to,', forced.factor],
        ] as const) {
          const exchange = await driver.call('checkMustAuthenticate', value);
          expectMember(t, exchange, 'must_authenticate', false, `${what} of type ${value.type}`);
        }
      }
      await t.given('a body without type is refused', async () => {
        const { value } = driver.address();
        expectMalformed(t, await driver.call('checkMustAuthenticate', { value }), 'no type');
      });
    },
  },
  {
    requirement: 'ssks.must-authenticate.stored-factor-true',
    title: 'a factor in use needs a challenge, as challenge_send says too',
    async run(t, driver) {
      for (const factor of [driver.address(), driver.number()]) {
        const who = driver.user(factor);
        await driver.store(who);
        const what = `a factor of type ${factor.type} in use`;
        const checked = await driver.call('checkMustAuthenticate', factor);
        expectMember(t, checked, 'must_authenticate', true, what);
        expectMember(t, await driver.send(who), 'must_authenticate', true, what);
      }
    },
  },
  {
    requirement: 'ssks.must-authenticate.creates-no-user',
    title: 'the check makes neither session nor user',
    async run(t, driver) {
      const factor = driver.address();
      const exchange = await driver.call('checkMustAuthenticate', factor);
      expectMember(t, exchange, 'must_authenticate', false, 'a fresh factor');
      t.expect.ok(
        !('session_id' in exchange.object()),
        'the reply of must_authenticate holds a session_id',
      );
      for (const userId of [driver.userId(), factor.value]) {
        const sent = await driver.send({ userId, factor }, { create_user: undefined });
        t.expect.status(sent, 404, { what: 'a user with the factor that was checked' });
      }
    },
  },
  {
    requirement: 'ssks.must-authenticate.sends-nothing',
    title: 'the check sends no challenge, even when its answer is true',
    async run(t, driver) {
      const who = driver.user();
      await driver.store(who);
      const checked = await driver.call('checkMustAuthenticate', who.factor);
      expectMember(t, checked, 'must_authenticate', true, 'a factor in use');
      await driver.open(who, true, { template: '<p>asked for: $$CHALLENGE$$</p>' });
      await t.inbox.next('email', who.factor.value, {
        fits: (message) => message.body?.includes('asked for') ?? false,
      });
      const all = await t.inbox.list('email', who.factor.value);
      t.expect.equal(all.length, 1, 'the number of e-mails after the check and a challenge_send');
    },
  },
  {
    requirement: 'ssks.must-authenticate.members-required',
    title: 'type and value are required, and type is EM or SMS',
    async run(t, driver) {
      const { type, value } = driver.address();
      const call = (body: object) => driver.call('checkMustAuthenticate', body);
      const noType = await call({ value });
      const noValue = await call({ type });
      const unknown = await call({ type: 'XX', value });
      await t.given('a complete body', async () => {
        t.expect.status(await call({ type, value }), 200);
      });
      expectMalformed(t, noType, 'no type');
      expectMalformed(t, noValue, 'no value');
      expectMalformed(t, unknown, 'type XX');
    },
  },
]);
