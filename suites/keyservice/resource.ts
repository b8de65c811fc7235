import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readToken } from './reading.js';

export const resourceChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.resource.trailing-slash',
    title: 'a key made with a slash at the end of the path is read without one',
    run: async (t, driver) => {
      await driver.onlineKey();
      const passphrase = driver.passphrase();
      const made = await driver.request('POST', { passphrase }, { suffix: '/' });
      t.expect.status(made, 200, { what: 'with a slash at the end' });
      const token = readToken(made).token;
      t.expect.status(await driver.request('GET', { token, passphrase }), 304);
    },
  },
  {
    requirement: 'keyservice.resource.bare-get-reveals-nothing',
    title: 'a GET without a token shows no key and no messages',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, `hidden ${t.random.text(12)}`);
      const bare = await driver.request('GET', {});
      const secret = await driver.request('GET', { passphrase });
      await driver.messages(token, { passphrase });
      for (const answer of [bare, secret]) {
        t.expect.status(answer, [400, 200]);
        const isPage = /^text\/html\b/i.test(answer.header('content-type') ?? '');
        t.expect.ok(
          answer.status === 400 || isPage,
          `${answer.label} without token answered data`,
          {
            expected: '400, or 200 with an HTML page',
            actual: `200 with ${answer.header('content-type') ?? 'no content type'}`,
          },
        );
        const shown = ['MessageData', 'KeyToken', 'hidden '].filter((word) =>
          answer.text.includes(word),
        );
        t.expect.equal(shown, [], 'what the answer shows of keys and messages');
      }
    },
  },
]);
