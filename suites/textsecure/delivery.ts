import { asyncapi } from '../../specs/textsecure/documents.gen.js';
import { schemaSet } from '../../specs/schemas.js';
import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { InboxMessage } from '../engine/out-of-band.js';
import { targetOf, type Account, type Driver } from './driver.js';
import { authorized, messages } from './requests.js';
import { envelopeText, readPush, shown } from './push-reader.js';
import { control } from './shared.js';
import { padded, readBase64, unpadded } from './wire/base64.js';
import {
  decrypt,
  envelopeLength,
  explainMac,
  macHolds,
  splitEnvelope,
  BadEnvelope,
  type Envelope,
} from './wire/envelope.js';
import { MalformedSignal, parseSignal } from './wire/signal.js';

const schemas = schemaSet(asyncapi);
const fiveMinutes = 300_000n;

/** A sender and a recipient with a push id. */
async function pair(
  driver: Driver,
  channel: 'gcm' | 'apn' = 'gcm',
): Promise<{ sender: Account; recipient: Account }> {
  const sender = await driver.account();
  return { sender, recipient: await driver.account({ push: channel }) };
}

/** The first push for an account, unopened; its absence is what the check is about. */
async function firstPush(t: TestContext, account: Account): Promise<InboxMessage> {
  const { channel, id } = targetOf(account);
  const message = await t.inbox.maybeNext(channel, id);
  return message ?? t.expect.fail(`no push reached the ${channel} id of the recipient`);
}

/** Sends one message and splits the envelope of its push; all of it is set-up. */
async function sentEnvelope(
  t: TestContext,
  driver: Driver,
  sender: Account,
  recipient: Account,
  after?: string,
): Promise<{ envelope: Envelope; id: string }> {
  await driver.deliver(sender, recipient, driver.body());
  return t.given('receiving a push', async () => {
    const { channel, id } = targetOf(recipient);
    const message = await t.inbox.next(channel, id, { after });
    try {
      return { envelope: splitEnvelope(envelopeText(message) ?? ''), id: message.id };
    } catch (error) {
      if (error instanceof BadEnvelope) return t.expect.fail(`its payload: ${error.message}`);
      throw error;
    }
  });
}

/** Sends a body in a text form of its own, and compares what arrives. */
async function arrivesWhole(
  t: TestContext,
  driver: Driver,
  people: { sender: Account; recipient: Account },
  body: Buffer,
  options: { text: string; what: string; escaped?: boolean; after?: string | undefined },
): Promise<string> {
  const { sender, recipient } = people;
  const message = { ...driver.message(recipient.number, body), body: options.text };
  const plain = messages(message);
  const escaped = JSON.stringify(plain.json).replaceAll('=', '\\u003d');
  const spec =
    options.escaped === true
      ? {
          method: plain.method,
          path: plain.path,
          headers: { 'Content-Type': 'application/json' },
          body: escaped,
        }
      : plain;
  const answer = await driver.as(sender, spec);
  t.expect.status(answer, 200, { what: options.what });
  const push = await driver.push(recipient, options.after);
  t.expect.bytes(push.signal.message ?? new Uint8Array(0), body, `the message (${options.what})`);
  return push.id;
}

