import type { Sample } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { RequestSpec } from '../engine/exchange.js';
import { isSuccess, type Driver } from './driver.js';
import { change, createListener } from './listener.js';
import { loginRequest } from './login-request.js';
import { cursorHeaders } from './cursor.js';
import { pollPath } from './subject.js';

/** A request of a signed call, in a session of its own. */
function signedGet(path: string): Sample<Driver> {
  return async (_t, driver) =>
    driver.callSpec({ session: await driver.session(driver.first), path });
}

/** A session of the first user and the id of their root folder. */
async function rootOf(
  t: TestContext,
  driver: Driver,
): Promise<{ session: Awaited<ReturnType<Driver['session']>>; rootId: string }> {
  const session = await driver.session(driver.first);
  const { rootId } = await driver.profile(session);
  return { session, rootId: t.expect.text(rootId, 'rootId of the profile') };
}

async function makeDirectory(t: TestContext, driver: Driver): Promise<RequestSpec> {
  const { session, rootId } = await rootOf(t, driver);
  const json = { name: `countersign ${t.random.text(12)}`, target: rootId };
  return driver.callSpec({ session, method: 'POST', path: '/file/makedir', json });
}

/** A valid request per operation; see `Sample`. */
export const samples: Readonly<Record<string, Sample<Driver>>> = {
  async login(_t, driver) {
    const { prefix } = await driver.base();
    const { referer } = driver.section;
    const timestamp = await driver.timestamp();
    return loginRequest({ user: driver.first }, { prefix, referer, timestamp });
  },
  getProfile: signedGet('/profile/get'),
  async pollNotifications(t, driver) {
    const listener = await createListener(t, driver, driver.first);
    await change(t, [listener.user], [{ id: t.random.uuid() }]);
    return {
      method: 'GET',
      path: `${listener.mode.prefix}${pollPath}?id=${encodeURIComponent(listener.id)}`,
      headers: {
        ...(listener.mode.signed
          ? ((await driver.callSpec({ session: listener.session, path: pollPath })).headers ?? {})
          : {}),
        ...cursorHeaders(listener.cursor),
      },
    };
  },
  logout: signedGet('/session/logout'),
  keepAlive: signedGet('/session/keepalive'),
  getAccountInfo: signedGet('/account/info'),
  async getDefaultLanguage(_t, driver) {
    const { prefix } = await driver.base();
    return { method: 'GET', path: `${prefix}/languages/default` };
  },
  async getFileMetadata(t, driver) {
    const { session, rootId } = await rootOf(t, driver);
    return driver.callSpec({ session, path: `/file/metadata/${rootId}` });
  },
  makeDirectory,
  async deleteFiles(t, driver) {
    const made = await t.send(await makeDirectory(t, driver));
    t.expect.ok(isSuccess(made), `making a folder answered ${String(made.status)}`);
    const id = t.expect.text(made.object().id, 'id of the new folder');
    const session = await driver.session(driver.first);
    const json = { ids: [id] };
    return driver.callSpec({ session, method: 'POST', path: '/file/delete', json });
  },
};
