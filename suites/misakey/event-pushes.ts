import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { bothSides, eventOn, joinedBox, listOf, posted, textMessage } from './events.js';
import { asRecord, isEvent, isNotification, messageOf } from './feed.js';
import { expectMessage } from './judging.js';

/** What members are told (a document on realtime messages, and the server of March 2021). */
export const eventPushChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.events.message-reaches-members',
    title: 'a message of one member is pushed to all, the sender included, once',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const { mine, theirs } = await bothSides(driver);
      const message = textMessage(t);
      await posted(t, driver, driver.me, box, message);
      for (const feed of [mine, theirs]) {
        const { object } = await eventOn(t, feed, box, 'msg.text');
        t.expect.equal(object.content, message.content, 'content of the message');
        const frames = await feed.settled(message.content.encrypted);
        t.expect.equal(frames.length, 1, 'the number of times that the message arrived');
      }
    },
  },
  {
    requirement: 'misakey.events.edit-and-delete-carry-referrer',
    title: 'an edit and a deletion refer to the message',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const { mine, theirs } = await bothSides(driver);
      const id = await posted(t, driver, driver.me, box, textMessage(t));
      const content = { new_encrypted: t.random.text(24), new_public_key: t.random.text(43) };
      const edit = { type: 'msg.edit', referrer_id: id, content };
      const deletion = { type: 'msg.delete', referrer_id: id };
      await posted(t, driver, driver.me, box, edit);
      await posted(t, driver, driver.me, box, deletion);
      for (const feed of [mine, theirs]) {
        const edited = await eventOn(t, feed, box, 'msg.edit');
        t.expect.equal(edited.object.referrer_id, id, 'referrer_id of the edit');
        const deleted = await eventOn(t, feed, box, 'msg.delete');
        t.expect.equal(deleted.object.referrer_id, id, 'referrer_id of the deletion');
        t.expect.equal(deleted.object.content, null, 'content of the deletion');
      }
    },
  },
  {
    requirement: 'misakey.events.access-mode-announced',
    title: 'a change of the access mode is announced to all members',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const { mine, theirs } = await bothSides(driver);
      const limited = { type: 'state.access_mode', content: { value: 'limited' } };
      await posted(t, driver, driver.me, box, limited);
      for (const feed of [mine, theirs]) {
        const { object } = await eventOn(t, feed, box, 'state.access_mode');
        t.expect.equal(asRecord(object.content).value, 'limited', 'content.value');
      }
    },
  },
  {
    requirement: 'misakey.events.leave-refers-to-join',
    title: 'a member that leaves is announced with a reference to its join',
    async run(t, driver) {
      const { box, joinId } = await joinedBox(t, driver);
      const mine = await driver.open(driver.me);
      await posted(t, driver, driver.other, box, { type: 'member.leave' });
      const { object } = await eventOn(t, mine, box, 'member.leave');
      t.expect.equal(
        [asRecord(object.sender).id, object.content, object.referrer_id],
        [driver.other.id, null, joinId],
        'sender.id, content and referrer_id (the id of the join)',
      );
    },
  },
  {
    requirement: 'misakey.events.kick-announced',
    title: 'removing the access of a member kicks it out: members are told, and so is it',
    async run(t, driver) {
      const { box, joinId } = await joinedBox(t, driver);
      const limited = { type: 'state.access_mode', content: { value: 'limited' } };
      await posted(t, driver, driver.me, box, limited);
      const { mine, theirs } = await bothSides(driver);
      const path = `/boxes/${box.id}`;
      const access = await t.given('finding the access of the member', async () => {
        const answer = await driver.send(driver.me, 'GET', `${path}/accesses`);
        t.expect.status(answer, 200);
        const [only] = listOf(t, answer);
        return t.expect.text(only?.id, 'id of the access');
      });
      await t.given('removing the access', async () => {
        const events = [{ type: 'access.rm', referrer_id: access }];
        const batch = { batch_type: 'accesses', events };
        const answer = await driver.send(driver.me, 'POST', `${path}/batch-events`, batch);
        t.expect.status(answer, 201);
      });
      const { object } = await eventOn(t, mine, box, 'member.kick');
      const kicker = asRecord(asRecord(object.content).kicker);
      t.expect.equal(
        [asRecord(object.sender).id, kicker.id, object.referrer_id],
        [driver.other.id, driver.me.id, joinId],
        'sender.id, content.kicker.id and referrer_id (the id of the join)',
      );
      const notice = await theirs.waitFor(
        'a notification of type member.kick',
        box.id,
        isNotification('member.kick'),
      );
      expectMessage(t, 'notification', notice);
      t.expect.equal(asRecord(notice.object.details).id, box.id, 'details.id of the notification');
    },
  },
  {
    requirement: 'misakey.events.box-deletion-announced',
    title: 'deleting a box is announced to all members',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const { mine, theirs } = await bothSides(driver);
      await t.given('deleting the box', async () => {
        const confirmation = { user_confirmation: 'delete' };
        const answer = await driver.send(driver.me, 'DELETE', `/boxes/${box.id}`, confirmation);
        t.expect.status(answer, [204, 200]);
      });
      for (const feed of [mine, theirs]) {
        const message = await feed.waitFor(
          'box.delete',
          box.id,
          ({ type }) => type === 'box.delete',
        );
        expectMessage(t, 'boxDeletion', message);
        const { id, owner_org_id, sender_id, public_key } = message.object;
        t.expect.equal(
          [id, owner_org_id, sender_id, public_key],
          [box.id, box.body.owner_org_id, driver.me.id, box.plan.publicKey],
          'id, owner_org_id, sender_id and public_key',
        );
      }
    },
  },
  {
    requirement: 'misakey.events.settings-announced-to-owner',
    title: 'changed settings are announced to the identity that made the change, and to it alone',
    async run(t, driver) {
      const { box } = await joinedBox(t, driver);
      const { mine, theirs } = await bothSides(driver);
      const path = `/box-users/${driver.other.id}/boxes/${box.id}/settings`;
      await t.given('changing the settings', async () => {
        t.expect.status(await driver.send(driver.other, 'PUT', path, { muted: true }), [204, 200]);
      });
      const isSettings = ({ type }: { type: unknown }) => type === 'box.settings';
      const message = await theirs.waitFor('box.settings', box.id, isSettings);
      expectMessage(t, 'boxSettings', message);
      const { identity_id, box_id, owner_org_id, muted } = message.object;
      t.expect.equal(
        [identity_id, box_id, owner_org_id, muted],
        [driver.other.id, box.id, box.body.owner_org_id, true],
        'identity_id, box_id, owner_org_id and muted',
      );
      // A message of the box that does arrive shows that the socket under watch works.
      await posted(t, driver, driver.me, box, textMessage(t));
      await t.given('a message reaching the other member', () =>
        mine.waitFor('event.new of type msg.text', box.id, isEvent('msg.text')),
      );
      const seen = (await mine.settled(box.id)).filter((text) =>
        isSettings(messageOf(JSON.parse(text))),
      );
      t.expect.equal(seen.length, 0, 'the number of box.settings on the socket of another member');
    },
  },
]);
