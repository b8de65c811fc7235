import { defineArea } from '../engine/check.js';
import { expectRefusalAs } from './answers.js';
import { backEndCalls } from './auth.js';
import { paths, type OperationId, type SsksDriver } from './driver.js';

/** A member that the documents name for the success of each back-end operation. */
const members: Readonly<Partial<Record<OperationId, string>>> = {
  sendChallenge: 'session_id',
  checkMustAuthenticate: 'must_authenticate',
  createUser: 'status',
  deleteUser: 'deleted',
  checkTmrIdentity: 'identities_count',
  checkStrictIdentity: 'identities_count',
  deleteStrictIdentity: 'status',
};

const deletions: readonly OperationId[] = ['deleteUser', 'deleteStrictIdentity'];

export const commonChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.common.success-is-200-json',
    title: 'every success of a back-end operation is a 200 with a JSON object',
    async run(t, driver) {
      await driver.refusesSome();
      const who = driver.user();
      await driver.store(who);
      await driver.storePassword(who.userId, driver.secret());
      // Deletions come last, so that they have something to delete.
      const calls = backEndCalls(who);
      const kept = calls.filter(([id]) => !deletions.includes(id));
      const last = calls.filter(([id]) => deletions.includes(id) && t.has('destructive'));
      for (const [id, body] of [...kept, ...last]) {
        const exchange = await driver.call(id, body);
        t.expect.status(exchange, 200);
        t.expect.header(exchange, 'content-type', /^application\/json\b/i, 'application/json');
        const member = members[id] ?? '';
        t.expect.ok(member in exchange.object(), `${exchange.label} answered without ${member}`);
      }
    },
  },
  {
    requirement: 'ssks.common.content-type-parameter-accepted',
    title: 'the content type may have a charset parameter',
    async run(t, driver) {
      await driver.refusesSome();
      const headers = { 'Content-Type': 'application/json; charset=utf-8' };
      const exchange = await driver.send(driver.user(), {}, { headers });
      t.expect.status(exchange, 200, { what: headers['Content-Type'] });
      t.expect.text(exchange.object().session_id, 'session_id');
    },
  },
  {
    requirement: 'ssks.common.malformed-json-refused',
    title: 'a body that is not JSON is refused',
    async run(t, driver) {
      const userId = driver.userId();
      const broken = await t.send({
        ...driver.request('checkTmrIdentity', undefined),
        body: `{"user_id": "${userId}"`,
      });
      await t.given('the same body in one piece', async () => {
        t.expect.status(await driver.count(userId), 200);
      });
      t.expect.status(broken, 400, { tolerate: [415, 422], what: 'cut-off JSON' });
    },
  },
  {
    requirement: 'ssks.common.other-methods-refused',
    title: 'the back-end operations are not reached by GET',
    async run(t, driver) {
      const who = driver.user();
      const { appId, apiKey } = driver.main;
      const headers = { 'X-SEALD-APPID': appId, 'X-SEALD-APIKEY': apiKey };
      for (const [id] of backEndCalls(who)) {
        const exchange = await t.send({ method: 'GET', path: paths[id], headers });
        expectRefusalAs(t, exchange, 405, 'GET in place of POST');
      }
      await driver.open(who, false);
    },
  },
  {
    requirement: 'ssks.common.factor-never-echoed',
    title: 'no back-end operation repeats the value of a factor',
    async run(t, driver) {
      await driver.refusesSome();
      const who = driver.user();
      await driver.store(who);
      for (const [id, body] of backEndCalls(who)) {
        if (paths[id].startsWith('/strict/')) continue;
        if (id === 'deleteUser' && !t.has('destructive')) continue;
        const exchange = await driver.call(id, body);
        t.expect.status(exchange, 200);
        t.expect.ok(
          members[id] !== undefined && members[id] in exchange.object(),
          `${exchange.label} answered without ${members[id] ?? ''}`,
        );
        const echoed = exchange.text.toLowerCase().includes(who.factor.value.toLowerCase());
        t.expect.ok(!echoed, `${exchange.label} repeats the e-mail address in its answer`);
      }
    },
  },
]);
