import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { CallSpec, Session } from './call-request.js';
import type { Driver } from './driver.js';
import { isSuccess } from './driver.js';
import type { LoginSpec } from './login-request.js';
import type { User } from './section.js';
import { profilePath } from './subject.js';

/** A login with one fault, and what the fault is. */
export interface FaultyLogin {
  readonly what: string;
  readonly spec: Omit<LoginSpec, 'user'> & { readonly user?: User };
}

/**
 * Logins that must be refused with 401 (document, line 48), around the right login of the same
 * user as control.
 */
export async function loginsRefused(
  t: TestContext,
  driver: Driver,
  user: User,
  faulty: readonly FaultyLogin[],
  options: { readonly tolerate?: readonly number[] } = {},
): Promise<void> {
  await driver.control(user);
  for (const { what, spec } of faulty) {
    const answer = await driver.login({ user, ...spec });
    t.expect.status(answer, 401, { what, tolerate: options.tolerate ?? [] });
  }
}

/** A call with one fault, and what the fault is. */
export interface FaultyCall {
  readonly what: string;
  readonly spec: Partial<CallSpec>;
}

/** Statuses with which real servers refuse a call in place of 401 (errata E10). */
export const otherRefusals = [400, 403];

export function expectRefusedCall(t: TestContext, answer: Exchange, what: string): void {
  t.expect.status(answer, 401, { what, tolerate: otherRefusals });
}

/**
 * Calls of `/profile/get` that must be refused, each followed by nothing but judged after the
 * right call of the same session as control.
 */
export async function callsRefused(
  t: TestContext,
  driver: Driver,
  session: Session,
  faulty: readonly FaultyCall[],
): Promise<void> {
  await callControl(t, driver, session);
  for (const { what, spec } of faulty) {
    const answer = await driver.call({ session, path: profilePath, ...spec });
    expectRefusedCall(t, answer, what);
  }
}

/** Positive control: the right call of a session succeeds. */
export function callControl(t: TestContext, driver: Driver, session: Session): Promise<void> {
  return t.given('the right call of the same session', async () => {
    const answer = await driver.call({ session, path: profilePath });
    t.expect.ok(isSuccess(answer), `${answer.label} answered ${String(answer.status)}`);
  });
}
