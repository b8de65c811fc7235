import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { sealMessage } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readList, readToken, textsOf } from './reading.js';
import { expectGone, type SendOptions } from './requests.js';

/** DELETE with the parameters in one place alone, and then the key is gone. */
async function deletesFrom(
  t: TestContext,
  driver: Driver,
  place: NonNullable<SendOptions['place']>,
): Promise<void> {
  const { token, passphrase } = await driver.onlineKey();
  await driver.sent(token, 'hidden text');
  await driver.messages(token, { passphrase });
  const deleted = await driver.request('DELETE', { token, passphrase }, { place });
  t.expect.status(deleted, 200, { what: `parameters in the ${place}` });
  const read = await driver.request('GET', { token, passphrase });
  expectGone(t, read, { what: 'a deleted key', hides: ['hidden text'] });
}

export const transportChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.transport.query-parameters',
    title: 'POST and PUT take their parameters from the URI',
    run: async (t, driver) => {
      const passphrase = driver.passphrase();
      const made = await driver.request('POST', { passphrase }, { place: 'query' });
      t.expect.status(made, 200, { what: 'parameters in the query' });
      const token = readToken(made).token;
      const values = { token, message: 'from the query' };
      const sent = await driver.request('PUT', values, { place: 'query' });
      t.expect.status(sent, 200, { what: 'parameters in the query' });
      const read = await driver.messages(token, { passphrase });
      t.expect.equal(textsOf(read), ['from the query'], 'the texts');
    },
  },
  {
    requirement: 'keyservice.transport.delete-body',
    title: 'DELETE takes its parameters from a form body',
    run: (t, driver) => deletesFrom(t, driver, 'body'),
  },
  {
    requirement: 'keyservice.transport.delete-query',
    title: 'DELETE takes its parameters from the URI',
    run: (t, driver) => deletesFrom(t, driver, 'query'),
  },
  {
    requirement: 'keyservice.transport.names-case-ignored',
    title: 'parameter names are matched in any letter case',
    run: async (t, driver) => {
      await driver.uploadedKey();
      const pair = await driver.keyPair();
      const {
        publickey = '',
        privatekey = '',
        privatekeyhash = '',
      } = driver.uploadValues(pair, driver.passphrase());
      const made = await driver.request('POST', {
        PublicKey: publickey,
        PrivateKey: privatekey,
        PrivateKeyHash: privatekeyhash,
      });
      t.expect.status(made, 200, { what: 'PublicKey, PrivateKey, PrivateKeyHash' });
      const token = readToken(made).token;
      const sealed = sealMessage(pair.publicKey, 'a text');
      t.expect.status(await driver.request('PUT', { token, ...sealed }), 200);
      const read = await driver.request('GET', { token, PrivateKeyHash: privatekeyhash });
      t.expect.status(read, 200, { what: 'PrivateKeyHash' });
      t.expect.equal(textsOf(readList(read)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  },
  {
    requirement: 'keyservice.transport.header-credentials',
    title: 'token and passphrase are read from request headers',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'by header');
      const read = await driver.request('GET', {}, { headers: { token, passphrase } });
      t.expect.status(read, 200, { what: 'headers token and passphrase' });
      t.expect.equal(textsOf(readList(read)), ['by header'], 'the texts');
    },
  },
  {
    requirement: 'keyservice.transport.json-body',
    title: 'POST and PUT take their parameters from a JSON object',
    run: async (t, driver) => {
      await driver.onlineKey();
      const passphrase = driver.passphrase();
      const made = await t.send({ method: 'POST', path: driver.path, json: { passphrase } });
      t.expect.status(made, 200, { what: 'a JSON body' });
      const token = readToken(made).token;
      const json = { token, message: 'from JSON' };
      const sent = await t.send({ method: 'PUT', path: driver.path, json });
      t.expect.status(sent, 200, { what: 'a JSON body' });
      const read = await driver.messages(token, { passphrase });
      t.expect.equal(textsOf(read), ['from JSON'], 'the texts');
    },
  },
]);
