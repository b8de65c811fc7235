import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { CheckFailure } from '../engine/outcome.js';
import { succeeded, type Account, type Driver } from './driver.js';
import {
  basic,
  authorized,
  codeRequest,
  keyUpload,
  preKeyRequest,
  truncated,
  type PreKey,
  type Upload,
} from './requests.js';
import { shown } from './push-reader.js';
import {
  badBodyTolerated,
  contrast,
  control,
  expectDone,
  nearMiss,
  refusesTruncated,
} from './shared.js';
import { padded } from './wire/base64.js';

const lastResortId = 0xffffff;

/** The three members that an answer is compared by. */
function keyOf(exchange: Exchange): PreKey {
  const { keyId, publicKey, identityKey } = exchange.object();
  return { keyId, publicKey, identityKey } as PreKey;
}

/** One prekey of a number, as set-up. */
function fetch(t: TestContext, driver: Driver, caller: Account, owner: Account): Promise<PreKey> {
  return t.given('fetching a prekey', async () => {
    const exchange = await driver.as(caller, preKeyRequest(owner.number));
    succeeded(exchange);
    return keyOf(exchange);
  });
}

/** Prekeys of a number, one after the other, each by the caller named. */
async function fetchAll(
  t: TestContext,
  driver: Driver,
  callers: readonly Account[],
  owner: Account,
): Promise<PreKey[]> {
  const keys: PreKey[] = [];
  for (const caller of callers) keys.push(await fetch(t, driver, caller, owner));
  return keys;
}

function ids(keys: readonly PreKey[]): readonly number[] {
  return keys.map((key) => key.keyId);
}

function wrongPassword(account: Account): string {
  return basic(account.number, nearMiss(account.password));
}

/** An upload without some of its members, or with others. */
function changed(upload: Upload, change: object): ReturnType<typeof keyUpload> {
  return keyUpload({ ...upload, ...change });
}

