import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { isRefusal, type Driver } from './driver.js';
import { asRecord } from './feed.js';
import { errorOf } from './judging.js';

/** `code` by status, from a document on errors of the same site. */
const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'request_entity_too_large',
  422: 'unprocessable_entity',
};

interface Named {
  readonly what: string;
  readonly answer: Exchange;
}

/** Four refusals that every server of this kind gives; each must be one. */
async function refusals(t: TestContext, driver: Driver): Promise<readonly Named[]> {
  const right = await driver.credentials(driver.me);
  const wrong = { ...right, csrfHeader: t.random.text(32) };
  const named: Named[] = [
    { what: 'a missing title', answer: await driver.contact(driver.plan({ title: undefined })) },
    {
      what: 'missing credentials',
      answer: await driver.contact(driver.plan(), { credentials: { csrf: await driver.csrf() } }),
    },
    {
      what: 'a wrong CSRF token',
      answer: await driver.contact(driver.plan(), { credentials: wrong }),
    },
    {
      what: 'an unknown contact',
      answer: await driver.contact(driver.plan({ contactedId: t.random.uuid() })),
    },
  ];
  await driver.contacted();
  await allRefused(t, named);
  return named;
}

async function allRefused(t: TestContext, named: readonly Named[]): Promise<void> {
  for (const { what, answer } of named) {
    await t.given(`the refusal for ${what}`, () => {
      t.expect.ok(isRefusal(answer.status), `it was answered ${String(answer.status)}`);
      return Promise.resolve();
    });
  }
}

/** The form of errors (a document on errors of the same site, and the server of March 2021). */
export const errorChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.errors.four-members',
    title: 'an error is a JSON object with code, origin, desc and details',
    async run(t, driver) {
      for (const { what, answer } of await refusals(t, driver)) {
        t.expect.header(answer, 'content-type', /^application\/json\s*(;|$)/i, 'application/json');
        const error = answer.object();
        for (const member of ['code', 'origin', 'desc']) {
          t.expect.text(error[member], `${member} of the error for ${what}`);
        }
        const { details } = error;
        t.expect.ok(
          typeof details === 'object' && details !== null && !Array.isArray(details),
          `details of the error for ${what} is no object`,
        );
        for (const [name, value] of Object.entries(asRecord(details))) {
          t.expect.text(value, `details.${name} of the error for ${what}`);
        }
      }
    },
  },
  {
    requirement: 'misakey.errors.code-matches-status',
    title: 'code fits the status',
    async run(t, driver) {
      const used = await driver.contacted();
      const reused: Named = {
        what: 'a used share hash',
        answer: await driver.contact(driver.plan({ hash: used.plan.hash })),
      };
      await allRefused(t, [reused]);
      for (const { what, answer } of [...(await refusals(t, driver)), reused]) {
        const expected = codes[answer.status];
        if (expected === undefined) continue;
        t.expect.equal(
          errorOf(answer).code,
          expected,
          `code of the ${String(answer.status)} for ${what}`,
        );
      }
    },
  },
]);
