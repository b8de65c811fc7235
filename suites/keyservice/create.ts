import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readToken, textsOf } from './reading.js';
import { expectInvalid, expectRefused } from './requests.js';

export const createChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.create.returns-token',
    title: 'a passphrase makes a key, and its token takes messages',
    run: async (t, driver) => {
      const made = await driver.request('POST', { passphrase: driver.passphrase() });
      t.expect.status(made, 200);
      const { token, name } = readToken(made);
      if (name !== 'KeyToken') {
        t.deviate(`the token is ${name === '' ? 'a bare string' : `under ${name}`}, not KeyToken`);
      }
      const sent = await driver.request('PUT', { token, message: 'first' });
      t.expect.status(sent, 200, { what: 'with the new token' });
    },
  },
  {
    requirement: 'keyservice.create.token-format',
    title: 'tokens are up to 16 lower-case hexadecimal digits',
    run: async (t, driver) => {
      for (let made = 0; made < 10; made += 1) {
        const { token } = await driver.onlineKey();
        if (/^[0-9a-f]{1,16}$/.test(token)) continue;
        t.expect.ok(/^[A-Za-z0-9._~-]+$/.test(token), 'a token needs escaping in a URL', {
          expected: 'a token of unreserved characters',
          actual: `${String(token.length)} characters, others among them`,
        });
        t.deviate('a token is no hexadecimal number of at most 16 digits');
      }
    },
  },
  {
    requirement: 'keyservice.create.tokens-unique',
    title: 'five keys under one passphrase have five tokens',
    run: async (t, driver) => {
      const passphrase = driver.passphrase();
      const tokens = new Set<string>();
      for (let made = 0; made < 5; made += 1) {
        tokens.add((await driver.onlineKey(passphrase)).token);
      }
      t.expect.equal(tokens.size, 5, 'the number of different tokens');
    },
  },
  {
    requirement: 'keyservice.create.no-input-refused',
    title: 'a POST with neither passphrase nor public key is refused',
    run: async (t, driver) => {
      const { privatekey = '', privatekeyhash = '' } = driver.uploadValues(
        await driver.keyPair(),
        driver.passphrase(),
      );
      const empty = await driver.request('POST', {});
      const half = await driver.request('POST', { privatekey, privatekeyhash });
      await driver.onlineKey();
      await driver.uploadedKey();
      expectInvalid(t, empty, { what: 'an empty form' });
      expectInvalid(t, half, { what: 'privatekey and privatekeyhash alone' });
    },
  },
  {
    requirement: 'keyservice.create.blank-passphrase-refused',
    title: 'a passphrase that is empty or only spaces counts as missing',
    run: async (t, driver) => {
      const empty = await driver.request('POST', { passphrase: '' });
      const spaces = await driver.request('POST', { passphrase: '   ' });
      await driver.onlineKey();
      expectInvalid(t, empty, { what: 'an empty passphrase' });
      expectInvalid(t, spaces, { what: 'a passphrase of three spaces' });
    },
  },
  {
    requirement: 'keyservice.create.passphrase-reserved-characters',
    title: 'a passphrase may hold characters that are special in URLs and forms',
    run: async (t, driver) => {
      const passphrase = t.secret(`a+b %41&c=d#e?/"<> ${t.random.text(8)}`);
      const { token } = await driver.onlineKey(passphrase);
      const message = `text ${t.random.text(8)}`;
      await driver.sent(token, message);
      const answer = await driver.request('GET', { token, passphrase });
      t.expect.status(answer, 200, { what: 'with the passphrase as it was set' });
      t.expect.equal(textsOf(await driver.messages(token, { passphrase })), [message], 'the texts');
      // That the characters count is seen by what a careless decoder would make of them.
      const decoded = passphrase.replace('+', ' ').replace('%41', 'A');
      const wrong = await driver.request('GET', { token, passphrase: decoded });
      t.expect.status(wrong, [400, 404, 500], { what: 'with the passphrase decoded twice' });
    },
  },
  {
    requirement: 'keyservice.create.passphrase-non-ascii',
    title: 'characters beyond ASCII in a passphrase count',
    run: async (t, driver) => {
      const tail = t.random.text(8);
      const passphrase = t.secret(`Pässwörd-世-é${tail}`);
      const plain = t.secret(`Password-世-e${tail}`);
      const { token } = await driver.onlineKey(passphrase);
      const message = `text ${t.random.text(8)}`;
      await driver.sent(token, message);
      const right = await driver.request('GET', { token, passphrase });
      t.expect.status(right, 200, { what: 'with the passphrase as it was set' });
      t.expect.equal(textsOf(await driver.messages(token, { passphrase })), [message], 'the texts');
      const wrong = await driver.request('GET', { token, passphrase: plain });
      expectRefused(t, wrong, { what: 'the passphrase without its accents', hides: [message] });
    },
  },
  {
    requirement: 'keyservice.create.key-object-members',
    title: 'the key object has a number above 0, an encrypted private key and no messages yet',
    run: async (t, driver) => {
      const { answer } = await driver.onlineKey();
      const key = answer.object();
      t.expect.ok(
        Number.isInteger(key.KeyId) && Number(key.KeyId) > 0,
        'KeyId is no number above 0',
        {
          expected: 'an integer above 0',
          actual: key.KeyId === undefined ? 'no such member' : JSON.stringify(key.KeyId),
        },
      );
      t.expect.equal(key.IsPrivateKeyEncrypted, true, 'IsPrivateKeyEncrypted');
      t.expect.equal(key.Messages, [], 'Messages');
    },
  },
  {
    requirement: 'keyservice.create.no-secrets-in-answer',
    title: 'the answer shows neither the passphrase nor a private key in clear',
    run: async (t, driver) => {
      const { passphrase, answer } = await driver.onlineKey();
      t.expect.ok(!answer.text.includes(passphrase), 'the answer repeats the passphrase', {
        expected: 'no passphrase in the key object',
        actual: 'the passphrase as it was sent',
      });
      // JSON may write the brackets as references or as unicode escapes.
      const text = answer.text.replaceAll(/\\u003c|&lt;/gi, '<').replaceAll(/\\u003e|&gt;/gi, '>');
      const shown = /<(D|P|Q|DP|DQ|InverseQ)>/.exec(text)?.[0];
      t.expect.ok(shown === undefined, 'the answer shows a private key in clear', {
        expected: 'no private member of an RSA key',
        actual: `an element ${shown ?? ''}`,
      });
    },
  },
]);
