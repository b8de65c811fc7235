import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { contrast, control, expectDone } from './shared.js';
import { receiptOf, type Driver } from './driver.js';
import {
  authorized,
  basic,
  codeRequest,
  confirmation,
  gcmRegistration,
  messages,
  preKeyRequest,
  truncated,
} from './requests.js';
import { padded } from './wire/base64.js';
import { tokenOf } from './wire/token.js';

/** Another digit at one place of a code. */
function otherDigit(code: string, at: number): string {
  const digit = String((Number(code.charAt(at)) + 1) % 10);
  return code.slice(0, at) + digit + code.slice(at + 1);
}

/** Fresh credentials for a number, with the complete body of its confirmation. */
function wanted(driver: Driver, number: string): { authorization: string; body: object } {
  return {
    authorization: basic(number, driver.password()),
    body: driver.confirmationBody(driver.signalingKey()),
  };
}

/** Whether credentials are accepted, on an operation that needs nothing else. */
function useCredentials(authorization: string, driver: Driver) {
  return authorized(authorization, gcmRegistration(driver.pushId('gcm')));
}

/** A target that accepts credentials of a number before its confirmation shows nothing after. */
async function canRefuseCredentials(t: TestContext, driver: Driver, number: string): Promise<void> {
  const spec = useCredentials(basic(number, driver.password()), driver);
  await contrast(t, 'refusing credentials that nobody confirmed', spec);
}

/** A target that accepts every number has shown nothing by accepting a good one. */
async function canRefuseNumbers(t: TestContext): Promise<void> {
  await contrast(t, 'telling a number from another text', codeRequest('notanumber', 'sms'));
}

