import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import {
  callValues,
  queryText,
  type CallSpec,
  type QueryNames,
  type Session,
} from './call-request.js';
import { deriveKey } from './crypto.js';
import { isSuccess, type Driver } from './driver.js';
import { once } from './findings.js';
import { loginValues } from './login-request.js';
import { callControl, expectRefusedCall } from './refusal.js';
import { sameShape } from './near-signatures.js';
import { loginPath, profilePath } from './subject.js';

/** The spelling of the headers, which the document suggests. */
const headerNames: QueryNames = {
  token: 'X-Auth-Token',
  timestamp: 'X-Auth-Timestamp',
  signature: 'Authorization',
};
/** The spelling of the JavaScript client of 2014. */
const clientNames: QueryNames = { ...headerNames, signature: 'authorization' };

/** What a call in the query form leaves out or changes. */
interface QuerySpec extends Omit<CallSpec, 'path' | 'query'> {
  readonly names: QueryNames;
  readonly without?: keyof QueryNames;
  /** Added behind the three values. */
  readonly extra?: string;
}

/** Sends `/profile/get` with its values in the query; they are secrets in the report's URLs. */
async function queryCall(t: TestContext, driver: Driver, spec: QuerySpec): Promise<Exchange> {
  const { prefix } = await driver.base();
  const values = callValues(
    { ...spec, path: profilePath },
    { prefix, form: await driver.form(), timestamp: await driver.timestamp() },
  );
  t.secret(values.token);
  t.secret(values.signature);
  const parts: Record<keyof QueryNames, string | null> = { ...values };
  if (spec.without !== undefined) parts[spec.without] = null;
  const path = `${prefix}${profilePath}${queryText(spec.names, parts)}${spec.extra ?? ''}`;
  return t.send({ method: 'GET', path });
}

/** The spelling of the query form that the target accepts; not judged when there is none. */
function acceptedNames(t: TestContext, driver: Driver, session: Session): Promise<QueryNames> {
  return t.given('a call with its three values in the query', () =>
    once(driver.findings, 'query-names', async () => {
      for (const names of [headerNames, clientNames]) {
        if (isSuccess(await queryCall(t, driver, { session, names }))) return names;
      }
      return t.expect.fail('the target accepts neither Authorization nor authorization there');
    }),
  );
}

function queryControl(
  t: TestContext,
  driver: Driver,
  session: Session,
  names: QueryNames,
): Promise<void> {
  return t.given('the right call in the query form', async () => {
    const answer = await queryCall(t, driver, { session, names });
    t.expect.ok(isSuccess(answer), `it answered ${String(answer.status)}`);
  });
}

const comparedMembers = ['id', 'email', 'channel'];

/** The three values in the query string (line 104). */
export const queryChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.query.three-values-accepted',
    title: 'token, signature and timestamp are accepted in the query',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const profile = await driver.profile(session);
      let answer = await queryCall(t, driver, { session, names: headerNames });
      if (!isSuccess(answer)) {
        const client = await queryCall(t, driver, { session, names: clientNames });
        if (isSuccess(client)) {
          t.deviate('only the spelling authorization is accepted in the query');
          answer = client;
        }
      }
      t.expect.status(answer, 200, { what: 'the three values in the query' });
      const found = answer.object();
      for (const member of comparedMembers) {
        t.expect.equal(found[member], profile[member], `${member} of the profile by query`);
      }
    },
  },
  {
    requirement: 'quatrix.query.client-names',
    title: 'the spelling and order of the JavaScript client are accepted',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const now = Number(await driver.timestamp());
      for (const [at, extra] of ['', `&_=${String(Date.now())}`].entries()) {
        const timestamp = String(now - 1 - at);
        const spec = { session, names: clientNames, extra, timestamp };
        const answer = await queryCall(t, driver, spec);
        t.expect.status(answer, 200, {
          what: extra === '' ? 'lower-case authorization' : 'a cache parameter behind it',
        });
      }
    },
  },
  {
    requirement: 'quatrix.query.each-value-checked',
    title: 'values in the query are checked as strictly as headers',
    async run(t, driver) {
      const { first, second } = driver;
      const session = await driver.session(first);
      const names = await acceptedNames(t, driver, session);
      await queryControl(t, driver, session, names);
      const timestamp = await driver.timestamp();
      const { prefix } = await driver.base();
      const { signature } = callValues(
        { session, path: profilePath },
        { prefix, form: await driver.form(), timestamp },
      );
      const altered = (signature.startsWith('0') ? '1' : '0') + signature.slice(1);
      const draw = (length: number): string => t.random.text(length, '0123456789abcdef');
      const faulty: readonly [string, Omit<QuerySpec, 'names' | 'session'>][] = [
        ['an altered signature', { timestamp, signature: altered }],
        ["a signature of another user's key", { key: deriveKey(second.password) }],
        [
          'another timestamp than the signed one',
          { signature, timestamp: String(Number(timestamp) + 1) },
        ],
        ['an unknown token', { token: sameShape(session.token, draw) }],
      ];
      for (const [what, spec] of faulty) {
        const answer = await queryCall(t, driver, { session, names, ...spec });
        expectRefusedCall(t, answer, `${what} in the query`);
      }
    },
  },
  {
    requirement: 'quatrix.query.missing-value-refused',
    title: 'in the query form all three values are needed too',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const names = await acceptedNames(t, driver, session);
      await queryControl(t, driver, session, names);
      for (const without of ['token', 'timestamp', 'signature'] as const) {
        const answer = await queryCall(t, driver, { session, names, without });
        expectRefusedCall(t, answer, `no ${without} in the query`);
      }
    },
  },
  {
    requirement: 'quatrix.query.mixed-transport',
    title: 'the token may be in the query and the rest in headers',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      await callControl(t, driver, session);
      const answer = await driver.call({
        session,
        path: profilePath,
        headers: { 'X-Auth-Token': null },
        query: `?X-Auth-Token=${encodeURIComponent(t.secret(session.token))}`,
      });
      t.expect.status(answer, 200, { tolerate: [400, 401], what: 'the token in the query' });
    },
  },
  {
    requirement: 'quatrix.query.login-by-query',
    title: 'a login accepts its values in the query',
    async run(t, driver) {
      const user = driver.first;
      await driver.control(user);
      const { prefix } = await driver.base();
      const timestamp = await driver.timestamp();
      const { signature } = loginValues({ user }, { prefix, referer: '', timestamp });
      const query =
        `?X-Auth-Login=${encodeURIComponent(user.login)}&X-Auth-Timestamp=${timestamp}` +
        `&Authorization=${t.secret(signature)}`;
      const answer = await t.send({
        method: 'GET',
        path: `${prefix}${loginPath}${query}`,
        headers: { Referer: driver.section.referer },
      });
      const right = t.expect.status(answer, 200, {
        tolerate: [400, 401],
        what: 'the values of a login in the query',
      });
      if (right) t.expect.header(answer, 'x-auth-token', /\S/);
    },
  },
]);
