import { defineArea } from '../engine/check.js';
import { deriveKey, sign } from './crypto.js';
import type { Driver } from './driver.js';
import { loginValues } from './login-request.js';
import { alterations, sameShape, wrongSecrets } from './near-signatures.js';
import { callControl, callsRefused, expectRefusedCall } from './refusal.js';
import { callLines, callSubject, profilePath, subjectText, type CallForm } from './subject.js';

/** What a signed call is refused for. */
export const callRefusalChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.call.token-required',
    title: 'a call without token is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const subjects = [
        ['signed over the live token', callSubjectOf(form, timestamp, session.token)],
        ['signed over an empty token', callSubjectOf(form, timestamp, '')],
        [
          'signed without that line',
          subjectText(form, 'GET', profilePath, callLines(timestamp, '').slice(0, 1)),
        ],
      ] as const;
      await callsRefused(
        t,
        driver,
        session,
        subjects.flatMap(([how, subject]) =>
          [null, ''].map((value) => ({
            what: `${value === null ? 'no' : 'an empty'} X-Auth-Token, ${how}`,
            spec: { timestamp, subject, headers: { 'X-Auth-Token': value } },
          })),
        ),
      );
    },
  },
  {
    requirement: 'quatrix.call.authorization-required',
    title: 'a call without signature is refused, even with a live token',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callsRefused(t, driver, session, [
        { what: 'no Authorization', spec: { headers: { Authorization: null } } },
        { what: 'an empty Authorization', spec: { headers: { Authorization: '' } } },
      ]);
    },
  },
  {
    requirement: 'quatrix.call.timestamp-required',
    title: 'a call without timestamp is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const { token } = session;
      const subjects = [
        ['signed over the current time', callSubjectOf(form, timestamp, token)],
        ['signed over an empty timestamp', callSubjectOf(form, '', token)],
        [
          'signed without that line',
          subjectText(form, 'GET', profilePath, callLines('', token).slice(1)),
        ],
      ] as const;
      await callsRefused(
        t,
        driver,
        session,
        subjects.map(([how, subject]) => ({
          what: `no X-Auth-Timestamp, ${how}`,
          spec: { subject, headers: { 'X-Auth-Timestamp': null } },
        })),
      );
    },
  },
  {
    requirement: 'quatrix.call.unknown-token-401',
    title: 'a token that no login produced is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const token = sameShape(session.token, (length) => t.random.text(length, '0123456789abcdef'));
      await callsRefused(t, driver, session, [
        { what: 'a random token, rightly signed', spec: { token } },
      ]);
    },
  },
  {
    requirement: 'quatrix.call.wrong-key-401',
    title: 'a call signed with the key of another secret is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callsRefused(
        t,
        driver,
        session,
        wrongSecrets(t, driver.first).map(([what, secret]) => ({
          what: `the key of ${what}`,
          spec: { key: deriveKey(secret) },
        })),
      );
    },
  },
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
  {
    requirement: 'quatrix.call.path-bound',
    title: 'the route is part of the signature of a call',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      await callsRefused(
        t,
        driver,
        session,
        ['/session/keepalive', '/session/login', '/'].map((path) => ({
          what: `signed for ${path}`,
          spec: { timestamp, subject: callSubject(form, path, timestamp, session.token) },
        })),
      );
    },
  },
  {
    requirement: 'quatrix.call.method-bound',
    title: 'the method is part of the signature of a call',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const right = callSubjectOf(form, timestamp, session.token);
      await callsRefused(
        t,
        driver,
        session,
        ['POST', 'get'].map((method) => ({
          what: `a GET signed as ${method}`,
          spec: { timestamp, subject: right.replace('GET', method) },
        })),
      );
    },
  },
  {
    requirement: 'quatrix.call.timestamp-bound',
    title: 'the timestamp is part of the signature of a call',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const signed = await driver.timestamp();
      const subject = callSubjectOf(form, signed, session.token);
      await callsRefused(
        t,
        driver,
        session,
        [1, -1, 60].map((offset) => ({
          what: `signed ${String(offset)} before what is sent`,
          spec: { subject, timestamp: String(Number(signed) + offset) },
        })),
      );
    },
  },
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
  {
    requirement: 'quatrix.call.header-order',
    title: 'the token before the timestamp is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const lines = [...callLines(timestamp, session.token)].reverse();
      const subject = subjectText(form, 'GET', profilePath, lines);
      await callsRefused(t, driver, session, [
        { what: 'the two lines swapped', spec: { timestamp, subject } },
      ]);
    },
  },
  {
    requirement: 'quatrix.call.only-two-headers',
    title: 'a signed login name in a call is refused',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const subject = subjectText(form, 'GET', profilePath, [
        ['X-Auth-Login', driver.first.login],
        ...callLines(timestamp, session.token),
      ]);
      await callsRefused(t, driver, session, [
        { what: 'an additional line with the login', spec: { timestamp, subject } },
      ]);
    },
  },
  {
    requirement: 'quatrix.call.altered-signature-refused',
    title: 'all 40 digits of the signature of a call are checked',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const form = await driver.form();
      const timestamp = await driver.timestamp();
      const right = sign(session.key, callSubjectOf(form, timestamp, session.token));
      await callsRefused(
        t,
        driver,
        session,
        alterations(right).map(([what, signature]) => ({ what, spec: { timestamp, signature } })),
      );
    },
  },
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