export const registrationChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.registration.code-request-accepted',
    title: 'a code request for a well-formed number answers 200, by sms and by voice',
    async run(t, driver) {
      await canRefuseNumbers(t);
      for (const transport of ['sms', 'voice']) {
        expectDone(t, await t.send(codeRequest(driver.number(), transport)), transport);
      }
    },
  },
  {
    requirement: 'textsecure.registration.code-delivered',
    title: 'the code arrives by the transport that was asked for',
    async run(t, driver) {
      for (const transport of ['sms', 'voice'] as const) {
        const number = driver.number();
        await control(t, `a code request by ${transport}`, codeRequest(number, transport));
        const message = await t.inbox.maybeNext(transport, number);
        if (message === null) return t.expect.fail(`no ${transport} message with a code arrived`);
        t.expect.ok(message.code !== null, `the ${transport} message holds no code`);
        const other = transport === 'sms' ? 'voice' : 'sms';
        const strays = await t.inbox.list(other, number);
        t.expect.equal(
          strays.length,
          0,
          `the number of ${other} messages after a ${transport} request`,
        );
      }
    },
  },
  {
    requirement: 'textsecure.registration.code-is-numeric',
    title: 'codes consist of digits only',
    async run(t, driver) {
      await canRefuseNumbers(t);
      for (const transport of ['sms', 'sms', 'voice', 'voice'] as const) {
        const code = await driver.code(driver.number(), transport);
        t.expect.ok(
          /^[0-9]+$/.test(code),
          `a code sent by ${transport} does not consist of digits`,
          {
            expected: 'digits only',
            actual: `${String(code.length)} characters, others than digits among them`,
          },
        );
      }
    },
  },
  {
    requirement: 'textsecure.registration.malformed-number-400',
    title: 'a number that holds letters is refused with 400',
    async run(t, driver) {
      const answers = [];
      for (const transport of ['sms', 'voice']) {
        for (const number of ['+1555abcd567', 'notanumber']) {
          answers.push(await t.send(codeRequest(number, transport)));
        }
      }
      await control(t, 'a good number', codeRequest(driver.number(), 'sms'));
      for (const answer of answers) t.expect.status(answer, 400, { what: 'a malformed number' });
    },
  },
  {
    requirement: 'textsecure.registration.number-needs-plus-and-ten-digits',
    title: 'a number is a plus and at least ten digits',
    async run(t, driver) {
      const digits = driver.number().slice(1);
      const bare = await t.send(codeRequest(digits.padEnd(11, '0'), 'sms'));
      const nine = await t.send(codeRequest(`+${digits.slice(0, 9)}`, 'sms'));
      const ten = await t.send(codeRequest(`+${digits.slice(0, 10)}`, 'sms'));
      await control(t, 'a longer number', codeRequest(driver.number(), 'sms'));
      t.expect.status(bare, 400, { what: 'eleven digits without a plus' });
      t.expect.status(nine, 400, { what: 'a plus and nine digits' });
      expectDone(t, ten, 'a plus and ten digits');
    },
  },
  {
    requirement: 'textsecure.registration.invalid-transport-415',
    title: 'transports other than sms and voice are refused with 415',
    async run(t, driver) {
      const answers = [];
      for (const transport of ['email', 'fax', 'smsx', 'voice2']) {
        answers.push(await t.send(codeRequest(driver.number(), transport)));
      }
      await control(t, 'the transport sms', codeRequest(driver.number(), 'sms'));
      await control(t, 'the transport voice', codeRequest(driver.number(), 'voice'));
      for (const answer of answers) t.expect.status(answer, 415, { what: 'an unknown transport' });
    },
  },
  {
    requirement: 'textsecure.registration.credentials-ignored-on-code-request',
    title: 'credentials that do not exist yet do not harm a code request',
    async run(t, driver) {
      await canRefuseNumbers(t);
      const number = driver.number();
      const spec = authorized(basic(number, driver.password()), codeRequest(number, 'sms'));
      expectDone(t, await t.send(spec));
    },
  },
  {
    requirement: 'textsecure.registration.percent-encoded-plus',
    title: 'the plus of a number may be percent-encoded in a path',
    async run(t, driver) {
      await canRefuseNumbers(t);
      const number = driver.number();
      expectDone(t, await t.send(codeRequest(number.replace('+', '%2B'), 'sms')));
      const message = await t.inbox.maybeNext('sms', number);
      t.expect.ok(message !== null, 'the code did not reach the number');
    },
  },
  {
    requirement: 'textsecure.registration.new-code-replaces-old',
    title: 'a later code request makes the earlier code useless',
    async run(t, driver) {
      const number = driver.number();
      const first = await driver.code(number, 'sms');
      const second = await driver.code(number, 'voice');
      if (first === second) t.skip('the two codes happen to be the same; run again');
      const { authorization, body } = wanted(driver, number);
      const old = await t.send(authorized(authorization, confirmation(first, body)));
      await control(
        t,
        'confirming with the second code',
        authorized(authorization, confirmation(second, body)),
      );
      t.expect.status(old, 403, { what: 'the code of the first request' });
    },
  },
  {
    requirement: 'textsecure.registration.right-code-accepted',
    title: 'the right code verifies the account, and its credentials work',
    async run(t, driver) {
      const number = driver.number();
      const code = await driver.code(number);
      const { authorization, body } = wanted(driver, number);
      await canRefuseCredentials(t, driver, number);
      expectDone(t, await t.send(authorized(authorization, confirmation(code, body))));
      const used = await t.send(useCredentials(authorization, driver));
      t.expect.status(used, [200, 204], { what: 'the new credentials' });
    },
  },
  {
    requirement: 'textsecure.registration.wrong-code-403',
    title: 'a code that differs in one digit is refused with 403',
    async run(t, driver) {
      for (const place of ['first', 'last']) {
        const number = driver.number();
        const code = await driver.code(number);
        const wrong = otherDigit(code, place === 'first' ? 0 : code.length - 1);
        const { authorization, body } = wanted(driver, number);
        const refused = await t.send(authorized(authorization, confirmation(wrong, body)));
        await control(t, 'the right code', authorized(authorization, confirmation(code, body)));
        t.expect.status(refused, 403, { what: `a code whose ${place} digit is another` });
      }
    },
  },
  {
    requirement: 'textsecure.registration.code-bound-to-number',
    title: 'a code counts only for the number that it was sent to',
    async run(t, driver) {
      const [a, b, c] = [driver.number(), driver.number(), driver.number()];
      const codeOfA = await driver.code(a);
      const codeOfB = await driver.code(b);
      if (codeOfA === codeOfB) t.skip('the two codes happen to be the same; run again');
      const forB = wanted(driver, b);
      const forC = wanted(driver, c);
      const atB = await t.send(authorized(forB.authorization, confirmation(codeOfA, forB.body)));
      const atC = await t.send(authorized(forC.authorization, confirmation(codeOfA, forC.body)));
      await control(
        t,
        'the code of the second number',
        authorized(forB.authorization, confirmation(codeOfB, forB.body)),
      );
      t.expect.status(atB, 403, {
        what: 'the code of another number, with a code of its own pending',
      });
      t.expect.status(atC, 403, { what: 'the code of another number, with no code pending' });
    },
  },
  {
    requirement: 'textsecure.registration.failed-confirmation-creates-no-account',
    title: 'a refused confirmation leaves no account behind',
    async run(t, driver) {
      const number = driver.number();
      const code = await driver.code(number);
      const { authorization, body } = wanted(driver, number);
      await contrast(
        t,
        'refusing a wrong code',
        authorized(authorization, confirmation(otherDigit(code, code.length - 1), body)),
      );
      const used = await t.send(useCredentials(authorization, driver));
      await control(t, 'the right code', authorized(authorization, confirmation(code, body)));
      await control(t, 'the confirmed credentials', useCredentials(authorization, driver));
      t.expect.status(used, 401, { what: 'credentials of a refused confirmation' });
    },
  },
  {
    requirement: 'textsecure.registration.failed-confirmation-keeps-account',
    title: 'a refused confirmation leaves an existing account as it was',
    async run(t, driver) {
      const account = await driver.account();
      const caller = await driver.account();
      const code = await driver.code(account.number);
      const { authorization, body } = wanted(driver, account.number);
      await contrast(
        t,
        'refusing a wrong code',
        authorized(authorization, confirmation(otherDigit(code, 0), body)),
      );
      const listed = await driver.listed(caller, [account.number]);
      t.expect.ok(
        listed.includes(tokenOf(account.number)),
        'the number is no longer in the directory',
      );
      const old = await t.send(useCredentials(account.authorization, driver));
      t.expect.status(old, [200, 204], { what: 'the old password' });
      const other = await t.send(useCredentials(authorization, driver));
      t.expect.status(other, 401, { what: 'the password of the refused confirmation' });
    },
  },
  {
    requirement: 'textsecure.registration.missing-authorization-401',
    title: 'confirming without credentials is refused with 401',
    async run(t, driver) {
      const number = driver.number();
      const code = await driver.code(number);
      const { authorization, body } = wanted(driver, number);
      const refused = await t.send(confirmation(code, body));
      await control(
        t,
        'the same with credentials',
        authorized(authorization, confirmation(code, body)),
      );
      t.expect.status(refused, 401, { what: 'no Authorization header' });
    },
  },
  {
    requirement: 'textsecure.registration.malformed-authorization-401',
    title: 'credentials of another form are refused with 401',
    async run(t, driver) {
      const number = driver.number();
      const { authorization, body } = wanted(driver, number);
      const blob = authorization.slice('Basic '.length);
      const colonless = padded(Buffer.from(`${number}${driver.password()}`));
      const forms = [
        ['another scheme', `Bearer ${blob}`],
        ['no colon', `Basic ${colonless}`],
        ['characters outside the Base64 alphabet', 'Basic !!!!????%%%%'],
      ] as const;
      const answers = [];
      for (const [what, header] of forms) {
        answers.push({
          what,
          answer: await t.send(authorized(header, confirmation('000000', body))),
        });
      }
      await t.given('credentials of the right form are taken further', async () => {
        const exchange = await t.send(authorized(authorization, confirmation('000000', body)));
        t.expect.status(exchange, 403, { what: 'good credentials, no code pending' });
      });
      for (const { what, answer } of answers) t.expect.status(answer, 401, { what });
    },
  },
  {
    requirement: 'textsecure.registration.bad-body-refused',
    title: 'a confirmation without a readable body is refused and creates no account',
    async run(t, driver) {
      for (const kind of ['cut-off JSON', 'no signaling key']) {
        const number = driver.number();
        const code = await driver.code(number);
        const { authorization, body } = wanted(driver, number);
        const good = confirmation(code, body);
        const bad = kind === 'cut-off JSON' ? truncated(good) : confirmation(code, {});
        const refused = await t.send(authorized(authorization, bad));
        const used = await t.send(useCredentials(authorization, driver));
        await control(t, 'the whole body', authorized(authorization, good));
        t.expect.status(refused, [400, 415, 422], { what: kind });
        t.expect.status(used, 401, { what: 'the credentials of a refused confirmation' });
      }
    },
  },
  {
    requirement: 'textsecure.registration.minimal-body-accepted',
    title: 'supportsSms may be left out, and an unknown member is ignored',
    async run(t, driver) {
      for (const extra of [{}, { registrationNote: 'unknown to the server' }]) {
        const number = driver.number();
        const code = await driver.code(number);
        const { authorization } = wanted(driver, number);
        await canRefuseCredentials(t, driver, number);
        const body = { signalingKey: padded(driver.signalingKey()), ...extra };
        const what = `a body with only ${Object.keys(body).join(' and ')}`;
        expectDone(t, await t.send(authorized(authorization, confirmation(code, body))), what);
        const used = await t.send(useCredentials(authorization, driver));
        t.expect.status(used, [200, 204], { what: 'the new credentials' });
      }
    },
  },
  {
    requirement: 'textsecure.registration.malformed-signaling-key-refused',
    title: 'a signaling key of another length than 52 bytes is refused',
    async run(t, driver) {
      for (const length of [51, 53]) {
        const number = driver.number();
        const code = await driver.code(number);
        const { authorization, body } = wanted(driver, number);
        const key = { signalingKey: padded(t.random.bytes(length)), supportsSms: false };
        await canRefuseCredentials(t, driver, number);
        const refused = await t.send(authorized(authorization, confirmation(code, key)));
        await control(t, 'a key of 52 bytes', authorized(authorization, confirmation(code, body)));
        const what = `a signaling key of ${String(length)} bytes`;
        t.expect.status(refused, [415, 400, 422], { tolerate: [200, 204], what });
      }
    },
  },
  {
    requirement: 'textsecure.registration.reregistration-replaces-password',
    title: 'a new confirmation replaces the password',
    async run(t, driver) {
      const before = await driver.account();
      const after = await driver.confirmAnew(before);
      const accepted = await t.send(useCredentials(after.authorization, driver));
      t.expect.status(accepted, [200, 204], { what: 'the new password' });
      const refused = await t.send(useCredentials(before.authorization, driver));
      t.expect.status(refused, 401, { what: 'the old password' });
    },
  },
  {
    requirement: 'textsecure.registration.reregistration-drops-push-id',
    title: 'a new confirmation forgets the push id',
    async run(t, driver) {
      const caller = await driver.account();
      const before = await driver.account();
      const token = tokenOf(before.number);
      const listed = await driver.listed(caller, [before.number]);
      if (!listed.includes(token)) t.skip('the number was not in the directory to begin with');
      const after = await driver.confirmAnew(before);
      t.expect.ok(
        !(await driver.listed(caller, [before.number])).includes(token),
        'the number is still in the directory after a new confirmation',
      );
      const send = messages(driver.message(before.number, driver.body()));
      const receipt = receiptOf(await driver.as(caller, send));
      t.expect.equal(receipt.failure, [before.number], 'the list failure after a new confirmation');
      await driver.withPushId(after, 'gcm');
      t.expect.ok(
        (await driver.listed(caller, [before.number])).includes(token),
        'the number is not in the directory after a push id was registered again',
      );
    },
  },
  {
    requirement: 'textsecure.registration.reregistration-keeps-prekeys',
    title: 'a new confirmation leaves the prekeys in place',
    async run(t, driver) {
      const caller = await driver.account();
      const owner = await driver.account();
      const keys = driver.upload([5]);
      await driver.store(owner, keys);
      await driver.confirmAnew(owner);
      const exchange = await driver.as(caller, preKeyRequest(owner.number));
      t.expect.status(exchange, 200, { what: 'a prekey stored before the new confirmation' });
      t.expect.equal(exchange.object().publicKey, keys.keys[0]?.publicKey, 'the public key');
    },
  },
  {
    requirement: 'textsecure.registration.printed-path-alias',
    title: 'the path as the page prints it works like the right one',
    async run(t, driver) {
      const number = driver.number();
      const code = await driver.code(number);
      const { authorization, body } = wanted(driver, number);
      const good = confirmation(code, body);
      const printed = { ...good, path: good.path.replace('accounts', 'acccounts') };
      const wrongCode = { ...printed, path: printed.path.replace(code, otherDigit(code, 0)) };
      const answer = await t.send(authorized(authorization, printed));
      if (!t.expect.status(answer, [200, 204], { tolerate: [404, 405] })) return;
      const used = await t.send(useCredentials(authorization, driver));
      t.expect.status(used, [200, 204], { what: 'the new credentials' });
      const refused = await t.send(authorized(authorization, wrongCode));
      t.expect.status(refused, 403, { what: 'a wrong code at the printed path' });
    },
  },
]);
