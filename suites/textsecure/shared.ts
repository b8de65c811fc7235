import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import { CheckFailure } from '../engine/outcome.js';
import { succeeded, type Account, type Driver } from './driver.js';
import { authorized } from './requests.js';

/** 200, or 204 as the server of December 2013 answered where there is no result. */
export function expectDone(t: TestContext, exchange: Exchange, what?: string): void {
  t.expect.status(exchange, 200, { tolerate: 204, ...(what === undefined ? {} : { what }) });
}

/** The statuses that servers of the time gave for a bad JSON body in place of 415. */
export const badBodyTolerated = [400, 422];

/** The same password, its last character another one. */
export function nearMiss(text: string): string {
  return text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a');
}

/** A positive control: the request succeeds, or the check ends as inconclusive. */
export function control(t: TestContext, what: string, spec: RequestSpec): Promise<Exchange> {
  return t.given(what, async () => {
    const exchange = await t.send(spec);
    succeeded(exchange);
    return exchange;
  });
}

/** A control of the other kind: the target can refuse, so that its success means something. */
export function contrast(t: TestContext, what: string, spec: RequestSpec): Promise<Exchange> {
  return t.given(what, async () => {
    const exchange = await t.send(spec);
    if (exchange.status >= 400 && exchange.status < 500) return exchange;
    throw new CheckFailure(`${exchange.label} answered ${String(exchange.status)}, no refusal`);
  });
}

/** Sends a request without credentials and with a wrong password; each must answer 401. */
export async function refusesStrangers(
  t: TestContext,
  account: Account,
  spec: RequestSpec,
  wrongPassword: string,
): Promise<void> {
  const none = await t.send(spec);
  const wrong = await t.send(authorized(wrongPassword, spec));
  await control(
    t,
    'the same request with the right credentials',
    authorized(account.authorization, spec),
  );
  t.expect.status(none, 401, { what: 'no Authorization header' });
  t.expect.status(wrong, 401, { what: 'a wrong password' });
}

/** A body that is cut-off JSON must answer 415, while the whole one is accepted. */
export async function refusesTruncated(
  t: TestContext,
  driver: Driver,
  account: Account,
  whole: RequestSpec,
  cut: RequestSpec,
  tolerate: readonly number[],
): Promise<void> {
  const exchange = await driver.as(account, cut);
  await control(t, 'the same request with whole JSON', authorized(account.authorization, whole));
  t.expect.status(exchange, 415, { tolerate, what: 'a cut-off JSON body' });
}
