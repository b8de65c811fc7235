import { defineArea } from '../engine/check.js';
import type { Exchange } from '../engine/exchange.js';
import { expectRefusal, expectRefusalAs } from './answers.js';
import type { Factor, SsksDriver } from './driver.js';

function token(driver: SsksDriver, session: string, factor: Factor): Promise<Exchange> {
  const body = { auth_factor_type: factor.type, auth_factor_value: factor.value };
  return driver.call('getFactorToken', body, { session });
}

export const factorTokenChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.factor-token.three-part-token',
    title: 'an authenticated session gets a token of three base64url parts',
    async run(t, driver) {
      const who = driver.user();
      await t.given('an unknown session gets no token', async () => {
        const exchange = await token(driver, t.random.uuid(), who.factor);
        expectRefusal(t, exchange, 'an unknown session');
      });
      const exchange = await token(driver, await driver.authenticate(who), who.factor);
      const what = 'an authenticated session';
      if (!t.expect.status(exchange, 200, { tolerate: 404, what })) return;
      const text = t.secret(t.expect.text(exchange.object().factor_token, 'factor_token'));
      t.expect.ok(
        /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text),
        'factor_token is not three base64url parts joined by dots',
      );
    },
  },
  {
    requirement: 'ssks.factor-token.needs-authenticated-session',
    title: 'a session without challenge gets no token',
    async run(t, driver) {
      const early = driver.user();
      const refused = await token(driver, await driver.open(early, false), early.factor);
      await t.given('an authenticated session gets a token', async () => {
        const who = driver.user();
        const exchange = await token(driver, await driver.authenticate(who), who.factor);
        t.expect.status(exchange, 200);
      });
      t.expect.ok(
        !refused.text.includes('factor_token'),
        `${refused.label} gave a factor_token to a session that is not authenticated`,
      );
      expectRefusalAs(t, refused, 403, 'a session that is not authenticated');
    },
  },
]);
