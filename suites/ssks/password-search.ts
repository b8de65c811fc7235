import { Buffer } from 'node:buffer';
import { defineArea } from '../engine/check.js';
import { expectMember, expectNoData } from './answers.js';
import { ivBytes, open, passwordKey, passwordSecret, saltBytes, seal } from './crypto.js';
import type { SsksDriver } from './driver.js';

/** Wrong secrets after which a service has to slow a client down. */
const throttledWithin = 60;

export const passwordSearchChecks = defineArea<SsksDriver>(import.meta.url, [
  {
    requirement: 'ssks.password-search.data-verbatim',
    title: 'an identity of 60,000 characters comes back unchanged and opens with its password',
    async run(t, driver) {
      const owner = { appId: driver.main.appId, userId: driver.userId() };
      const password = t.secret(`pässword ${t.random.uuid()}`);
      const salt = t.random.bytes(saltBytes);
      const identity = t.random.bytes(44_900);
      const key = passwordKey(password, owner, salt);
      const box = seal(key, t.random.bytes(ivBytes), identity);
      const data = Buffer.concat([salt, box]).toString('base64');
      const secret = t.secret(passwordSecret(password, owner));
      await driver.storePassword(owner.userId, secret, data);
      const search = await driver.searchPassword(owner.userId, secret);
      t.expect.status(search, 200);
      const found = t.expect.text(search.object().data_b64, 'data_b64');
      t.expect.ok(found === data, 'data_b64 came back changed', {
        expected: `${String(data.length)} characters as pushed`,
        actual: `${String(found.length)} characters, ${found.slice(0, 24)}…`,
      });
      const opened = open(key, Buffer.from(found, 'base64').subarray(saltBytes));
      t.expect.bytes(opened ?? new Uint8Array(0), identity, 'the identity after decryption');
    },
  },
  {
    requirement: 'ssks.password-search.unknown-user',
    title: 'an unknown user id is reported in exactly the bytes that clients compare',
    async run(t, driver) {
      const search = await driver.searchPassword(driver.userId(), driver.secret());
      await t.given('a known user id is found', async () => {
        const userId = driver.userId();
        const secret = driver.secret();
        await driver.storePassword(userId, secret);
        t.expect.status(await driver.searchPassword(userId, secret), 200);
      });
      t.expect.status(search, 404, { what: 'an unknown user id' });
      t.expect.equal(search.text, '{"model":"StrictUser"}', 'the body, byte for byte');
    },
  },
  {
    requirement: 'ssks.password-search.wrong-secret',
    title: 'a wrong secret is reported by the model StrictKey',
    async run(t, driver) {
      const userId = driver.userId();
      const secret = driver.secret();
      await driver.storePassword(userId, secret);
      const near = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
      const verdicts = [
        ['a random secret', await driver.searchPassword(userId, driver.secret())],
        ['the secret with another last digit', await driver.searchPassword(userId, t.secret(near))],
      ] as const;
      await t.given('the right secret is found', async () => {
        t.expect.status(await driver.searchPassword(userId, secret), 200);
      });
      for (const [what, exchange] of verdicts) {
        expectNoData(t, exchange, what);
        t.expect.status(exchange, 404, { what });
        t.expect.equal(exchange.object().model, 'StrictKey', `model for ${what}`);
      }
    },
  },
  {
    requirement: 'ssks.password-search.users-separate',
    title: 'equal secrets of two user ids lead to two identities',
    async run(t, driver) {
      const [first, second] = [driver.userId(), driver.userId()];
      const secret = driver.secret();
      const data = [
        await driver.storePassword(first, secret),
        await driver.storePassword(second, secret),
      ];
      for (const [index, userId] of [first, second].entries()) {
        const search = await driver.searchPassword(userId, secret);
        expectMember(t, search, 'data_b64', data[index] ?? '', 'a user id of its own');
      }
      const third = await driver.searchPassword(driver.userId(), secret);
      expectNoData(t, third, 'the secret of another user id');
      t.expect.status(third, 404, { what: 'the secret with a third user id' });
    },
  },
  {
    requirement: 'ssks.password-search.throttled',
    title: 'repeated wrong secrets are throttled, with the wait in whole seconds',
    async run(t, driver) {
      const userId = driver.userId();
      await driver.storePassword(userId, driver.secret());
      for (let tries = 1; tries <= throttledWithin; tries += 1) {
        const exchange = await driver.searchPassword(userId, driver.secret());
        if (exchange.status === 429) {
          await t.given('wrong secrets before the 429', () => {
            t.expect.ok(tries > 1, 'the first wrong secret was answered 429 already');
            return Promise.resolve();
          });
          t.expect.header(
            exchange,
            'retry-after',
            /^0*[1-9][0-9]*$/,
            'a number of seconds above 0',
          );
          return;
        }
        await t.given('a wrong secret is a 404', () => {
          t.expect.status(exchange, 404);
          return Promise.resolve();
        });
      }
      t.expect.fail(`${String(throttledWithin)} wrong secrets in a row were not throttled`, {
        expected: 'a 429 with Retry-After',
        actual: 'no 429',
      });
    },
  },
]);
