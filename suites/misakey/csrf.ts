import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { readCsrf } from './session.js';

/** Where CSRF tokens come from (a document on generic endpoints of the same site). */
export const csrfChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.csrf.token-issued',
    title: 'a CSRF token can be fetched without authentication, and works',
    async run(t, driver) {
      const answer = await t.send({ method: 'GET', path: '/csrf' });
      const what = 'a CSRF token without authentication';
      if (!t.expect.status(answer, 200, { tolerate: [404, 405], what })) {
        await driver.contacted();
        return;
      }
      const csrf = readCsrf(t, answer);
      t.expect.ok(csrf.cookies.length > 0, 'GET /csrf sets no cookie');
      await driver.tellsContactsApart();
      const { accessToken } = driver.me;
      const contact = await driver.contact(driver.plan(), {
        credentials: { accessToken, tokenType: 'bearer', csrf },
      });
      t.expect.status(contact, 201, { what: 'a contact with the issued token and its cookies' });
    },
  },
]);
