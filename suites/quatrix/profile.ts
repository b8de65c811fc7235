import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import type { Session } from './call-request.js';
import { channelOf } from './channel.js';
import { isSuccess, type Driver } from './driver.js';
import { createListener } from './listener.js';
import type { User } from './section.js';
import { profilePath } from './subject.js';

/** The answer to a right `/profile/get`; its status is the business of another check. */
function profileAnswer(t: TestContext, driver: Driver, session: Session): Promise<Exchange> {
  return t.given('a profile', async () => {
    const answer = await driver.call({ session, path: profilePath });
    t.expect.ok(isSuccess(answer), `it answered ${String(answer.status)}`);
    return answer;
  });
}

/** Profiles of two users, asked after both have logged in. */
async function twoProfiles(
  driver: Driver,
): Promise<readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]> {
  const one = await driver.session(driver.first);
  const other = await driver.session(driver.second);
  return [await driver.profile(one), await driver.profile(other)];
}

/** Whether a change reaches the user by each of these channels. */
async function allLeadTo(
  t: TestContext,
  driver: Driver,
  user: User,
  channels: readonly string[],
): Promise<boolean> {
  for (const channel of channels) {
    const listener = await createListener(t, driver, user, channel);
    const id = t.random.uuid();
    await t.trigger({ event: 'file-deleted', affects: [user.login], data: [{ id }] });
    if ((await listener.find(id)) === null) return false;
  }
  return true;
}

/** The profile, which names the channel (line 118). */
export const profileChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.profile.json-object',
    title: 'the profile is a JSON object',
    async run(t, driver) {
      const session = await driver.session(driver.first);
      const answer = await profileAnswer(t, driver, session);
      t.expect.status(answer, 200);
      answer.object();
    },
  },
  {
    requirement: 'quatrix.profile.channel-present',
    title: 'the profile has the property channel',
    async run(t, driver) {
      const profile = await driver.profile(await driver.session(driver.first));
      const { channel, channel_id } = profile;
      if (typeof channel === 'string' && channel !== '') return;
      if (typeof channel === 'number') {
        t.deviate('channel is a number');
        return;
      }
      t.expect.ok(
        typeof channel_id === 'string' && channel_id !== '',
        'the profile has no channel',
        {
          expected: 'a non-empty string channel',
          actual: `members ${Object.keys(profile).join(', ')}`,
        },
      );
      t.deviate('the channel is called channel_id only');
    },
  },
  {
    requirement: 'quatrix.profile.channel-per-user',
    title: 'each user has a channel of their own',
    async run(t, driver) {
      const [one, other] = await twoProfiles(driver);
      const channel = channelOf(one);
      t.expect.ok(channel !== null, 'the profile names no channel');
      t.expect.notEqual(channelOf(other), channel, "another user's channel");
      t.expect.ok(channelOf(other) !== null, "the second user's profile names no channel");
    },
  },
  {
    requirement: 'quatrix.profile.channel-stable',
    title: 'the channel of a user stays the same',
    async run(t, driver) {
      const user = driver.first;
      const session = await driver.session(user);
      const channels = [
        channelOf(await driver.profile(session)),
        channelOf(await driver.profile(session)),
        channelOf(await driver.profile(await driver.session(user))),
      ];
      const named = channels.filter((channel): channel is string => channel !== null);
      t.expect.ok(named.length === channels.length, 'a profile names no channel');
      if (new Set(named).size === 1) return;
      if (t.has('trigger')) {
        const lead = await allLeadTo(t, driver, user, named);
        t.expect.ok(
          lead,
          'the channel changes, and not every value leads to the queue of the user',
        );
      }
      t.deviate('the channel of a user differs from call to call');
    },
  },
  {
    requirement: 'quatrix.profile.channel-id-equal',
    title: 'the profile has channel_id, equal to channel',
    async run(t, driver) {
      const { channel, channel_id } = await driver.profile(await driver.session(driver.first));
      if (channel_id === undefined && channelOf({ channel }) !== null) {
        t.deviate('the profile has channel alone');
        return;
      }
      if (typeof channel_id === 'number') t.deviate('channel_id is a number');
      else t.expect.ok(t.expect.text(channel_id, 'channel_id') !== '', 'channel_id is empty');
      if (channel !== undefined) t.expect.equal(channel_id, channel, 'channel_id beside channel');
    },
  },
  {
    requirement: 'quatrix.profile.own-data',
    title: 'the profile is that of the user of the session',
    async run(t, driver) {
      const [one, other] = await twoProfiles(driver);
      if (one.email === undefined && other.email === undefined) {
        t.deviate('the profile has no member email');
        return;
      }
      t.expect.equal(one.email, driver.first.login, "email by the first user's token");
      t.expect.equal(other.email, driver.second.login, "email by the second user's token");
    },
  },
  {
    requirement: 'quatrix.profile.json-content-type',
    title: 'the profile is labelled as JSON',
    async run(t, driver) {
      const answer = await profileAnswer(t, driver, await driver.session(driver.first));
      t.expect.header(answer, 'content-type', /application\/json/i, 'application/json');
    },
  },
]);