export const prekeyChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.prekeys.upload-accepted',
    title: 'one-time prekeys and a last-resort key are stored with 200',
    async run(t, driver) {
      const owner = await driver.account();
      const spec = keyUpload(driver.upload([1, 2, 3]));
      await contrast(t, 'refusing a wrong password', authorized(wrongPassword(owner), spec));
      expectDone(t, await driver.as(owner, spec));
    },
  },
  {
    requirement: 'textsecure.prekeys.upload-credentials-required',
    title: 'storing prekeys needs valid credentials, and a refusal changes nothing',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const kept = driver.upload([1]);
      await driver.store(owner, kept);
      const other = keyUpload(driver.upload([2]));
      const none = await t.send(other);
      const wrong = await t.send(authorized(wrongPassword(owner), other));
      t.expect.status(none, 401, { what: 'no Authorization header' });
      t.expect.status(wrong, 401, { what: 'a wrong password' });
      const served = await fetch(t, driver, caller, owner);
      t.expect.equal(served, kept.keys[0], 'the key served after the refused uploads');
    },
  },
  {
    requirement: 'textsecure.prekeys.upload-malformed-json-415',
    title: 'cut-off JSON is refused with 415',
    async run(t, driver) {
      const owner = await driver.account();
      const spec = keyUpload(driver.upload([1]));
      await refusesTruncated(t, driver, owner, spec, truncated(spec), badBodyTolerated);
    },
  },
  {
    requirement: 'textsecure.prekeys.missing-member-refused',
    title: 'an upload without one of its members is refused, and the stored keys stay',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const kept = driver.upload([1]);
      await driver.store(owner, kept);
      const other = driver.upload([2]);
      const [first] = other.keys;
      for (const [what, spec] of [
        ['no lastResortKey', changed(other, { lastResortKey: undefined })],
        ['no keys', changed(other, { keys: undefined })],
        ['a key without publicKey', changed(other, { keys: [{ ...first, publicKey: undefined }] })],
      ] as const) {
        const answer = await driver.as(owner, spec);
        t.expect.status(answer, 415, { tolerate: badBodyTolerated, what });
      }
      t.expect.equal(await fetch(t, driver, caller, owner), kept.keys[0], 'the key served then');
    },
  },
  {
    requirement: 'textsecure.prekeys.bad-key-material-refused',
    title: 'keys that break the rules of the page are refused',
    async run(t, driver) {
      const owner = await driver.account();
      const good = driver.upload([1]);
      const [first] = good.keys;
      await contrast(
        t,
        'refusing a wrong password',
        authorized(wrongPassword(owner), keyUpload(good)),
      );
      const short = padded(Buffer.concat([Buffer.of(5), t.random.bytes(31)]));
      const typeless = padded(Buffer.concat([Buffer.of(6), t.random.bytes(32)]));
      for (const [what, keys] of [
        ['a public key of 32 bytes', [{ ...first, publicKey: short }]],
        ['a first byte of 0x06', [{ ...first, publicKey: typeless }]],
        ['an id of 25 bits', [{ ...first, keyId: 0x1000000 }]],
        ['an id given twice', [first, first]],
      ] as const) {
        const answer = await driver.as(owner, changed(good, { keys }));
        t.expect.status(answer, 415, { tolerate: [200, 204, ...badBodyTolerated], what });
      }
      await control(t, 'good keys', authorized(owner.authorization, keyUpload(good)));
    },
  },
  {
    requirement: 'textsecure.prekeys.keys-returned-verbatim',
    title: 'a prekey comes back as it was uploaded, over all 24 bits of its id',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const stored = driver.upload([1, 65_536, 16_777_214]);
      await driver.store(owner, stored);
      for (let round = 0; round < stored.keys.length; round += 1) {
        const exchange = await driver.as(caller, preKeyRequest(owner.number));
        t.expect.status(exchange, 200);
        const served = keyOf(exchange);
        const original = stored.keys.find((key) => key.keyId === served.keyId);
        t.expect.ok(original !== undefined, 'keyId is none of the uploaded numbers', {
          expected: stored.keys.map((key) => key.keyId).join(', '),
          actual: shown(served.keyId),
        });
        t.expect.equal(served, original, `the prekey ${String(served.keyId)}`);
        t.expect.notEqual(served.publicKey, served.identityKey, 'public key and identity key');
      }
    },
  },
  {
    requirement: 'textsecure.prekeys.key-id-zero',
    title: 'a key id may be 0',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const stored = driver.upload([0]);
      await driver.store(owner, stored);
      const exchange = await driver.as(caller, preKeyRequest(owner.number));
      t.expect.status(exchange, 200);
      const answer = exchange.object();
      t.expect.equal(
        answer.publicKey,
        stored.keys[0]?.publicKey,
        'the public key of the key with id 0',
      );
      if (!('keyId' in answer)) t.deviate('keyId is left out for the key with id 0');
      else t.expect.equal(answer.keyId, 0, 'keyId');
    },
  },
  {
    requirement: 'textsecure.prekeys.one-time-key-served-once',
    title: 'a one-time prekey is handed out at most once',
    async run(t, driver) {
      const owner = await driver.account();
      const [a, b] = [await driver.account(), await driver.account()];
      const uploaded = [11, 12, 13, 14, 15, 16];
      await driver.store(owner, driver.upload(uploaded));
      const served = ids(await fetchAll(t, driver, [a, a, b, a, b], owner));
      t.expect.equal(
        new Set(served).size,
        5,
        `the number of different ids among ${served.join(', ')}`,
      );
      t.expect.ok(
        served.every((id) => uploaded.includes(id)),
        'an id was served that is no one-time key',
        {
          expected: uploaded.join(', '),
          actual: served.join(', '),
        },
      );
    },
  },
  {
    requirement: 'textsecure.prekeys.concurrent-requests-get-distinct-keys',
    title: 'requests at the same time do not receive the same one-time prekey',
    async run(t, driver) {
      const owner = await driver.account();
      const [a, b] = [await driver.account(), await driver.account()];
      await driver.store(owner, driver.upload([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]));
      const answers = await Promise.all(
        [a, b, a, b, a, b].map((caller) => driver.as(caller, preKeyRequest(owner.number))),
      );
      const served = answers.filter((answer) => answer.status === 200).map(keyOf);
      await t.given('prekeys in parallel', () => {
        if (served.length < 2) throw new CheckFailure('fewer than two of six requests succeeded');
        return Promise.resolve();
      });
      t.expect.equal(
        new Set(ids(served)).size,
        served.length,
        `the number of different ids among ${ids(served).join(', ')}`,
      );
      if (served.length < answers.length) {
        t.deviate(
          `${String(answers.length - served.length)} of six parallel requests were refused`,
        );
      }
    },
  },
  {
    requirement: 'textsecure.prekeys.key-ids-scoped-to-account',
    title: 'the same key id at another account is another key',
    async run(t, driver) {
      const [first, second] = [await driver.account(), await driver.account()];
      const caller = await driver.account();
      const [ofFirst, ofSecond] = [driver.upload([1, 2]), driver.upload([1, 2])];
      await driver.store(first, ofFirst);
      await driver.store(second, ofSecond);
      const one = await fetchAll(t, driver, [caller, caller], first);
      const two = await fetchAll(t, driver, [caller, caller], second);
      const sorted = (keys: readonly PreKey[]): PreKey[] =>
        [...keys].sort((a, b) => a.keyId - b.keyId);
      t.expect.equal(sorted(one), ofFirst.keys, 'the keys of the first account');
      t.expect.equal(sorted(two), ofSecond.keys, 'the keys of the second account');
    },
  },
  {
    requirement: 'textsecure.prekeys.last-resort-after-one-time-keys',
    title: 'the last-resort key is handed out when and only when the one-time keys are used up',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const stored = driver.upload([41, 42]);
      await driver.store(owner, stored);
      const early = ids(await fetchAll(t, driver, [caller, caller], owner));
      t.expect.equal([...early].sort(), [41, 42], 'the ids of the first two keys');
      const exchange = await driver.as(caller, preKeyRequest(owner.number));
      t.expect.status(exchange, 200, { what: 'one-time keys used up' });
      const third = keyOf(exchange);
      t.expect.equal(third.keyId, lastResortId, 'the id of the third key');
      t.expect.equal(third.publicKey, stored.lastResortKey.publicKey, 'its public key');
    },
  },
  {
    requirement: 'textsecure.prekeys.last-resort-key-reusable',
    title: 'the last-resort key never runs out',
    async run(t, driver) {
      const owner = await driver.account();
      const [a, b] = [await driver.account(), await driver.account()];
      const stored = driver.upload([51]);
      await driver.store(owner, stored);
      await fetchAll(t, driver, [a, a], owner);
      for (const round of ['second', 'third']) {
        const exchange = await driver.as(b, preKeyRequest(owner.number));
        t.expect.status(exchange, 200, { what: `the last-resort key for the ${round} time` });
        t.expect.equal(keyOf(exchange), stored.lastResortKey, 'the key served');
      }
    },
  },
  {
    requirement: 'textsecure.prekeys.served-in-upload-order',
    title: 'one-time keys are handed out in the order of their upload',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      await driver.store(owner, driver.upload([30, 10, 20]));
      const served = ids(await fetchAll(t, driver, [caller, caller, caller], owner));
      t.expect.equal(served, [30, 10, 20], 'the order of the ids');
    },
  },
  {
    requirement: 'textsecure.prekeys.new-upload-replaces-old',
    title: 'an upload replaces all keys stored before',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      await driver.store(owner, driver.upload([1, 2, 3]));
      const second = driver.upload([61]);
      await driver.store(owner, second);
      const served = await fetchAll(t, driver, [caller, caller], owner);
      t.expect.equal(served, [...second.keys, second.lastResortKey], 'the keys served');
    },
  },
  {
    requirement: 'textsecure.prekeys.unknown-number-404',
    title: 'a prekey of an unknown or unconfirmed number is refused with 404',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      await driver.store(owner, driver.upload([1]));
      const pending = driver.number();
      await control(t, 'a code request', codeRequest(pending, 'sms'));
      const unknown = await driver.as(caller, preKeyRequest(driver.number()));
      const unconfirmed = await driver.as(caller, preKeyRequest(pending));
      await fetch(t, driver, caller, owner);
      t.expect.status(unknown, 404, { what: 'a number that was never used' });
      t.expect.status(unconfirmed, 404, { what: 'a number with a pending code only' });
    },
  },
  {
    requirement: 'textsecure.prekeys.no-keys-404',
    title: 'a registered number without prekeys answers 404',
    async run(t, driver) {
      const [owner, keyless] = [await driver.account(), await driver.account()];
      const caller = await driver.account();
      await driver.store(owner, driver.upload([1]));
      const answer = await driver.as(caller, preKeyRequest(keyless.number));
      await fetch(t, driver, caller, owner);
      t.expect.status(answer, 404, { what: 'an account that never uploaded' });
    },
  },
  {
    requirement: 'textsecure.prekeys.get-credentials-required',
    title: 'asking for a prekey needs valid credentials, and a refusal uses up none',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const stored = driver.upload([71]);
      await driver.store(owner, stored);
      const spec = preKeyRequest(owner.number);
      const none = await t.send(spec);
      const wrong = await t.send(authorized(wrongPassword(caller), spec));
      const served = await fetch(t, driver, caller, owner);
      t.expect.status(none, 401, { what: 'no Authorization header' });
      t.expect.status(wrong, 401, { what: 'a wrong password' });
      t.expect.equal(served, stored.keys[0], 'the key served after two refused requests');
    },
  },
]);
