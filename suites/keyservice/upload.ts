import { defineArea, type Check } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { sealMessage } from './crypto/envelope.js';
import type { Driver } from './driver.js';
import { readList, readToken, textsOf } from './reading.js';
import { expectRefused } from './requests.js';

/** An upload with a hash of a certain kind, which then opens the mailbox. */
function anyHash(variant: string, make: (t: TestContext) => string): Check<Driver> {
  return {
    requirement: 'keyservice.upload.hash-any-string',
    variant,
    title: `any string serves as privatekeyhash: ${variant}`,
    run: async (t, driver) => {
      const hash = make(t);
      const pair = await driver.keyPair();
      await driver.uploadedKey();
      const values = driver.uploadValues(pair, driver.passphrase(), hash);
      const made = await driver.request('POST', values);
      t.expect.status(made, 200, { what: 'a hash of free choice' });
      const token = readToken(made).token;
      const sealed = sealMessage(pair.publicKey, 'offline');
      t.expect.status(await driver.request('PUT', { token, ...sealed }), 200);
      const answer = await driver.request('GET', { token, privatekeyhash: hash });
      t.expect.status(answer, 200, { what: 'the same hash' });
      t.expect.equal(textsOf(readList(answer)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  };
}

export const uploadChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.upload.full-answers-200',
    title: 'a key pair with its hash is taken, and its token takes messages',
    run: async (t, driver) => {
      const values = driver.uploadValues(await driver.keyPair(), driver.passphrase());
      const made = await driver.request('POST', values);
      t.expect.status(made, 200);
      const { token, name } = readToken(made);
      if (name !== 'KeyToken') {
        t.deviate(`the token is ${name === '' ? 'a bare string' : `under ${name}`}, not KeyToken`);
      }
      const sent = await driver.request('PUT', { token, message: 'first' });
      t.expect.status(sent, 200, { what: 'with the token of the upload' });
    },
  },
  {
    requirement: 'keyservice.upload.private-key-optional',
    title: 'a public key with a hash alone can be uploaded and used offline',
    run: async (t, driver) => {
      const pair = await driver.keyPair();
      const { publickey = '', privatekeyhash = '' } = driver.uploadValues(
        pair,
        driver.passphrase(),
      );
      const made = await driver.request('POST', { publickey, privatekeyhash });
      if (made.status === 400) await driver.uploadedKey();
      const right = t.expect.status(made, 200, { tolerate: 400, what: 'without privatekey' });
      if (!right) return;
      const token = readToken(made).token;
      const sealed = sealMessage(pair.publicKey, 'offline');
      t.expect.status(await driver.request('PUT', { token, ...sealed }), 200);
      const answer = await driver.request('GET', { token, privatekeyhash });
      t.expect.status(answer, 200, { what: 'the hash of the upload' });
      t.expect.equal(textsOf(readList(answer)), [sealed.encryptedmessage], 'the ciphertexts');
    },
  },
  anyHash('words', (t) => `My Hash / 1+1=2 %20 MixedCase ${t.random.text(6)}`),
  anyHash('character', () => 'x'),
  anyHash('digits', (t) => Buffer.from(t.random.bytes(32)).toString('hex')),
  {
    requirement: 'keyservice.upload.public-key-echoed',
    title: 'the answer repeats the public key as it was sent',
    run: async (t, driver) => {
      const { answer, pair } = await driver.uploadedKey();
      t.expect.equal(answer.object().PublicKey, pair.publicText, 'PublicKey');
    },
  },
  {
    requirement: 'keyservice.upload.same-key-twice',
    title: 'one key pair uploaded twice makes two mailboxes',
    run: async (t, driver) => {
      const values = driver.uploadValues(await driver.keyPair(), driver.passphrase());
      const tokens: string[] = [];
      for (const what of ['a key pair', 'the same key pair again']) {
        const made = await driver.request('POST', values);
        t.expect.status(made, 200, { what });
        tokens.push(readToken(made).token);
      }
      t.expect.notEqual(tokens[0], tokens[1], 'the token of the second upload');
    },
  },
  {
    requirement: 'keyservice.upload.enables-online-reading',
    title: 'a key uploaded with its encrypted private key is read with the passphrase',
    run: async (t, driver) => {
      const { token, passphrase, hash } = await driver.uploadedKey();
      const message = `text ${t.random.text(8)}`;
      await driver.sent(token, message);
      const answer = await driver.request('GET', { token, passphrase });
      await driver.messages(token, { privatekeyhash: hash });
      t.expect.status(answer, 200, { what: 'the passphrase of the uploaded private key' });
      t.expect.equal(textsOf(await driver.messages(token, { passphrase })), [message], 'the texts');
    },
  },
  {
    requirement: 'keyservice.upload.without-private-key-not-online',
    title: 'a key without an uploaded private key is not decrypted for any passphrase',
    run: async (t, driver) => {
      const key = await driver.publicOnlyKey();
      if (key === null) return;
      const message = `hidden ${t.random.text(8)}`;
      await driver.sent(key.token, message);
      const answer = await driver.request('GET', { token: key.token, passphrase: key.passphrase });
      await driver.messages(key.token, { privatekeyhash: key.hash });
      expectRefused(t, answer, { what: 'a passphrase where no private key is', hides: [message] });
    },
  },
]);
