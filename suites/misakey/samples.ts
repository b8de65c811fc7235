import type { Sample } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver } from './driver.js';
import { textMessage } from './events.js';

/**
 * A request of the first identity once it has made a box: a server that answers everything alike
 * does not get that far.
 */
function onBox(
  make: (boxId: string, driver: Driver, t: TestContext) => readonly [string, string, unknown?],
): Sample<Driver> {
  return async (t, driver) => {
    await driver.needsBoxRoutes();
    const box = await driver.contacted();
    const [method, path, json] = make(box.id, driver, t);
    return driver.request(driver.me, method, path, json);
  };
}

/** A valid request of each operation, made afresh. */
export const samples: Readonly<Record<string, Sample<Driver>>> = {
  getCsrfToken: () => Promise.resolve({ method: 'GET', path: '/csrf' }),
  contactUser: (_t, driver) => driver.contactRequest(driver.plan()),
  listJoinedBoxes: onBox(() => ['GET', '/boxes/joined']),
  countJoinedBoxes: onBox(() => ['HEAD', '/boxes/joined']),
  listNotifications: onBox((_id, driver) => ['GET', `/identities/${driver.me.id}/notifications`]),
  getBox: onBox((id) => ['GET', `/boxes/${id}`]),
  deleteBox: onBox((id) => ['DELETE', `/boxes/${id}`, { user_confirmation: 'delete' }]),
  listBoxEvents: onBox((id) => ['GET', `/boxes/${id}/events`]),
  countBoxEvents: onBox((id) => ['HEAD', `/boxes/${id}/events`]),
  createBoxEvent: onBox((id, _driver, t) => ['POST', `/boxes/${id}/events`, textMessage(t)]),
  createBoxEventBatch: onBox((id) => [
    'POST',
    `/boxes/${id}/batch-events`,
    {
      batch_type: 'accesses',
      events: [
        {
          type: 'access.add',
          content: { restriction_type: 'identifier', value: 'nobody@countersign.test' },
        },
      ],
    },
  ]),
  listBoxAccesses: onBox((id) => ['GET', `/boxes/${id}/accesses`]),
  listBoxMembers: onBox((id) => ['GET', `/boxes/${id}/members`]),
  resetNewEventsCount: onBox((id, driver) => [
    'PUT',
    `/boxes/${id}/new-events-count/ack`,
    { identity_id: driver.me.id },
  ]),
  getBoxSettings: onBox((id, driver) => ['GET', `/box-users/${driver.me.id}/boxes/${id}/settings`]),
  updateBoxSettings: onBox((id, driver) => [
    'PUT',
    `/box-users/${driver.me.id}/boxes/${id}/settings`,
    { muted: true },
  ]),
  getEncryptedInvitationKeyShare: onBox((id) => [
    'GET',
    `/box-key-shares/encrypted-invitation-key-share?box_id=${id}`,
  ]),
  getBoxPublicInfo: async (_t, driver) => {
    await driver.needsBoxRoutes();
    const { id, plan } = await driver.contacted();
    return { method: 'GET', path: `/boxes/${id}/public?other_share_hash=${String(plan.hash)}` };
  },
  getBoxKeyShare: async (_t, driver) => {
    await driver.needsBoxRoutes();
    const { plan } = await driver.contacted();
    return driver.request(driver.me, 'GET', `/box-key-shares/${String(plan.hash)}`);
  },
};
