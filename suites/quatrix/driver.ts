import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import { CheckFailure } from '../engine/outcome.js';
import { callRequest, type CallSpec, type Session } from './call-request.js';
import { findingsOf, once, type Findings } from './findings.js';
import { loginRequest, type LoginSpec } from './login-request.js';
import { keyOf, sectionOf, type QuatrixSection, type User } from './section.js';
import { apiPrefix, callForms, profilePath, type CallForm } from './subject.js';

/** Where the API is, and the unit of its timestamps. */
export interface Base {
  readonly prefix: string;
  readonly unit: 'seconds' | 'milliseconds';
}

/** What every check of this system starts from. */
export interface Driver {
  readonly section: QuatrixSection;
  readonly findings: Findings;
  /** The first user acts, the second is somebody else. */
  readonly first: User;
  readonly second: User;
  /** A user whose channel other checks leave alone, where the profile has a third one. */
  readonly quiet: User;
  base(): Promise<Base>;
  /** The current time in the unit that the target takes. */
  timestamp(): Promise<string>;
  /** Sends a login and judges nothing. */
  login(spec: LoginSpec): Promise<Exchange>;
  /**
   * Positive control: the right login of a user succeeds, and a wrongly signed one does not, so
   * that a target that answers everything alike shows nothing.
   */
  control(user: User): Promise<void>;
  /** A fresh session; the check is not judged when there is none. */
  session(user: User): Promise<Session>;
  /** The first form of a call's subject that the target accepts; null when it accepts none. */
  acceptedForm(): Promise<CallForm | null>;
  /** The same; the check is not judged when there is none. */
  form(): Promise<CallForm>;
  /** Sends a signed call in the accepted form and judges nothing. */
  call(spec: CallSpec): Promise<Exchange>;
  /** The request of a signed call in the accepted form. */
  callSpec(spec: CallSpec): Promise<RequestSpec>;
  /** The profile of a session's user; the check is not judged without it. */
  profile(session: Session): Promise<Readonly<Record<string, unknown>>>;
  /** Moves the target's clock; what was found in its past is not used again. */
  advance(duration: string, milliseconds: number): Promise<void>;
}

export function isSuccess(exchange: Exchange): boolean {
  return exchange.status >= 200 && exchange.status < 300;
}

export function createDriver(t: TestContext): Driver {
  const section = sectionOf(t);
  const findings = findingsOf(t.target);
  const [first, second] = section.users;
  const now = (): number => Date.now() + findings.clockOffset;
  const inUnit = (unit: Base['unit']): string =>
    unit === 'seconds' ? String(Math.floor(now() / 1000)) : String(now());

  const sendLogin = (spec: LoginSpec, { prefix, unit }: Base): Promise<Exchange> =>
    t.send(loginRequest(spec, { prefix, referer: section.referer, timestamp: inUnit(unit) }));

  const base = (): Promise<Base> =>
    once(findings, 'base', async () => {
      let prefix = section.apiPrefix ?? '';
      let answer = await sendLogin({ user: first }, { prefix, unit: 'seconds' });
      if (section.apiPrefix === undefined && !isSuccess(answer)) {
        const prefixed = await sendLogin({ user: first }, { prefix: apiPrefix, unit: 'seconds' });
        // Clients know the prefixed route only; where the bare one is broken, theirs still serves.
        if (isSuccess(prefixed) || isNoRoute(answer)) {
          prefix = apiPrefix;
          answer = prefixed;
        }
      }
      if (isSuccess(answer)) return { prefix, unit: 'seconds' };
      answer = await sendLogin({ user: first }, { prefix, unit: 'milliseconds' });
      return { prefix, unit: isSuccess(answer) ? 'milliseconds' : 'seconds' };
    });

  const login = async (spec: LoginSpec): Promise<Exchange> => sendLogin(spec, await base());

  const discriminates = (): Promise<void> =>
    once(findings, 'discriminates', async () => {
      const wrong = await login({ user: first, signature: '0'.repeat(40) });
      if (isSuccess(wrong)) {
        throw new CheckFailure('the target lets in a login with forty zeros as signature', {
          expected: 'a refusal',
          actual: `status ${String(wrong.status)}`,
        });
      }
    });

  const control = (user: User): Promise<void> =>
    t.given(`a right login of ${user.login}`, async () => {
      await discriminates();
      expectSuccess(t, await login({ user }));
    });

  const session = (user: User): Promise<Session> =>
    t.given(`a session of ${user.login}`, async () => {
      await discriminates();
      const answer = await login({ user });
      expectSuccess(t, answer);
      const token = answer.header('x-auth-token') ?? '';
      t.expect.ok(token !== '', 'the login answered no X-Auth-Token');
      return { token, key: keyOf(t, user) };
    });

  const callIn = async (spec: CallSpec, form: CallForm): Promise<Exchange> => {
    const { prefix, unit } = await base();
    const answer = await t.send(callRequest(spec, { prefix, form, timestamp: inUnit(unit) }));
    const newer = answer.header('x-auth-token') ?? '';
    if (isSuccess(answer) && newer !== '') spec.session.token = newer;
    return answer;
  };

  const acceptedForm = (): Promise<CallForm | null> =>
    once(findings, 'form', async () => {
      const probe = await session(first);
      for (const form of callForms) {
        if (isSuccess(await callIn({ session: probe, path: profilePath, form }, form))) return form;
      }
      return null;
    });

  const form = (): Promise<CallForm> =>
    t.given('a signed call in any of the four forms of its subject', async () => {
      const found = await acceptedForm();
      if (found === null)
        throw new CheckFailure('GET /profile/get refuses a call signed over any of the four forms');
      return found;
    });

  return {
    section,
    findings,
    first,
    second,
    quiet: section.users[2] ?? second,
    base,
    timestamp: async () => inUnit((await base()).unit),
    login,
    control,
    session,
    acceptedForm,
    form,
    call: async (spec) => callIn(spec, spec.form ?? (await form())),
    async callSpec(spec) {
      const { prefix, unit } = await base();
      return callRequest(spec, { prefix, form: await form(), timestamp: inUnit(unit) });
    },
    profile: (of) =>
      t.given('the profile of the session', async () => {
        const answer = await callIn({ session: of, path: profilePath }, await form());
        expectSuccess(t, answer);
        return answer.object();
      }),
    async advance(duration, milliseconds) {
      await t.advanceClock(duration);
      findings.clockOffset += milliseconds;
      findings.cursors.clear();
    },
  };
}

/** True when an answer says that there is no such route. */
export function isNoRoute(exchange: Pick<Exchange, 'status'>): boolean {
  return exchange.status === 404 || exchange.status === 405;
}

function expectSuccess(t: TestContext, exchange: Exchange): void {
  t.expect.ok(isSuccess(exchange), `${exchange.label} answered ${String(exchange.status)}`, {
    expected: 'a status of success',
    actual: `status ${String(exchange.status)}, body: ${exchange.text.slice(0, 200)}`,
  });
}
