import { defineArea } from '../engine/check.js';
import { contactsOf, type Driver } from './driver.js';
import { authorized, basic, codeRequest, confirmation, intersection } from './requests.js';
import {
  badBodyTolerated,
  contrast,
  control,
  nearMiss,
  refusesStrangers,
  refusesTruncated,
} from './shared.js';
import { padded } from './wire/base64.js';
import { neighbourToken, tokenBytes, tokenOf } from './wire/token.js';

/** 14 characters, some of which belong to no Base64 alphabet. */
const badTokens = ['!!!!!!!!!!!!!!', 'BQVVHxMt5zAF%A'];

export const directoryChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.directory.registered-number-found',
    title: 'every registered number whose token is asked for is listed',
    async run(t, driver) {
      const accounts = [await driver.account(), await driver.account(), await driver.account()];
      const [caller] = accounts;
      if (caller === undefined) return;
      const numbers = accounts.map((account) => account.number);
      const answer = await driver.as(caller, intersection(numbers.map(tokenOf)));
      t.expect.status(answer, 200);
      const tokens = contactsOf(answer).map((contact) => String(contact.token).replace(/=+$/, ''));
      for (const number of numbers) {
        t.expect.ok(tokens.includes(tokenOf(number)), 'a registered number is missing', {
          expected: `the token ${tokenOf(number)}: SHA-1 of the number with its plus, 10 bytes`,
          actual: tokens.join(', '),
        });
      }
    },
  },
  {
    requirement: 'textsecure.directory.unregistered-token-omitted',
    title: 'tokens of numbers that are not registered are left out',
    async run(t, driver) {
      const caller = await driver.account();
      const other = await driver.account();
      const asked = [
        tokenOf(driver.number()),
        tokenOf(caller.number),
        neighbourToken(caller.number),
        tokenOf(other.number),
      ];
      const answer = await driver.as(caller, intersection(asked));
      t.expect.status(answer, 200);
      const tokens = contactsOf(answer).map((contact) => String(contact.token).replace(/=+$/, ''));
      await t.given('registered numbers are listed', () => {
        t.expect.ok(tokens.includes(tokenOf(other.number)), 'a registered number is missing');
        return Promise.resolve();
      });
      t.expect.ok(!tokens.includes(asked[0] ?? ''), 'a number that was never used is listed');
      t.expect.ok(!tokens.includes(asked[2] ?? ''), 'a token whose last bit is another is listed');
      t.expect.equal(tokens.length, 2, 'the number of contacts for two registered numbers');
    },
  },
  {
    requirement: 'textsecure.directory.unconfirmed-number-omitted',
    title: 'a number that only asked for a code is no contact',
    async run(t, driver) {
      const caller = await driver.account();
      const pending = driver.number();
      await control(t, 'a code request', codeRequest(pending, 'sms'));
      const tokens = await driver.listed(caller, [pending, caller.number]);
      await t.given('registered numbers are listed', () => {
        t.expect.ok(tokens.includes(tokenOf(caller.number)), 'a registered number is missing');
        return Promise.resolve();
      });
      t.expect.ok(
        !tokens.includes(tokenOf(pending)),
        'a number with a pending code only is listed',
      );
    },
  },
  {
    requirement: 'textsecure.directory.token-echoed-unpadded',
    title: 'tokens in the answer are the 14 characters that were asked for',
    async run(t, driver) {
      const caller = await driver.account();
      const token = tokenOf(caller.number);
      const answer = await driver.as(caller, intersection([token]));
      const [contact, ...others] = await t.given('asking for one registered number', () => {
        t.expect.status(answer, 200);
        return Promise.resolve(contactsOf(answer));
      });
      await t.given('one contact', () => {
        t.expect.ok(contact !== undefined && others.length === 0, 'not one contact is listed');
        return Promise.resolve();
      });
      t.expect.equal(contact?.token, token, 'the token');
    },
  },
  {
    requirement: 'textsecure.directory.padded-token-accepted',
    title: 'a token with padding is understood',
    async run(t, driver) {
      const caller = await driver.account();
      const answer = await driver.as(caller, intersection([padded(tokenBytes(caller.number))]));
      t.expect.status(answer, 200, { what: 'a token with padding' });
      const tokens = contactsOf(answer).map((contact) => contact.token);
      t.expect.equal(tokens, [tokenOf(caller.number)], 'the tokens listed');
    },
  },
  {
    requirement: 'textsecure.directory.malformed-token-400',
    title: 'a token that is not Base64 is refused with 400',
    async run(t, driver) {
      const caller = await driver.account();
      const answers = [];
      for (const token of badTokens) answers.push(await driver.as(caller, intersection([token])));
      await control(
        t,
        'a good token',
        authorized(caller.authorization, intersection([tokenOf(caller.number)])),
      );
      for (const answer of answers)
        t.expect.status(answer, 400, { what: 'a token that is not Base64' });
    },
  },
  {
    requirement: 'textsecure.directory.malformed-token-among-good-400',
    title: 'one bad token refuses the whole list',
    async run(t, driver) {
      const caller = await driver.account();
      const good = [tokenOf(caller.number), tokenOf(driver.number())];
      const [bad = ''] = badTokens;
      const middle = await driver.as(caller, intersection([good[0] ?? '', bad, good[1] ?? '']));
      const end = await driver.as(caller, intersection([...good, bad]));
      await control(
        t,
        'the good tokens alone',
        authorized(caller.authorization, intersection(good)),
      );
      t.expect.status(middle, 400, { what: 'a bad token between good ones' });
      t.expect.status(end, 400, { what: 'a bad token after good ones' });
    },
  },
  {
    requirement: 'textsecure.directory.short-token-400',
    title: 'a token that does not decode to ten bytes is refused with 400',
    async run(t, driver) {
      const caller = await driver.account();
      const token = tokenOf(caller.number);
      for (const other of [token.slice(0, 12), `${token}AA`]) {
        const answer = await driver.as(caller, intersection([other]));
        const what = `a token of ${String(other.length)} characters`;
        if (t.expect.status(answer, 400, { tolerate: 200, what })) continue;
        t.expect.equal(contactsOf(answer).length, 0, `the number of contacts for ${what}`);
      }
      const listed = await driver.listed(caller, [caller.number]);
      if (listed.length === 0) t.skip('the directory lists nobody');
    },
  },
  {
    requirement: 'textsecure.directory.credentials-required',
    title: 'the intersection needs valid credentials',
    async run(t, driver) {
      const caller = await driver.account();
      const wrong = basic(caller.number, nearMiss(caller.password));
      await refusesStrangers(t, caller, intersection([tokenOf(caller.number)]), wrong);
    },
  },
  {
    requirement: 'textsecure.directory.malformed-json-415',
    title: 'cut-off JSON is refused with 415',
    async run(t, driver) {
      const caller = await driver.account();
      const whole = intersection([tokenOf(caller.number)]);
      const cut = {
        method: whole.method,
        path: whole.path,
        headers: { 'Content-Type': 'application/json' },
        body: '{"contacts": ["BQVVHxMt5zA',
      };
      await refusesTruncated(t, driver, caller, whole, cut, badBodyTolerated);
    },
  },
  {
    requirement: 'textsecure.directory.missing-contacts-refused',
    title: 'a query without a list is refused',
    async run(t, driver) {
      const caller = await driver.account();
      const good = intersection([tokenOf(caller.number)]);
      const answer = await driver.as(caller, { ...good, json: {} });
      await control(t, 'a list', authorized(caller.authorization, good));
      t.expect.status(answer, 415, { tolerate: badBodyTolerated, what: 'the body {}' });
    },
  },
  {
    requirement: 'textsecure.directory.empty-list',
    title: 'an empty list of tokens gets an empty list of contacts',
    async run(t, driver) {
      const caller = await driver.account();
      await contrast(t, 'refusing a stranger', intersection([]));
      const answer = await driver.as(caller, intersection([]));
      t.expect.status(answer, 200, { what: 'an empty list' });
      t.expect.equal(contactsOf(answer), [], 'the contacts');
    },
  },
  {
    requirement: 'textsecure.directory.supports-sms-reported',
    title: 'supportsSms tells which contacts support the transport SMS',
    async run(t, driver) {
      const able = await driver.account({ supportsSms: true });
      const unable = await driver.account({ supportsSms: false });
      const silent = await driver.account();
      const code = await driver.code(silent.number);
      const body = { signalingKey: padded(silent.signalingKey) };
      await control(
        t,
        'a confirmation without supportsSms',
        authorized(silent.authorization, confirmation(code, body)),
      );
      await driver.withPushId(silent, 'gcm');
      const numbers = [able, unable, silent].map((account) => account.number);
      const answer = await driver.as(able, intersection(numbers.map(tokenOf)));
      t.expect.status(answer, 200);
      const contacts = contactsOf(answer);
      const entry = (number: string): Readonly<Record<string, unknown>> =>
        contacts.find((contact) => String(contact.token).replace(/=+$/, '') === tokenOf(number)) ??
        t.skip('a registered number is not listed, see registered-number-found');
      const shown = entry(able.number);
      const value = shown.supportsSms ?? shown.supportssms;
      if (value === 'true' || (value === true && shown.supportsSms === undefined)) {
        t.deviate('supportsSms is shown as text, or under the name supportssms');
      } else {
        t.expect.equal(shown.supportsSms, true, 'supportsSms of a contact that supports it');
      }
      for (const account of [unable, silent]) {
        const other = entry(account.number);
        const none = [undefined, null, false, 'false'];
        t.expect.ok(
          none.includes(other.supportsSms as undefined) &&
            none.includes(other.supportssms as undefined),
          'supportsSms of a contact that does not support it',
          { expected: 'absent or false', actual: JSON.stringify(other) },
        );
      }
    },
  },
  {
    requirement: 'textsecure.directory.push-id-needed',
    title: 'only accounts with a push id are listed',
    async run(t, driver) {
      const caller = await driver.account();
      const account = await driver.account({ push: null });
      const token = tokenOf(account.number);
      const before = await driver.listed(caller, [account.number]);
      await driver.withPushId(account, 'apn');
      const after = await driver.listed(caller, [account.number]);
      t.expect.ok(after.includes(token), 'the number is not listed after a push id was stored');
      t.expect.ok(!before.includes(token), 'the number was listed without a push id');
    },
  },
  {
    requirement: 'textsecure.directory.single-contact-lookup',
    title: 'a single token can be looked up',
    async run(t, driver) {
      const account = await driver.account({ plainToken: true });
      const token = tokenOf(account.number);
      const spec = { method: 'GET', path: `/v1/directory/${token}` };
      const found = await driver.as(account, spec);
      t.expect.status(found, 200, { what: 'the token of a registered number' });
      const shown = t.expect.text(found.object().token, 'token in the answer of a single look-up');
      t.expect.equal(shown.replace(/=+$/, ''), token, 'the token');
      let other = tokenOf(driver.number());
      while (/[+/]/.test(other)) other = tokenOf(driver.number());
      const missing = await driver.as(account, { ...spec, path: `/v1/directory/${other}` });
      t.expect.status(missing, 404, { what: 'the token of a number that was never used' });
      t.expect.status(await t.send(spec), 401, { what: 'no credentials' });
    },
  },
]);
