import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { expectRefusal } from './answers.js';
import { nearFixedChallenge, paths, type OperationId, type SsksDriver } from './driver.js';

const origin = 'https://app.countersign.test';
const sentHeaders = [
  'content-type',
  'x-seald-appid',
  'x-seald-version',
  'x-seald-session',
  'x-seald-user-id',
];
const frontEnd: readonly OperationId[] = [
  'validateChallenge',
  'pushTmrIdentity',
  'searchTmrIdentity',
  'pushStrictIdentity',
  'searchStrictIdentity',
];

function expectOrigin(t: TestContext, exchange: Exchange, what: string): void {
  const allowed = exchange.header('access-control-allow-origin');
  t.expect.ok(allowed === '*' || allowed === origin, `${what} does not allow the origin`, {
    expected: `Access-Control-Allow-Origin: * or ${origin}`,
    actual: allowed ?? 'no such header',
  });
}

export const corsChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.cors.preflight-allows-headers',
    title: 'a preflight of the front-end operations is granted without credentials',
    async run(t, driver) {
      for (const id of frontEnd) {
        const exchange = await t.send({
          method: 'OPTIONS',
          path: paths[id],
          headers: {
            Origin: origin,
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': sentHeaders.join(','),
          },
        });
        t.expect.status(exchange, [200, 204], { what: 'a preflight' });
        expectOrigin(t, exchange, exchange.label);
        // POST is allowed to all; custom headers are not.
        const allowed = exchange
          .headers('access-control-allow-headers')
          .flatMap((value) => value.split(','))
          .map((name) => name.trim().toLowerCase());
        const missing = sentHeaders.filter((name) => !allowed.includes(name));
        t.expect.ok(
          allowed.includes('*') || missing.length === 0,
          `${exchange.label} does not allow ${missing.join(', ')}`,
          {
            expected: `Access-Control-Allow-Headers: ${sentHeaders.join(', ')}`,
            actual: allowed.join(', ') || 'no such header',
          },
        );
      }
      // Only the preflight goes without an application: a server that grants all has shown nothing.
      await t.given('a password search without application id is refused', async () => {
        const body = {
          app_id: driver.main.appId,
          user_id: driver.userId(),
          secret: driver.secret(),
        };
        const exchange = await driver.call('searchStrictIdentity', body, { app: null });
        expectRefusal(t, exchange, 'no X-SEALD-APPID');
        await driver.storePassword(driver.userId(), driver.secret());
      });
    },
  },
  {
    requirement: 'ssks.cors.origin-on-every-reply',
    title: 'replies to the device allow the origin, errors included',
    async run(t, driver) {
      const headers = { Origin: origin };
      const app_id = driver.main.appId;
      const named = { app_id, user_id: driver.userId(), secret: driver.secret() };
      const data_b64 = driver.identityData();
      const push = await driver.call('pushStrictIdentity', { ...named, data_b64 }, { headers });
      const other = { ...named, user_id: driver.userId() };
      const search = await driver.call('searchStrictIdentity', other, { headers });
      const who = driver.user();
      const { session } = await driver.openForced(who);
      const wrong = await driver.call(
        'validateChallenge',
        { challenge: nearFixedChallenge, auth_factor: who.factor },
        { session, headers },
      );
      await t.given('a success and two refusals to look at', () => {
        t.expect.status(push, 200);
        t.expect.status(search, 404);
        expectRefusal(t, wrong, 'a wrong challenge');
        return Promise.resolve();
      });
      expectOrigin(t, push, 'the success of a password push');
      expectOrigin(t, search, 'the 404 of a password search');
      expectOrigin(t, wrong, 'the refusal of a wrong challenge');
    },
  },
]);
