import { defineArea } from '../engine/check.js';
import { expectMalformed } from './answers.js';
import type { SsksDriver } from './driver.js';

export const challengeSendInputChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.challenge-send.user-id-required',
    title: 'a call without user_id is refused',
    async run(t, driver) {
      const who = driver.user();
      const exchange = await driver.send(who, { user_id: undefined });
      await driver.open(who, false);
      expectMalformed(t, exchange, 'no user_id');
    },
  },
  {
    requirement: 'ssks.challenge-send.factor-required',
    title: 'a call without a complete factor is refused',
    async run(t, driver) {
      const who = driver.user();
      const { type, value } = who.factor;
      const none = await driver.send(who, { auth_factor: undefined });
      const noType = await driver.send(who, { auth_factor: { value } });
      const noValue = await driver.send(who, { auth_factor: { type } });
      await driver.open(who, false);
      expectMalformed(t, none, 'neither auth_factor nor email');
      expectMalformed(t, noType, 'auth_factor without type');
      expectMalformed(t, noValue, 'auth_factor without value');
    },
  },
  {
    requirement: 'ssks.challenge-send.factor-type-checked',
    title: 'a factor of an unknown type is refused',
    async run(t, driver) {
      const who = driver.user();
      const auth_factor = { type: 'XX', value: who.factor.value };
      const exchange = await driver.send(who, { auth_factor });
      await driver.open(who, false);
      expectMalformed(t, exchange, 'auth_factor of type XX');
    },
  },
  {
    requirement: 'ssks.challenge-send.malformed-factor-refused',
    title: 'malformed phone numbers and e-mail addresses are refused',
    async run(t, driver) {
      for (const [type, value] of [
        ['SMS', '+1 206-555-0100'],
        ['SMS', '2065550100'],
        ['EM', 'nobody.countersign.test'],
      ]) {
        const exchange = await driver.send(driver.user(), { auth_factor: { type, value } });
        t.expect.status(exchange, 400, { tolerate: [200, 422], what: `the value ${value ?? ''}` });
      }
      await t.given('a well-formed factor, and a call without user id', async () => {
        t.expect.status(await driver.send(driver.user()), 200);
        expectMalformed(t, await driver.send(driver.user(), { user_id: undefined }), 'no user_id');
      });
    },
  },
  {
    requirement: 'ssks.challenge-send.template-optional',
    title: 'template may be absent, and may lack the placeholder',
    async run(t, driver) {
      await driver.refusesSome();
      const cases = [
        ['an e-mail factor without template', driver.user(), undefined],
        ['a phone number without template', driver.user(driver.number()), undefined],
        ['a template without placeholder', driver.user(), '<p>Hello</p>'],
      ] as const;
      const verdicts = [];
      for (const [what, who, template] of cases) {
        verdicts.push([what, await driver.send(who, { template })] as const);
      }
      await driver.open(driver.user(), false);
      for (const [what, exchange] of verdicts) {
        if (!t.expect.status(exchange, 200, { tolerate: [400, 422], what })) continue;
        t.expect.text(exchange.object().session_id, 'session_id');
      }
    },
  },
]);
