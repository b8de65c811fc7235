import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { receiptOf, targetOf, type Account, type Driver } from './driver.js';
import { authorized, basic, messages, truncated, type OutgoingMessage } from './requests.js';
import { badBodyTolerated, contrast, control, nearMiss, refusesTruncated } from './shared.js';

/** A submission that is judged by its status and its two lists. */
async function submit(
  t: TestContext,
  driver: Driver,
  sender: Account,
  list: readonly OutgoingMessage[],
  what: string,
): Promise<ReturnType<typeof receiptOf>> {
  const answer = await driver.as(sender, messages(...list));
  t.expect.status(answer, 200, { what });
  return receiptOf(answer);
}

/** Where pushes can be read, the body must have arrived at the account. */
async function arrived(
  t: TestContext,
  driver: Driver,
  account: Account,
  body: Buffer,
): Promise<void> {
  if (!t.has('push-inbox')) return;
  const { channel, id } = targetOf(account);
  const message = await t.inbox.maybeNext(channel, id);
  if (message === null) return t.expect.fail('a number listed in success received no push');
  const push = await driver.push(account);
  t.expect.bytes(push.signal.message ?? new Uint8Array(0), body, 'the message of the push');
}

export const messageChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.messages.single-accepted',
    title: 'a message to a reachable number is reported in success',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const message = driver.message(recipient.number, driver.body());
      const receipt = await submit(t, driver, sender, [message], 'one message');
      t.expect.equal(receipt, { success: [recipient.number], failure: [] }, 'the answer');
    },
  },
  {
    requirement: 'textsecure.messages.unknown-number-in-failure',
    title: 'a number that cannot be reached is reported in failure, with status 200',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const unknown = driver.number();
      const message = driver.message(unknown, driver.body());
      const receipt = await submit(t, driver, sender, [message], 'a message to an unknown number');
      await driver.deliver(sender, recipient, driver.body());
      t.expect.equal(receipt, { success: [], failure: [unknown] }, 'the answer');
    },
  },
  {
    requirement: 'textsecure.messages.batch-accepted',
    title: 'one request may carry messages for several numbers',
    async run(t, driver) {
      const sender = await driver.account();
      const recipients = [await driver.account(), await driver.account(), await driver.account()];
      const bodies = recipients.map(() => driver.body());
      const list = recipients.map((recipient, at) =>
        driver.message(recipient.number, bodies[at] ?? driver.body()),
      );
      const receipt = await submit(t, driver, sender, list, 'three messages');
      const numbers = recipients.map((recipient) => recipient.number);
      t.expect.equal([...receipt.success].sort(), [...numbers].sort(), 'the list success');
      t.expect.equal(receipt.failure, [], 'the list failure');
      for (const [at, recipient] of recipients.entries()) {
        await arrived(t, driver, recipient, bodies[at] ?? Buffer.alloc(0));
      }
    },
  },
  {
    requirement: 'textsecure.messages.partial-failure-isolated',
    title: 'a number that fails does not keep the others of its request from being served',
    async run(t, driver) {
      const sender = await driver.account();
      const [first, last] = [await driver.account(), await driver.account()];
      const unknown = driver.number();
      const [a, b] = [driver.body(), driver.body()];
      const list = [
        driver.message(first.number, a),
        driver.message(unknown, driver.body()),
        driver.message(last.number, b),
      ];
      const receipt = await submit(t, driver, sender, list, 'an unknown number between two others');
      t.expect.equal(
        [...receipt.success].sort(),
        [first.number, last.number].sort(),
        'the list success',
      );
      t.expect.equal(receipt.failure, [unknown], 'the list failure');
      await arrived(t, driver, first, a);
      await arrived(t, driver, last, b);
    },
  },
  {
    requirement: 'textsecure.messages.credentials-required',
    title: 'sending needs valid credentials, and a refusal delivers nothing',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const refused = messages(driver.message(recipient.number, driver.body()));
      const wrongPassword = basic(sender.number, nearMiss(sender.password));
      const none = await t.send(refused);
      const wrong = await t.send(authorized(wrongPassword, refused));
      const body = driver.body();
      await driver.deliver(sender, recipient, body);
      t.expect.status(none, 401, { what: 'no Authorization header' });
      t.expect.status(wrong, 401, { what: 'a wrong password' });
      if (!t.has('push-inbox')) return;
      await driver.push(recipient);
      const { channel, id } = targetOf(recipient);
      t.expect.equal((await t.inbox.list(channel, id)).length, 1, 'the number of pushes');
    },
  },
  {
    requirement: 'textsecure.messages.malformed-json-415',
    title: 'cut-off JSON is refused with 415',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const whole = messages(driver.message(recipient.number, driver.body()));
      const tolerate = [...badBodyTolerated, 501];
      await refusesTruncated(t, driver, sender, whole, truncated(whole), tolerate);
    },
  },
  {
    requirement: 'textsecure.messages.missing-member-415',
    title: 'a request without messages, or a message without destination or body, is refused',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const { destination, body, ...rest } = driver.message(recipient.number, driver.body());
      const good = messages({ ...rest, destination, body });
      const answers = [];
      for (const [what, json] of [
        ['the body {}', {}],
        ['a message without destination', { messages: [{ ...rest, body }] }],
        ['a message without body', { messages: [{ ...rest, destination }] }],
      ] as const) {
        answers.push({ what, answer: await driver.as(sender, { ...good, json }) });
      }
      await control(t, 'a complete message', authorized(sender.authorization, good));
      for (const { what, answer } of answers) {
        t.expect.status(answer, 415, { tolerate: badBodyTolerated, what });
      }
    },
  },
  {
    requirement: 'textsecure.messages.wrong-type-refused',
    title: 'a member of a wrong type is refused',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const message = driver.message(recipient.number, driver.body());
      const good = messages(message);
      const answers = [];
      for (const [what, json] of [
        ['a text as messages', { messages: 'text' }],
        ['an object as body', { messages: [{ ...message, body: {} }] }],
        ['a text as type', { messages: [{ ...message, type: 'one' }] }],
      ] as const) {
        answers.push({ what, answer: await driver.as(sender, { ...good, json }) });
      }
      await control(t, 'members of the right types', authorized(sender.authorization, good));
      for (const { what, answer } of answers) {
        t.expect.status(answer, 415, { tolerate: [...badBodyTolerated, 501], what });
      }
    },
  },
  {
    requirement: 'textsecure.messages.unencoded-body-refused',
    title: 'a body that is not Base64 is refused',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const message = driver.message(recipient.number, driver.body());
      const bad = messages({ ...message, body: '!!!!%%%%????' });
      await contrast(t, 'refusing a stranger', messages(message));
      const answer = await driver.as(sender, bad);
      await control(t, 'a body in Base64', authorized(sender.authorization, messages(message)));
      const tolerate = [200, 501, ...badBodyTolerated];
      t.expect.status(answer, 415, { tolerate, what: 'characters of no Base64 alphabet' });
    },
  },
  {
    requirement: 'textsecure.messages.timestamp-optional',
    title: 'timestamp may be left out, and may be a number',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      await contrast(
        t,
        'refusing a stranger',
        messages(driver.message(recipient.number, driver.body())),
      );
      const { timestamp, ...without } = driver.message(recipient.number, driver.body());
      for (const [what, message] of [
        ['a message without timestamp', without],
        ['a message with a number as timestamp', { ...without, timestamp: timestamp ?? 0 }],
      ] as const) {
        const receipt = await submit(t, driver, sender, [message], what);
        t.expect.equal(receipt.success, [recipient.number], `the list success for ${what}`);
      }
    },
  },
  {
    requirement: 'textsecure.messages.no-push-id-in-failure',
    title: 'a confirmed number without a push id is reported in failure',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const silent = await driver.account({ push: null });
      const message = driver.message(silent.number, driver.body());
      const receipt = await submit(t, driver, sender, [message], 'a number without a push id');
      await driver.deliver(sender, recipient, driver.body());
      t.expect.equal(receipt, { success: [], failure: [silent.number] }, 'the answer');
    },
  },
  {
    requirement: 'textsecure.messages.to-oneself',
    title: 'a client may send a message to its own number',
    async run(t, driver) {
      const account = await driver.account();
      const unknown = driver.number();
      const other = await submit(
        t,
        driver,
        account,
        [driver.message(unknown, driver.body())],
        'a stranger',
      );
      const message = driver.message(account.number, driver.body());
      const receipt = await submit(t, driver, account, [message], 'a message to oneself');
      if (other.success.includes(unknown)) t.skip('every number is reported in success');
      t.expect.equal(receipt.success, [account.number], 'the list success');
    },
  },
  {
    requirement: 'textsecure.messages.type-forwarded',
    title: 'the recipient learns the type that the sender gave',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      let after: string | undefined;
      for (const type of [0, 1, 3]) {
        await driver.deliver(sender, recipient, driver.body(), type);
        const push = await driver.push(recipient, after);
        after = push.id;
        t.expect.equal(push.signal.type ?? 0, type, 'the type in the decrypted signal');
      }
    },
  },
]);
