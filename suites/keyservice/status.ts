import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readList, textsOf, xmlOf } from './reading.js';

const documented = [200, 304, 400, 500];

export const statusChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.status.documented-codes',
    title: 'a walk through the service shows the four documented statuses only',
    run: async (t, driver) => {
      const key = await driver.onlineKey();
      const { token, passphrase } = key;
      const empty = await driver.request('GET', { token, passphrase });
      await driver.sent(token, 'a text');
      await driver.messages(token, { passphrase });
      const unknown = driver.unknownToken(token);
      const wrong = driver.passphrase();
      const plain = [
        key.answer,
        empty,
        await driver.request('POST', {}),
        await driver.request('PUT', { token }),
        await driver.request('PUT', { token, message: 'more' }),
        await driver.request('GET', { token, passphrase }),
        await driver.request('GET', { token }),
        await driver.request('DELETE', { token }),
      ];
      const refused = [
        await driver.request('GET', { token, passphrase: wrong }),
        await driver.request('GET', { token: unknown, passphrase }),
        await driver.request('PUT', { token: unknown, message: 'x' }),
        await driver.request('DELETE', { token, passphrase: wrong }),
        await driver.request('DELETE', { token: unknown, passphrase }),
      ];
      const deleted = await driver.request('DELETE', { token, passphrase });
      for (const answer of [...plain, deleted]) t.expect.status(answer, documented);
      for (const answer of refused) {
        t.expect.status(answer, documented, { tolerate: 404, what: 'a refused request' });
      }
    },
  },
  {
    requirement: 'keyservice.status.error-body-string',
    title: 'the body of a 400 is a bare string that is not empty',
    run: async (t, driver) => {
      const answer = await driver.request('POST', {});
      const xml = await driver.request('POST', {}, { query: { format: 'xml' } });
      await driver.onlineKey();
      for (const refused of [answer, xml]) t.expect.status(refused, 400, { what: 'no input' });
      if (answer.text === '' || xml.text === '') {
        t.deviate('a 400 has no body');
        return;
      }
      const value = answer.json();
      const root = xmlOf(xml);
      const bare = typeof value === 'string' && value.trim() !== '' && root.text.trim() !== '';
      if (bare && root.children.length === 0) return;
      const texts = typeof value === 'object' && value !== null ? Object.values(value) : [value];
      const told = texts.some((text) => typeof text === 'string' && text.trim() !== '');
      t.expect.ok(told, 'the body of a 400 says nothing', {
        expected: 'a JSON string',
        actual: answer.text,
      });
      t.deviate('the body of a 400 is no bare string');
    },
  },
  {
    requirement: 'keyservice.status.server-error-500',
    title: 'a failure inside the server answers 500 and stores nothing',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await t.trigger({ event: 'server-error', affects: [token], data: [{ count: 1 }] });
      const failed = await driver.request('PUT', { token, message: 'lost' });
      t.expect.status(failed, 500, { what: 'while the server fails' });
      const sent = await driver.request('PUT', { token, message: 'kept' });
      t.expect.status(sent, 200, { what: 'after the failure' });
      const read = await driver.request('GET', { token, passphrase });
      t.expect.status(read, 200);
      t.expect.equal(textsOf(readList(read)), ['kept'], 'the texts of the key');
    },
  },
]);
