import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { anyOther4xx, isRefusal, type ContactOptions, type Driver } from './driver.js';
import { contactsRefused, detailsOf, errorOf, faultyPlan, type Faulty } from './judging.js';

/** A contact that is right but for its credentials or its path. */
async function asWith(driver: Driver, what: string, options: ContactOptions): Promise<Faulty> {
  return faultyPlan(driver, what, {}, options);
}

/** The first identity with another token. */
async function withToken(driver: Driver, what: string, accessToken: string): Promise<Faulty> {
  const right = await driver.credentials(driver.me);
  return asWith(driver, what, { credentials: { ...right, accessToken } });
}

const unauthorized = { expected: 401, tolerate: anyOther4xx(401) };
const forbidden = { expected: 403, tolerate: anyOther4xx(403) };

/** The same text with its last character changed. */
function changedAtEnd(text: string): string {
  return text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');
}

/** Who may contact ("Box Realtime", lines 42-49). */
export const contactAccessChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.contact.acr-1-accepted',
    title: 'a token of ACR 1 may contact',
    async run(t, driver) {
      const accessToken = driver.section.tokens?.acr1 ?? t.lacks('tokens.acr1');
      await driver.tellsContactsApart();
      const right = await driver.credentials(driver.me);
      const answer = await driver.contact(driver.plan(), {
        credentials: { ...right, accessToken },
      });
      if (answer.status === 403 && errorOf(answer).origin === 'acr') {
        const required = String(detailsOf(answer).required_acr);
        t.deviate(`a token of ACR 1 may not contact: ACR ${required} is asked for`);
        return;
      }
      t.expect.status(answer, 201, { what: 'a token of ACR 1' });
    },
  },
  {
    requirement: 'misakey.contact.acr-0-refused',
    title: 'a token of ACR 0 may not contact',
    async run(t, driver) {
      const token = driver.section.tokens?.acr0 ?? t.lacks('tokens.acr0');
      const fault = await withToken(driver, 'a token of ACR 0', token);
      const answer = await t.send(fault.spec);
      await driver.contacted();
      t.expect.status(answer, [403, 401], { tolerate: anyOther4xx(401, 403), what: fault.what });
    },
  },
  {
    requirement: 'misakey.contact.no-cookies-refused',
    title: 'without the two cookies, and with tokentype alone, a contact is refused',
    async run(t, driver) {
      const csrf = await driver.csrf();
      const faults = [
        await asWith(driver, 'no cookies but the CSRF cookie', { credentials: { csrf } }),
        await asWith(driver, 'tokentype alone', { credentials: { csrf, tokenType: 'bearer' } }),
      ];
      await contactsRefused(t, driver, faults, unauthorized);
    },
  },
  {
    requirement: 'misakey.contact.missing-tokentype-refused',
    title: 'a valid accesstoken without tokentype is refused',
    async run(t, driver) {
      const right = await driver.credentials(driver.me);
      const credentials = { ...right, tokenType: undefined };
      const fault = await asWith(driver, 'no tokentype', { credentials });
      await contactsRefused(t, driver, [fault], unauthorized);
    },
  },
  {
    requirement: 'misakey.contact.other-tokentype-refused',
    title: 'a tokentype other than bearer is refused',
    async run(t, driver) {
      const right = await driver.credentials(driver.me);
      const credentials = { ...right, tokenType: 'mac' };
      const fault = await asWith(driver, 'the tokentype mac', { credentials });
      const tolerate = [...anyOther4xx(401), 500];
      await contactsRefused(t, driver, [fault], { expected: 401, tolerate });
    },
  },
  {
    requirement: 'misakey.contact.unknown-token-refused',
    title: 'an accesstoken that was never issued is refused',
    async run(t, driver) {
      const token = t.secret(t.random.text(driver.me.accessToken.length));
      const fault = await withToken(driver, 'an unknown accesstoken', token);
      await contactsRefused(t, driver, [fault], unauthorized);
    },
  },
  {
    requirement: 'misakey.contact.altered-token-refused',
    title: 'a valid accesstoken that differs at its end is refused',
    async run(t, driver) {
      const token = driver.me.accessToken;
      const faults = [
        await withToken(driver, 'the last character changed', t.secret(changedAtEnd(token))),
        await withToken(driver, 'the last character removed', t.secret(token.slice(0, -1))),
        await withToken(driver, 'a character added', t.secret(`${token}A`)),
      ];
      await contactsRefused(t, driver, faults, unauthorized);
    },
  },
  {
    requirement: 'misakey.contact.expired-token-refused',
    title: 'an expired token is refused',
    async run(t, driver) {
      const token = driver.section.tokens?.expired ?? t.lacks('tokens.expired');
      const fault = await withToken(driver, 'an expired token', token);
      await contactsRefused(t, driver, [fault], unauthorized);
    },
  },
  {
    requirement: 'misakey.contact.other-identity-refused',
    title: 'nobody contacts in the name of another identity',
    async run(t, driver) {
      const fault = await asWith(driver, "another identity's id in the path", {
        pathId: driver.other.id,
      });
      await contactsRefused(t, driver, [fault], forbidden);
    },
  },
  {
    requirement: 'misakey.contact.malformed-path-id-refused',
    title: 'a path id that is no UUID is refused with 400',
    async run(t, driver) {
      const faults = [
        await asWith(driver, 'the path id nope', { pathId: 'nope' }),
        await asWith(driver, 'a path id cut by one', { pathId: driver.me.id.slice(0, -1) }),
      ];
      const answers = await contactsRefused(t, driver, faults, {
        expected: 400,
        tolerate: [403, 404, 422],
      });
      for (const answer of answers) {
        if (answer.status !== 400) continue;
        t.expect.equal(errorOf(answer).code, 'bad_request', 'the code of the 400');
      }
    },
  },
  {
    requirement: 'misakey.contact.other-methods-refused',
    title: 'the path knows POST only',
    async run(t, driver) {
      const path = `/box-users/${driver.me.id}/contact`;
      const get = await driver.send(driver.me, 'GET', path);
      const post = await driver.contactRequest(driver.plan());
      const put = await t.send({ ...post, method: 'PUT' });
      await driver.contacted();
      t.expect.status(get, 405, { tolerate: [404, 501] });
      t.expect.status(put, 405, { tolerate: [404, 501] });
    },
  },
  {
    requirement: 'misakey.contact.csrf-header-missing-refused',
    title: 'without X-CSRF-Token a contact is refused, though the cookie is there',
    async run(t, driver) {
      const right = await driver.credentials(driver.me);
      const credentials = { ...right, csrfHeader: null };
      const fault = await asWith(driver, 'no X-CSRF-Token', { credentials });
      await contactsRefused(t, driver, [fault], forbidden);
    },
  },
  {
    requirement: 'misakey.contact.csrf-header-wrong-refused',
    title: 'an X-CSRF-Token other than the one issued is refused',
    async run(t, driver) {
      const right = await driver.credentials(driver.me);
      const { token } = await driver.csrf();
      const wrong = (csrfHeader: string): ContactOptions => ({
        credentials: { ...right, csrfHeader: t.secret(csrfHeader) },
      });
      const faults = [
        await asWith(driver, 'one character of the token changed', wrong(changedAtEnd(token))),
        await asWith(driver, 'another token of 32 letters', wrong(t.random.text(32))),
      ];
      await contactsRefused(t, driver, faults, forbidden);
    },
  },
  {
    requirement: 'misakey.contact.csrf-absent-entirely-refused',
    title: 'with neither X-CSRF-Token nor CSRF cookie a contact is refused',
    async run(t, driver) {
      const { accessToken } = driver.me;
      const credentials = { accessToken, tokenType: 'bearer' };
      const fault = await asWith(driver, 'no CSRF token at all', { credentials });
      await contactsRefused(t, driver, [fault], forbidden);
    },
  },
  {
    requirement: 'misakey.contact.csrf-checked-before-token',
    title: 'without CSRF token and credentials the CSRF fault is reported',
    async run(t, driver) {
      const fault = await asWith(driver, 'neither CSRF token nor credentials', { credentials: {} });
      const [answer] = await contactsRefused(t, driver, [fault], {
        expected: 403,
        tolerate: [401],
      });
      if (answer?.status !== 403) return;
      t.expect.equal(
        [errorOf(answer).code, detailsOf(answer).csrf_token],
        ['forbidden', 'invalid'],
        'code and details.csrf_token of the 403',
      );
    },
  },
  {
    requirement: 'misakey.contact.refused-contact-creates-no-box',
    title: 'a refused contact leaves no box behind',
    async run(t, driver) {
      await driver.needsBoxRoutes();
      const right = await driver.credentials(driver.me);
      const used = await driver.contacted();
      const plans = [
        { plan: driver.plan(), credentials: { ...right, csrfHeader: null } },
        { plan: driver.plan({ contactedId: t.random.uuid() }), credentials: right },
        { plan: driver.plan({ hash: used.plan.hash }), credentials: right },
      ];
      for (const { plan, credentials } of plans) {
        await t.given('the contact being refused', async () => {
          const answer = await driver.contact(plan, { credentials });
          t.expect.ok(isRefusal(answer.status), `it was answered ${String(answer.status)}`);
        });
      }
      const titles = await titlesOfBoxes(t, driver);
      t.expect.ok(titles.includes(used.title), 'the list of boxes lacks the box that was made');
      for (const { plan } of plans) {
        t.expect.ok(!titles.includes(String(plan.title)), 'a refused contact left a box behind', {
          expected: 'no box with its title',
          actual: String(plan.title),
        });
      }
    },
  },
]);

async function titlesOfBoxes(t: TestContext, driver: Driver): Promise<readonly string[]> {
  const answer = await driver.send(driver.me, 'GET', '/boxes/joined');
  t.expect.status(answer, 200);
  const list = answer.json();
  t.expect.ok(Array.isArray(list), 'the list of boxes is no JSON array');
  return (list as { title?: unknown }[]).map((box) => String(box.title));
}
