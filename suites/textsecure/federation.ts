import { Buffer } from 'node:buffer';
import { defineArea } from '../engine/check.js';
import { contactsOf, receiptOf, type Driver } from './driver.js';
import { authorized, intersection, messages, preKeyRequest } from './requests.js';
import { contrast } from './shared.js';
import { readPush, shown } from './push-reader.js';
import { tokenOf } from './wire/token.js';

export const federationChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.federation.relayed-prekey',
    title: 'a prekey of a number at a federated node is fetched through relay',
    async run(t, driver) {
      const { number, relay } = driver.federation();
      const caller = await driver.account();
      const stranger = preKeyRequest(driver.number(), relay);
      await contrast(
        t,
        'telling a number of that node from another',
        authorized(caller.authorization, stranger),
      );
      const exchange = await driver.as(caller, preKeyRequest(number, relay));
      t.expect.status(exchange, 200, { what: 'a number at a federated node' });
      const { keyId, publicKey, identityKey } = exchange.object();
      t.expect.ok(Number.isInteger(keyId), 'keyId is no number');
      t.expect.text(publicKey, 'publicKey');
      t.expect.text(identityKey, 'identityKey');
    },
  },
  {
    requirement: 'textsecure.federation.relayed-message',
    title: 'a message with relay is handed to that node',
    async run(t, driver) {
      const { number, relay } = driver.federation();
      const sender = await driver.account();
      const unknown = driver.number();
      const stranger = messages(driver.message(unknown, driver.body(), { relay }));
      await t.given('telling a number of that node from another', async () => {
        const receipt = receiptOf(await driver.as(sender, stranger));
        t.expect.equal(receipt.success, [], 'the list success for a number that nobody has');
      });
      const message = driver.message(number, driver.body(), { relay });
      const exchange = await driver.as(sender, messages(message));
      t.expect.status(exchange, 200, { what: 'a number at a federated node' });
      t.expect.equal(receiptOf(exchange), { success: [number], failure: [] }, 'the answer');
    },
  },
  {
    requirement: 'textsecure.federation.relayed-delivery',
    title: 'the message reaches the device at the other node, which learns where it comes from',
    async run(t, driver) {
      const { number, relay, pushId, signalingKey } = driver.federation();
      if (pushId === undefined || signalingKey === undefined) {
        t.skip(
          'needs pushId and signalingKey in systems.textsecure.federation, which the profile leaves out',
        );
      }
      const key = Buffer.from(signalingKey ?? '', 'base64');
      const sender = await driver.account();
      const body = driver.body();
      const message = driver.message(number, body, { relay });
      await t.given('sending to the federated node', async () => {
        const receipt = receiptOf(await driver.as(sender, messages(message)));
        t.expect.equal(receipt.success, [number], 'the list success');
      });
      // All tests share that device: its push is the one with this body.
      const found = await t.inbox.maybeNext('gcm', pushId ?? '', {
        fits: (entry) => {
          try {
            return readPush(entry, key).signal.message?.equals(body) === true;
          } catch {
            return false;
          }
        },
      });
      if (found === null) {
        return t.expect.fail(
          'no push with the body of the message reached the device at the other node',
        );
      }
      const { signal } = readPush(found, key);
      t.expect.equal(signal.source, sender.number, 'source of the decrypted signal');
      t.expect.ok((signal.relay ?? '') !== '', 'the signal names no relay (field 3)');
    },
  },
  {
    requirement: 'textsecure.federation.directory-names-relay',
    title: 'the directory names the node of a contact that lives elsewhere',
    async run(t, driver) {
      const { number, relay } = driver.federation();
      const caller = await driver.account();
      const exchange = await driver.as(caller, intersection([number, caller.number].map(tokenOf)));
      t.expect.status(exchange, 200);
      const contacts = contactsOf(exchange);
      const entry = (of: string): Readonly<Record<string, unknown>> | undefined =>
        contacts.find((contact) => String(contact.token).replace(/=+$/, '') === tokenOf(of));
      const [remote, local] = [entry(number), entry(caller.number)];
      await t.given('listing a local contact', () => {
        t.expect.ok(local !== undefined, 'the local contact is missing');
        return Promise.resolve();
      });
      t.expect.equal(remote?.relay, relay, 'relay of the contact at the federated node');
      t.expect.ok(
        [undefined, null, ''].includes(local?.relay as undefined),
        'a local contact has a relay',
        {
          expected: 'absent, null or empty',
          actual: shown(local?.relay),
        },
      );
    },
  },
  {
    requirement: 'textsecure.federation.unknown-relay',
    title: 'a relay that is not configured reaches nobody',
    async run(t, driver) {
      const [owner, caller] = [await driver.account(), await driver.account()];
      const stored = driver.upload([81]);
      await driver.store(owner, stored);
      const relay = 'no-such-node';
      const refused = await driver.as(caller, preKeyRequest(owner.number, relay));
      const served = await driver.as(caller, preKeyRequest(owner.number));
      const message = driver.message(owner.number, driver.body(), { relay });
      const sent = await driver.as(caller, messages(message));
      await driver.deliver(caller, owner, driver.body());
      t.expect.status(refused, 404, { what: 'a prekey at an unknown relay' });
      t.expect.status(served, 200, { what: 'the same number without relay' });
      t.expect.equal(served.object().keyId, 81, 'the only one-time key, after the refused request');
      t.expect.status(sent, 200, { what: 'a message to an unknown relay' });
      t.expect.equal(receiptOf(sent), { success: [], failure: [owner.number] }, 'the answer');
    },
  },
]);
