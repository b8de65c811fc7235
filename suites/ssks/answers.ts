import type { TestContext } from '../engine/context.js';
import { excerpt, type Exchange } from '../engine/exchange.js';

/** A refusal: any 4xx but 429, which says nothing about the request. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

/** Asserts a refusal by any 4xx. */
export function expectRefusal(t: TestContext, exchange: Exchange, what: string): void {
  if (isRefusal(exchange.status)) return;
  t.expect.fail(`${exchange.label} (${what}) answered ${String(exchange.status)}, not a refusal`, {
    expected: 'a 4xx other than 429',
    actual: `status ${String(exchange.status)}, body: ${excerpt(exchange.text)}`,
  });
}

/** Asserts a refusal by one status; another 4xx is a deviation. */
export function expectRefusalAs(
  t: TestContext,
  exchange: Exchange,
  status: number,
  what: string,
): void {
  if (exchange.status === status) return;
  expectRefusal(t, exchange, what);
  t.deviate(
    `${exchange.label} (${what}) answered ${String(exchange.status)} in place of ${String(status)}`,
  );
}

/** Asserts the refusal of malformed members: 400, or 422 as a deviation. */
export function expectMalformed(t: TestContext, exchange: Exchange, what: string): void {
  t.expect.status(exchange, 400, { tolerate: 422, what });
}

/** Asserts the refusal of credentials. */
export function expectNoAccess(t: TestContext, exchange: Exchange, what: string): void {
  t.expect.status(exchange, [401, 403], { what });
}

/** Asserts that the answer to what should be refused holds no identity. */
export function expectNoData(t: TestContext, exchange: Exchange, what: string): void {
  t.expect.ok(
    !exchange.text.includes('data_b64'),
    `${exchange.label} (${what}) answered ${String(exchange.status)} and gave out data_b64`,
  );
}

/** Asserts a 200 with this value in this member. */
export function expectMember(
  t: TestContext,
  exchange: Exchange,
  name: string,
  value: string | number | boolean,
  what?: string,
): void {
  t.expect.status(exchange, 200, what === undefined ? {} : { what });
  const subject = what === undefined ? name : `${name} of ${what}`;
  t.expect.equal(exchange.object()[name], value, subject);
}

/** Asserts a 200 with so many identities. */
export function expectCount(
  t: TestContext,
  exchange: Exchange,
  count: number,
  what?: string,
): void {
  expectMember(t, exchange, 'identities_count', count, what);
}
