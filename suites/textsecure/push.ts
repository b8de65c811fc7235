import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { receiptOf, targetOf, type Account, type Driver } from './driver.js';
import { apnRegistration, authorized, basic, gcmRegistration, messages } from './requests.js';
import {
  badBodyTolerated,
  contrast,
  expectDone,
  nearMiss,
  refusesStrangers,
  refusesTruncated,
} from './shared.js';
import { tokenOf } from './wire/token.js';

const kinds = [
  { kind: 'gcm', register: gcmRegistration, member: 'gcmRegistrationId' },
  { kind: 'apn', register: apnRegistration, member: 'apnRegistrationId' },
] as const;

function wrongPassword(account: Account): string {
  return basic(account.number, nearMiss(account.password));
}

/** How many pushes an account's id has received; asked after a later message has arrived. */
async function count(t: TestContext, account: Account): Promise<number> {
  const { channel, id } = targetOf(account);
  return (await t.inbox.list(channel, id)).length;
}

export const pushChecks = defineArea<Driver>(import.meta.url, [
  ...kinds.map(({ kind, register }) => ({
    requirement: `textsecure.push.${kind}-id-accepted`,
    title: `a registration id of ${kind} is stored with 200`,
    run: async (t: TestContext, driver: Driver) => {
      const account = await driver.account({ push: null });
      const spec = register(driver.pushId(kind));
      await contrast(t, 'refusing a wrong password', authorized(wrongPassword(account), spec));
      expectDone(t, await driver.as(account, spec));
    },
  })),
  ...kinds.map(({ kind, register }) => ({
    requirement: `textsecure.push.${kind}-credentials-required`,
    title: `storing an id of ${kind} needs valid credentials`,
    run: async (t: TestContext, driver: Driver) => {
      const account = await driver.account({ push: null });
      await refusesStrangers(t, account, register(driver.pushId(kind)), wrongPassword(account));
    },
  })),
  ...kinds.map(({ kind, register, member }) => ({
    requirement: `textsecure.push.${kind}-malformed-json-415`,
    title: `cut-off JSON is refused with 415 (${kind})`,
    run: async (t: TestContext, driver: Driver) => {
      const account = await driver.account({ push: null });
      const whole = register(driver.pushId(kind));
      const cut = {
        method: whole.method,
        path: whole.path,
        headers: { 'Content-Type': 'application/json' },
        body: `{"${member}": "x`,
      };
      await refusesTruncated(t, driver, account, whole, cut, badBodyTolerated);
    },
  })),
  {
    requirement: 'textsecure.push.missing-member-refused',
    title: 'a push registration without an id is refused',
    async run(t, driver) {
      const account = await driver.account({ push: null });
      for (const { kind, register, member } of kinds) {
        const good = register(driver.pushId(kind));
        for (const json of [{}, { [member]: '' }]) {
          const answer = await driver.as(account, { ...good, json });
          const what = `the body ${JSON.stringify(json)}`;
          t.expect.status(answer, 415, { tolerate: badBodyTolerated, what });
        }
        await t.given('storing an id', async () => {
          t.expect.status(await driver.as(account, good), [200, 204]);
        });
      }
    },
  },
  {
    requirement: 'textsecure.push.new-id-replaces-old',
    title: 'the id registered last gets the pushes, and the one before none',
    async run(t, driver) {
      const sender = await driver.account();
      const old = await driver.account();
      const recipient = await driver.withPushId(old, 'gcm');
      await driver.deliver(sender, recipient, driver.body());
      const { id } = targetOf(recipient);
      const message = await t.inbox.maybeNext('gcm', id);
      t.expect.ok(message !== null, 'no push reached the id that was registered last');
      t.expect.equal(await count(t, old), 0, 'the number of pushes at the id registered before');
    },
  },
  {
    requirement: 'textsecure.push.latest-kind-wins',
    title: 'an id of one kind forgets that of the other',
    async run(t, driver) {
      const sender = await driver.account();
      for (const [first, second] of [
        ['gcm', 'apn'],
        ['apn', 'gcm'],
      ] as const) {
        const old = await driver.account({ push: first });
        const recipient = await driver.withPushId(old, second);
        await driver.deliver(sender, recipient, driver.body());
        const message = await t.inbox.maybeNext(second, targetOf(recipient).id);
        t.expect.ok(message !== null, `no push reached the id of ${second}, registered last`);
        t.expect.equal(
          await count(t, old),
          0,
          `the number of pushes at the earlier id of ${first}`,
        );
      }
    },
  },
  {
    requirement: 'textsecure.push.id-deleted',
    title: 'an account whose push id was removed cannot be reached',
    async run(t, driver) {
      const sender = await driver.account();
      for (const { kind } of kinds) {
        const account = await driver.account({ push: kind });
        const listed = await driver.listed(sender, [account.number]);
        if (listed.length === 0) t.skip('the number was not in the directory to begin with');
        const path = `/v1/accounts/${kind}/`;
        const answer = await driver.as(account, { method: 'DELETE', path });
        t.expect.status(answer, [200, 204], { what: `removing the id of ${kind}` });
        t.expect.equal(
          await driver.listed(sender, [account.number]),
          [],
          'the directory entry of an account without a push id',
        );
        const send = messages(driver.message(account.number, driver.body()));
        const receipt = receiptOf(await driver.as(sender, send));
        t.expect.equal(receipt.failure, [account.number], 'the list failure');
      }
    },
  },
  {
    requirement: 'textsecure.push.not-registered-id-cleared',
    title: 'an id that the push service no longer knows fails and is forgotten',
    async run(t, driver) {
      const sender = await driver.account();
      const account = await driver.account();
      await driver.deliver(sender, account, driver.body());
      await t.trigger({ event: 'gcm-not-registered', affects: [targetOf(account).id] });
      const send = messages(driver.message(account.number, driver.body()));
      const answer = await driver.as(sender, send);
      t.expect.status(answer, 200, { what: 'a message to an id that is not registered' });
      const receipt = receiptOf(answer);
      t.expect.equal(receipt.failure, [account.number], 'the list failure');
      t.expect.equal(receipt.success, [], 'the list success');
      const listed = await driver.listed(sender, [account.number, sender.number]);
      t.expect.equal(listed, [tokenOf(sender.number)], 'the directory entries of both numbers');
    },
  },
]);
