import type { TestContext } from '../engine/context.js';
import { defineArea, type Check } from '../engine/check.js';
import type { Session } from './call-request.js';
import { deriveKey, sign } from './crypto.js';
import type { Driver } from './driver.js';
import { loginValues } from './login-request.js';
import { alterations, sameShape, wrongSecrets } from './near-signatures.js';
import { callControl, callsRefused, expectRefusedCall, type FaultyCall } from './refusal.js';
import { callLines, callSubject, profilePath, subjectText, type CallForm } from './subject.js';

/** A right call, of which one thing is then made wrong. */
interface RightCall {
  readonly session: Session;
  readonly form: CallForm;
  readonly timestamp: string;
  /** What its signature is made over. */
  readonly subject: string;
}

/** Calls that must be refused, each like a right one but for what it says. */
function refusal(
  requirement: string,
  title: string,
  faulty: (right: RightCall, t: TestContext, driver: Driver) => readonly FaultyCall[],
): Check<Driver> {
  return {
    requirement,
    title,
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const subject = callSubjectOf(form, timestamp, session.token);
      const calls = faulty({ session, form, timestamp, subject }, t, driver);
      await callsRefused(t, driver, session, calls);
    },
  };
}

/** What a signed call is refused for. */
export const callRefusalChecks = defineArea<Driver>(import.meta.url, [
  refusal(
    'quatrix.call.token-required',
    'a call without token is refused',
    ({ form, timestamp, subject }) => {
      const bare = callLines(timestamp, '').slice(0, 1);
      const subjects = [
        ['signed over the live token', subject],
        ['signed over an empty token', callSubjectOf(form, timestamp, '')],
        ['signed without that line', subjectText(form, 'GET', profilePath, bare)],
      ] as const;
      return subjects.flatMap(([how, signed]) =>
        [null, ''].map((value) => ({
          what: `${value === null ? 'no' : 'an empty'} X-Auth-Token, ${how}`,
          spec: { timestamp, subject: signed, headers: { 'X-Auth-Token': value } },
        })),
      );
    },
  ),
  refusal(
    'quatrix.call.authorization-required',
    'a call without signature is refused, even with a live token',
    () => [
      { what: 'no Authorization', spec: { headers: { Authorization: null } } },
      { what: 'an empty Authorization', spec: { headers: { Authorization: '' } } },
    ],
  ),
  refusal(
    'quatrix.call.timestamp-required',
    'a call without timestamp is refused',
    ({ session: { token }, form, subject }) => {
      const bare = callLines('', token).slice(1);
      const subjects = [
        ['signed over the current time', subject],
        ['signed over an empty timestamp', callSubjectOf(form, '', token)],
        ['signed without that line', subjectText(form, 'GET', profilePath, bare)],
      ] as const;
      return subjects.map(([how, signed]) => ({
        what: `no X-Auth-Timestamp, ${how}`,
        spec: { subject: signed, headers: { 'X-Auth-Timestamp': null } },
      }));
    },
  ),
  refusal(
    'quatrix.call.unknown-token-401',
    'a token that no login produced is refused',
    ({ session }, t) => {
      const token = sameShape(session.token, (length) => t.random.text(length, '0123456789abcdef'));
      return [{ what: 'a random token, rightly signed', spec: { token } }];
    },
  ),
  refusal(
    'quatrix.call.wrong-key-401',
    'a call signed with the key of another secret is refused',
    (_right, t, driver) =>
      wrongSecrets(t, driver.first).map(([what, secret]) => ({
        what: `the key of ${what}`,
        spec: { key: deriveKey(secret) },
      })),
  ),
  {
    requirement: 'quatrix.call.other-users-key-refused',
    title: "a call signed with another user's key is refused",
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await driver.control(driver.second);
      const key = deriveKey(driver.second.password);
      await callsRefused(t, driver, session, [{ what: "another user's key", spec: { key } }]);
    },
  },
  refusal(
    'quatrix.call.path-bound',
    'the route is part of the signature of a call',
    ({ session, form, timestamp }) =>
      ['/session/keepalive', '/session/login', '/'].map((path) => ({
        what: `signed for ${path}`,
        spec: { timestamp, subject: callSubject(form, path, timestamp, session.token) },
      })),
  ),
  refusal(
    'quatrix.call.method-bound',
    'the method is part of the signature of a call',
    ({ timestamp, subject }) =>
      ['POST', 'get'].map((method) => ({
        what: `a GET signed as ${method}`,
        spec: { timestamp, subject: subject.replace('GET', method) },
      })),
  ),
  refusal(
    'quatrix.call.timestamp-bound',
    'the timestamp is part of the signature of a call',
    ({ timestamp, subject }) =>
      [1, -1, 60].map((offset) => ({
        what: `signed ${String(offset)} before what is sent`,
        spec: { subject, timestamp: String(Number(timestamp) + offset) },
      })),
  ),
  {
    requirement: 'quatrix.call.token-bound',
    title: 'the token is part of the signature of a call',
    async run(t, driver) {
      const one = await driver.session(driver.first);
      const two = await driver.session(driver.first);
      await callControl(t, driver, two);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const subject = callSubjectOf(form, timestamp, one.token);
      await callsRefused(t, driver, two, [
        { what: 'signed for another token of the user', spec: { timestamp, subject } },
      ]);
    },
  },
  refusal(
    'quatrix.call.header-order',
    'the token before the timestamp is refused',
    ({ session, form, timestamp }) => {
      const lines = [...callLines(timestamp, session.token)].reverse();
      const subject = subjectText(form, 'GET', profilePath, lines);
      return [{ what: 'the two lines swapped', spec: { timestamp, subject } }];
    },
  ),
  refusal(
    'quatrix.call.only-two-headers',
    'a signed login name in a call is refused',
    ({ session, form, timestamp }, _t, driver) => {
      const subject = subjectText(form, 'GET', profilePath, [
        ['X-Auth-Login', driver.first.login],
        ...callLines(timestamp, session.token),
      ]);
      return [{ what: 'an additional line with the login', spec: { timestamp, subject } }];
    },
  ),
  refusal(
    'quatrix.call.altered-signature-refused',
    'all 40 digits of the signature of a call are checked',
    ({ session, timestamp, subject }) =>
      alterations(sign(session.key, subject)).map(([what, signature]) => ({
        what,
        spec: { timestamp, signature },
      })),
  ),
  {
    requirement: 'quatrix.call.login-signature-not-reusable',
    title: 'the signature of the login does not authorise calls',
    async run(t, driver) {
      const user = driver.first;
      const session = await driver.session(user);
      await callControl(t, driver, session);
      const timestamp = await driver.timestamp();
      const { signature } = loginValues(
        { user, timestamp },
        { prefix: '', referer: '', timestamp },
      );
      const login = await t.given('the login whose signature is used again', () =>
        driver.login({ user, timestamp, signature }),
      );
      const token = login.header('x-auth-token') ?? '';
      t.expect.ok(token !== '', 'the login answered no token');
      const answer = await driver.call({ session, path: profilePath, token, timestamp, signature });
      expectRefusedCall(t, answer, 'timestamp and signature of the login');
    },
  },
]);

function callSubjectOf(form: CallForm, timestamp: string, token: string): string {
  return callSubject(form, profilePath, timestamp, token);
}
