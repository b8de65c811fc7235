import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { Driver } from './driver.js';
import { readToken } from './reading.js';

/** Any origin, or the one that asked. */
function expectOpen(t: TestContext, exchange: Exchange, origin: string): void {
  const value = exchange.header('access-control-allow-origin');
  t.expect.ok(value === '*' || value === origin, `${exchange.label} is closed to other origins`, {
    expected: `Access-Control-Allow-Origin: * or ${origin}`,
    actual: value === null ? 'no such header' : `Access-Control-Allow-Origin: ${value}`,
  });
}

const origin = 'https://one.example';
const headers = { Origin: origin };

export const corsChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.cors.any-origin',
    title: 'pages of any origin may read a list',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      for (const other of [origin, 'http://two.test:8080']) {
        const options = { headers: { Origin: other } };
        const answer = await driver.request('GET', { token, passphrase }, options);
        t.expect.status(answer, 200);
        expectOpen(t, answer, other);
      }
    },
  },
  {
    requirement: 'keyservice.cors.post-put-delete',
    title: 'pages of any origin may read the answers to POST, PUT and DELETE',
    run: async (t, driver) => {
      const passphrase = driver.passphrase();
      const made = await driver.request('POST', { passphrase }, { headers });
      t.expect.status(made, 200);
      expectOpen(t, made, origin);
      const token = readToken(made).token;
      const sent = await driver.request('PUT', { token, message: 'a text' }, { headers });
      t.expect.status(sent, 200);
      expectOpen(t, sent, origin);
      const deleted = await driver.request('DELETE', { token, passphrase }, { headers });
      t.expect.status(deleted, 200);
      expectOpen(t, deleted, origin);
    },
  },
  {
    requirement: 'keyservice.cors.errors',
    title: 'a refusal and a 304 are open to other origins too',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const nothing = await driver.request('GET', { token, passphrase }, { headers });
      const refused = await driver.request('GET', { token }, { headers });
      await driver.sent(token, 'a text');
      await driver.messages(token, { passphrase });
      t.expect.status(nothing, 304);
      t.expect.status(refused, 400);
      expectOpen(t, nothing, origin);
      expectOpen(t, refused, origin);
    },
  },
  {
    requirement: 'keyservice.cors.preflight',
    title: 'a preflight for PUT and DELETE is answered',
    run: async (t, driver) => {
      await driver.onlineKey();
      for (const method of ['PUT', 'DELETE']) {
        const answer = await driver.request(
          'OPTIONS',
          {},
          { place: 'query', headers: { ...headers, 'Access-Control-Request-Method': method } },
        );
        t.expect.status(answer, [200, 204], { what: `the preflight of ${method}` });
        expectOpen(t, answer, origin);
        const methods = answer.header('access-control-allow-methods');
        if (methods === null) {
          t.deviate('a preflight is answered with the allowed origin only');
          continue;
        }
        const allowed = methods.split(',').map((name) => name.trim().toUpperCase());
        t.expect.ok(allowed.includes('*') || allowed.includes(method), `${method} is not allowed`, {
          expected: `${method} in Access-Control-Allow-Methods`,
          actual: methods,
        });
      }
    },
  },
]);