export const deliveryChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.delivery.gcm-push-carries-payload',
    title: 'a GCM push holds the Base64 payload',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      await driver.deliver(sender, recipient, driver.body());
      const text = envelopeText(await firstPush(t, recipient));
      t.expect.ok(
        text !== null && readBase64(text) !== null && text !== '',
        'the push holds no Base64',
        {
          expected: 'the payload, bare or as a member',
          actual: text ?? 'no text at all',
        },
      );
    },
  },
  {
    requirement: 'textsecure.delivery.apn-push-carries-payload',
    title: 'an APN push holds the payload in its member m',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver, 'apn');
      const body = driver.body();
      await driver.deliver(sender, recipient, body);
      const push = readPush(await firstPush(t, recipient), recipient.signalingKey);
      t.expect.bytes(push.signal.message ?? new Uint8Array(0), body, 'the message of the push');
    },
  },
  {
    requirement: 'textsecure.delivery.apn-alert',
    title: 'an APN push has the alert text of the page',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver, 'apn');
      await driver.deliver(sender, recipient, driver.body());
      const message = await t.given('receiving a push', () => firstPush(t, recipient));
      if (schemas.at('/components/schemas/ApnPayload')(message.payload) === null) return;
      const { alert, aps } = (message.payload ?? {}) as {
        alert?: unknown;
        aps?: { alert?: unknown };
      };
      const text = alert ?? aps?.alert;
      t.expect.ok(typeof text === 'string' && text !== '', 'the push has no alert text', {
        expected: '"alert": "You have a new message!"',
        actual: shown(message.payload),
      });
      if (alert === undefined) t.deviate('the alert is aps.alert');
      else if (alert !== 'You have a new message!') t.deviate('the alert has another text');
    },
  },
  {
    requirement: 'textsecure.delivery.gcm-data-members',
    title: 'the data of a GCM push are type and message',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      await driver.deliver(sender, recipient, driver.body());
      const { payload } = await t.given('receiving a push', () => firstPush(t, recipient));
      const faults = schemas.at('/components/schemas/GcmPayload')(payload);
      t.expect.ok(faults === null, 'the data of the push are not the members type and message', {
        expected: '{"type": "message", "message": payload}',
        actual: shown(payload),
      });
      if (typeof payload === 'string') t.deviate('the push is the bare payload');
    },
  },
  {
    requirement: 'textsecure.delivery.exactly-one-push',
    title: 'one message makes one push',
    async run(t, driver) {
      for (const channel of ['gcm', 'apn'] as const) {
        const { sender, recipient } = await pair(driver, channel);
        const bodies = [driver.body(), driver.body()];
        for (const body of bodies) await driver.deliver(sender, recipient, body);
        const { id } = targetOf(recipient);
        const first = await t.inbox.maybeNext(channel, id);
        const second = await t.inbox.maybeNext(channel, id, { after: first?.id });
        const all = await t.inbox.list(channel, id);
        t.expect.ok(
          first !== null && second !== null,
          `two messages made ${first === null ? 'no push' : 'one push only'} (${channel})`,
        );
        t.expect.equal(all.length, 2, `the number of pushes for two messages (${channel})`);
        const opened = await t.given('opening the pushes', () =>
          Promise.resolve(all.map((push) => readPush(push, recipient.signalingKey))),
        );
        const received = opened.map((push) =>
          (push.signal.message ?? Buffer.alloc(0)).toString('hex'),
        );
        t.expect.equal(
          [...received].sort(),
          bodies.map((body) => body.toString('hex')).sort(),
          `the bodies that arrived (${channel})`,
        );
      }
    },
  },
  {
    requirement: 'textsecure.delivery.only-destination-notified',
    title: 'nobody but the destination is notified',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const bystander = await driver.account();
      await driver.deliver(sender, recipient, driver.body());
      await driver.deliver(sender, recipient, driver.body());
      const first = await driver.push(recipient);
      await driver.push(recipient, first.id);
      for (const [who, account] of [
        ['the sender', sender],
        ['an uninvolved account', bystander],
      ] as const) {
        const strays = await t.inbox.list('gcm', targetOf(account).id);
        t.expect.equal(strays.length, 0, `the number of pushes for ${who}`);
      }
      // Without this, a server that never notifies these two would have passed.
      await driver.deliver(sender, bystander, driver.body());
      await driver.push(bystander);
    },
  },
  {
    requirement: 'textsecure.delivery.envelope-layout',
    title: 'the payload is version, iv, ciphertext in blocks of 16, and a MAC of ten bytes',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      await driver.deliver(sender, recipient, driver.body());
      const message = await t.given('receiving a push', () => firstPush(t, recipient));
      const bytes = readBase64(envelopeText(message) ?? '!');
      if (bytes === null)
        return t.expect.fail('the payload is not Base64 of the standard alphabet');
      const inner = bytes.length - 27;
      t.expect.ok(inner >= 16 && inner % 16 === 0, 'the payload has another length', {
        expected: '27 + 16 k bytes, k at least 1',
        actual: `${String(bytes.length)} bytes`,
      });
    },
  },
  {
    requirement: 'textsecure.delivery.version-one',
    title: 'the version byte is 0x01',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const { envelope } = await sentEnvelope(t, driver, sender, recipient);
      t.expect.equal(envelope.version, 1, 'the first byte of the envelope');
    },
  },
  {
    requirement: 'textsecure.delivery.mac-verifies',
    title: 'the MAC is an HMAC over version, iv and ciphertext with the MAC half of the key',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const { envelope } = await sentEnvelope(t, driver, sender, recipient);
      if (macHolds(envelope, recipient.signalingKey)) return;
      if (macHolds(envelope, recipient.signalingKey, 'sha1')) {
        t.deviate('the MAC is HMAC-SHA1, which no client of the time accepts');
        return;
      }
      const looks = explainMac(envelope, recipient.signalingKey);
      t.expect.fail(`the MAC does not hold${looks === null ? '' : `: ${looks}`}`, {
        expected: 'the first 10 bytes of HMAC-SHA256(last 20 key bytes, version | iv | ciphertext)',
        actual: envelope.mac.toString('hex'),
      });
    },
  },
  {
    requirement: 'textsecure.delivery.mac-is-hmac-sha256',
    title: 'the hash of the MAC is SHA-256',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const { envelope } = await sentEnvelope(t, driver, sender, recipient);
      if (macHolds(envelope, recipient.signalingKey)) return;
      // A MAC over other bytes, or with another key, says nothing about its hash.
      await t.given('telling the hash of the MAC', () => {
        const sha1 = macHolds(envelope, recipient.signalingKey, 'sha1');
        t.expect.ok(sha1, 'it holds with no hash');
        return Promise.resolve();
      });
      t.expect.fail('the MAC is no HMAC-SHA256: it is SHA-1');
    },
  },
  {
    requirement: 'textsecure.delivery.decrypts-with-aes-256-cbc',
    title: 'the ciphertext is AES-256-CBC with the first 32 key bytes, and holds a signal',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const { envelope } = await sentEnvelope(t, driver, sender, recipient);
      try {
        const signal = parseSignal(decrypt(envelope, recipient.signalingKey));
        t.expect.ok(signal.message !== null, 'the signal has no field 6, message');
      } catch (error) {
        if (error instanceof BadEnvelope || error instanceof MalformedSignal) {
          t.expect.fail(`the ciphertext gives no signal: ${error.message}`);
        }
        throw error;
      }
    },
  },
  {
    requirement: 'textsecure.delivery.padding-at-every-length',
    title: 'PKCS#7 padding is right at every length of the signal',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      let after: string | undefined;
      const seen = new Set<number>();
      const macs = new Map<boolean, number>();
      for (let length = 3; length <= 48; length += 3) {
        const body = driver.body(length);
        await driver.deliver(sender, recipient, body);
        const { channel, id } = targetOf(recipient);
        const message = await t.given('receiving a push', () =>
          t.inbox.next(channel, id, { after }),
        );
        after = message.id;
        const push = readPush(message, recipient.signalingKey);
        seen.add(push.plain.length % 16);
        t.expect.bytes(
          push.signal.message ?? new Uint8Array(0),
          body,
          `a body of ${String(length)} bytes`,
        );
        t.expect.equal(
          push.envelope.bytes.length,
          envelopeLength(push.plain.length),
          `the envelope's length for ${String(push.plain.length)} bytes of signal`,
        );
        const holds =
          macHolds(push.envelope, recipient.signalingKey) ||
          macHolds(push.envelope, recipient.signalingKey, 'sha1');
        macs.set(holds, length);
      }
      // One that never holds is wrong for another reason than the padding.
      const failing = String(macs.get(false));
      t.expect.ok(
        macs.size === 1,
        `the MAC holds at some lengths, and not for a body of ${failing} bytes`,
      );
      if (seen.size < 16) t.deviate(`only ${String(seen.size)} of 16 lengths modulo 16 were seen`);
    },
  },
  {
    requirement: 'textsecure.delivery.fresh-iv',
    title: 'every push has a new iv',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const body = driver.body();
      const ivs = new Set<string>();
      const texts = new Set<string>();
      let after: string | undefined;
      for (let round = 0; round < 3; round += 1) {
        await driver.deliver(sender, recipient, body);
        const push = await driver.push(recipient, after);
        after = push.id;
        ivs.add(push.envelope.iv.toString('hex'));
        texts.add(push.envelope.ciphertext.toString('hex'));
      }
      t.expect.equal(ivs.size, 3, 'the number of different ivs of three pushes');
      t.expect.equal(texts.size, 3, 'the number of different ciphertexts of three pushes');
    },
  },
  {
    requirement: 'textsecure.delivery.body-byte-exact',
    title: 'the decoded body arrives byte for byte',
    async run(t, driver) {
      const people = await pair(driver);
      const every = Buffer.from(Array.from({ length: 258 }, (_, at) => at % 256));
      const zeros = Buffer.concat([Buffer.alloc(6), driver.body(18)]);
      let after: string | undefined;
      for (const [what, body] of [
        ['all byte values', every],
        ['zero bytes at the start', zeros],
        ['2,046 bytes', driver.body(2_046)],
      ] as const) {
        after = await arrivesWhole(t, driver, people, body, { text: padded(body), what, after });
      }
    },
  },
  {
    requirement: 'textsecure.delivery.unpadded-body-byte-exact',
    title: 'a body in Base64 without padding arrives whole',
    async run(t, driver) {
      const people = await pair(driver);
      let after: string | undefined;
      for (const length of [25, 26]) {
        const body = driver.body(length);
        const what = `unpadded, ${String(length)} bytes`;
        after = await arrivesWhole(t, driver, people, body, { text: unpadded(body), what, after });
      }
    },
  },
  {
    requirement: 'textsecure.delivery.padded-body-byte-exact',
    title: 'a body in Base64 with padding arrives whole',
    async run(t, driver) {
      const people = await pair(driver);
      let after: string | undefined;
      for (const length of [25, 26]) {
        for (const escaped of [false, true]) {
          const body = driver.body(length);
          const what = `padded, ${String(length)} bytes${escaped ? ', = as \\u003d' : ''}`;
          const options = { text: padded(body), what, escaped, after };
          after = await arrivesWhole(t, driver, people, body, options);
        }
      }
    },
  },
  {
    requirement: 'textsecure.delivery.source-is-sender',
    title: 'the signal names the sender, and no relay for a local one',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      await driver.deliver(sender, recipient, driver.body());
      const { signal } = await driver.push(recipient);
      t.expect.equal(signal.source, sender.number, 'source of the decrypted signal');
      t.expect.equal(signal.relay ?? '', '', 'relay in the decrypted signal of a local message');
    },
  },
  {
    requirement: 'textsecure.delivery.timestamp-in-milliseconds',
    title: 'the signal has a timestamp in milliseconds since the epoch',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      const now = await targetTime(t, sender);
      const body = driver.body();
      const message = driver.message(recipient.number, body, { timestamp: Number(now) });
      await control(t, 'sending a message', authorized(sender.authorization, messages(message)));
      const { signal } = await driver.push(recipient);
      const { timestamp } = signal;
      if (timestamp === null) return t.expect.fail('the signal has no timestamp (field 5)');
      const distance = timestamp > now ? timestamp - now : now - timestamp;
      const seconds = timestamp < now / 100n ? ': it looks like seconds' : '';
      t.expect.ok(distance <= fiveMinutes, `the timestamp is not the present time${seconds}`, {
        expected: `${String(now)} within five minutes`,
        actual: String(timestamp),
      });
    },
  },
  {
    requirement: 'textsecure.delivery.recipients-signaling-key',
    title: 'a push is protected with the newest key of its recipient',
    async run(t, driver) {
      const { sender, recipient } = await pair(driver);
      await driver.deliver(sender, recipient, driver.body());
      await opensWith(t, recipient, 'the recipient registered', sender.signalingKey);
      const again = await driver.withPushId(await driver.confirmAnew(recipient), 'gcm');
      await driver.deliver(sender, again, driver.body());
      await opensWith(t, again, 'the recipient registered last', recipient.signalingKey);
    },
  },
]);

/** The first push of an account opens with its own key, and not with another. */
async function opensWith(
  t: TestContext,
  account: Account,
  whose: string,
  other: Buffer,
): Promise<void> {
  const message = await t.given('receiving a push', () => firstPush(t, account));
  const envelope = await t.given('reading its payload', () =>
    Promise.resolve(splitEnvelope(envelopeText(message) ?? '')),
  );
  const opens = (key: Buffer): boolean =>
    macHolds(envelope, key) || macHolds(envelope, key, 'sha1') || decryptsTo(envelope, key);
  t.expect.ok(!opens(other), `the push opens with another key than the one that ${whose}`);
  t.expect.ok(opens(account.signalingKey), `the push does not open with the key that ${whose}`);
}

function decryptsTo(envelope: Envelope, key: Buffer): boolean {
  try {
    return parseSignal(decrypt(envelope, key)).message !== null;
  } catch {
    return false;
  }
}

/** The present time by the target's Date header, since its clock may have been moved. */
async function targetTime(t: TestContext, account: Account): Promise<bigint> {
  const spec = authorized(account.authorization, { method: 'GET', path: '/v1/attachments/' });
  return BigInt((await t.send(spec)).time);
}
