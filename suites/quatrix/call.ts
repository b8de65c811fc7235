import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { isSuccess, type Driver } from './driver.js';
import { callControl } from './refusal.js';
import { callForms, profilePath, type CallForm } from './subject.js';

/** The form found is of a kind, or another of that kind is accepted too; otherwise a deviation. */
async function judgeKind(
  t: TestContext,
  driver: Driver,
  fits: (form: CallForm) => boolean,
  what: string,
): Promise<void> {
  const session = await driver.session(driver.first);
  const form = await driver.acceptedForm();
  if (form === null) {
    return t.expect.fail(
      'GET /profile/get refuses a call signed over any of the four forms of its subject',
    );
  }
  if (fits(form)) return;
  for (const candidate of callForms.filter(fits)) {
    const answer = await driver.call({ session, path: profilePath, form: candidate });
    if (isSuccess(answer)) return;
  }
  t.deviate(`the target accepts no subject with ${what}`);
}

/** What a signed call is, and how its subject is written. */
export const callChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.call.signed-call-200',
    title: 'a signed call with the token of the login is answered 200',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const form = await driver.acceptedForm();
      if (form === null) {
        t.expect.fail('GET /profile/get refuses the right token in all four forms of its subject', {
          expected:
            'status 200 for lower-case or capitalised names, with or without a last line feed',
          actual: 'four refusals',
        });
      }
      t.expect.status(await driver.call({ session, path: profilePath }), 200);
    },
  },
  {
    requirement: 'quatrix.call.lower-case-names',
    title: 'the header names in the subject of a call are lower case',
    run: (t, driver) =>
      judgeKind(t, driver, (form) => form.names === 'lower', 'lower-case header names'),
  },
  {
    requirement: 'quatrix.call.final-lf',
    title: 'the subject of a call ends with a line feed',
    run: (t, driver) => judgeKind(t, driver, (form) => form.finalLf, 'a last line feed'),
  },
  {
    requirement: 'quatrix.call.token-serves-many-calls',
    title: 'one token serves twelve calls in a row',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const start = Number(await driver.timestamp());
      for (let at = 0; at < 12; at += 1) {
        const timestamp = String(start - at);
        const answer = await driver.call({ session, path: profilePath, timestamp });
        t.expect.status(answer, 200, { what: `call number ${String(at + 1)} with one token` });
      }
    },
  },
  {
    requirement: 'quatrix.call.query-not-signed',
    title: 'the query string is not signed',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const query = `?_=${String(Date.now())}`;
      await callControl(t, driver, session);
      const answer = await driver.call({ session, path: profilePath, query });
      t.expect.status(answer, 200, { what: 'an unsigned query parameter' });
    },
  },
  {
    requirement: 'quatrix.call.repeat-accepted',
    title: 'the very same signed request may be sent again',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const timestamp = String(Number(await driver.timestamp()) - 1);
      const spec = await driver.callSpec({ session, path: profilePath, timestamp });
      for (let at = 1; at <= 3; at += 1) {
        t.expect.status(await t.send(spec), 200, {
          what: `the same request, time ${String(at)} of three`,
        });
      }
    },
  },
  {
    requirement: 'quatrix.call.header-name-case-ignored',
    title: 'header names are accepted in any letter case',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const now = Number(await driver.timestamp());
      for (const [at, nameCase] of (['lower', 'upper'] as const).entries()) {
        const what = `header names in ${nameCase} case`;
        t.expect.status(await driver.login({ user: driver.first, nameCase }), 200, { what });
        const timestamp = String(now - 1 - at);
        const answer = await driver.call({ session, path: profilePath, nameCase, timestamp });
        t.expect.status(answer, 200, { what });
      }
    },
  },
  {
    requirement: 'quatrix.call.newer-token-usable',
    title: 'a token that comes with an answer works from then on',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const token = session.token;
      const answer = await driver.call({ session, path: profilePath });
      const newer = answer.header('x-auth-token') ?? '';
      if (newer === '' || newer === token) return;
      const next = await driver.call({ session, path: profilePath, token: newer });
      t.expect.status(next, 200, { what: 'the token that came with the last answer' });
    },
  },
]);
