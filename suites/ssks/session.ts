import { defineArea } from '../engine/check.js';
import { expectMember, expectNoData, expectRefusalAs } from './answers.js';
import type { SsksDriver } from './driver.js';

export const sessionChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.session.unknown-is-404',
    title: 'an unknown, empty or malformed session id is a 404',
    async run(t, driver) {
      const who = driver.user();
      const data = driver.identityData();
      const verdicts = [];
      for (const [what, session] of [
        ['an unknown session id', t.random.uuid()],
        ['an empty session id', ''],
        ['a session id that is a word', 'nonsense'],
      ] as const) {
        verdicts.push([what, await driver.validate(session, 'aaaaaaab', who.factor)] as const);
        verdicts.push([what, await driver.push(session, data, who.factor)] as const);
        verdicts.push([what, await driver.search(session)] as const);
      }
      await driver.store(who);
      for (const [what, exchange] of verdicts) t.expect.status(exchange, 404, { what });
    },
  },
  {
    requirement: 'ssks.session.authenticated-reusable',
    title: 'an authenticated session serves several calls',
    async run(t, driver) {
      const who = driver.user();
      const session = await driver.authenticate(who);
      for (const round of ['first', 'second']) {
        const data = driver.identityData();
        const push = await driver.push(session, data, who.factor);
        t.expect.status(push, 200, { what: `the ${round} push on one session` });
        const search = await driver.search(session);
        expectMember(t, search, 'data_b64', data, `the ${round} search on one session`);
      }
    },
  },
  {
    requirement: 'ssks.session.bound-to-application',
    title: 'a session is unknown to another application',
    async run(t, driver) {
      const app = driver.secondApp();
      const who = driver.user();
      const session = await driver.authenticate(who);
      await driver.storeOn(session, driver.identityData());
      const body = { data_b64: driver.identityData() };
      const options = { app, session };
      const push = await driver.call('pushTmrIdentity', body, options);
      const search = await driver.call('searchTmrIdentity', undefined, options);
      await t.given('the session still serves its own application', async () => {
        t.expect.status(await driver.search(session), 200);
      });
      const what = 'a session of another application';
      expectNoData(t, search, what);
      expectRefusalAs(t, push, 404, what);
      expectRefusalAs(t, search, 404, what);
    },
  },
]);
