import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { anyOther4xx, type Driver } from './driver.js';
import { asRecord, openFeed } from './feed.js';
import type { Person } from './profile.js';
import { handshakeHeaders } from './raw-handshake.js';
import { headersOf, type Credentials } from './session.js';

/** A handshake that must not open a socket. */
interface Attempt {
  readonly what: string;
  /** Path with its query; the first identity's socket by default. */
  readonly path?: string;
  readonly credentials?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
  /** False sends a plain GET. */
  readonly upgrade?: boolean;
  readonly version?: string;
}

interface Outcome {
  readonly what: string;
  readonly status: number;
  readonly body: string;
}

function right(person: Person): Credentials {
  return { accessToken: person.accessToken, tokenType: 'bearer' };
}

/** Tries all of them, then the right handshake as positive control. */
async function tryAll(
  t: TestContext,
  driver: Driver,
  attempts: readonly Attempt[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attempt of attempts) {
    const { what, version = '13', credentials = right(driver.me) } = attempt;
    const path = attempt.path ?? `/box-users/${driver.me.id}/ws`;
    const headers = { ...headersOf(credentials), ...attempt.headers };
    if (attempt.upgrade === false) {
      const answer = await t.send({ method: 'GET', path, headers });
      outcomes.push({ what, status: answer.status, body: answer.text });
    } else {
      const key = Buffer.from(t.random.bytes(16)).toString('base64');
      const answer = await t.rawUpgrade(path, {
        headers: { ...handshakeHeaders(key, version), ...headers },
      });
      outcomes.push({ what, status: answer.status, body: answer.body });
    }
  }
  await t.given('the same handshake without the fault', () => openFeed(t, driver.me));
  return outcomes;
}

/** Judges outcomes by status. */
function judge(
  t: TestContext,
  outcomes: readonly Outcome[],
  expected: readonly number[],
  tolerated: readonly number[],
): void {
  for (const { what, status } of outcomes) {
    if (expected.includes(status)) continue;
    const wanted = expected.join(' or ');
    if (tolerated.includes(status)) {
      t.deviate(`a handshake with ${what} was answered ${String(status)} in place of ${wanted}`);
      continue;
    }
    t.expect.fail(
      status === 101
        ? `a handshake with ${what} opened the socket`
        : `a handshake with ${what} was answered ${String(status)}`,
      {
        expected: `a refusal with status ${wanted}${tolerated.length > 0 ? ' (others are tolerated)' : ''}`,
        actual: `status ${String(status)}`,
      },
    );
  }
}

function altered(token: string): readonly (readonly [string, string])[] {
  const last = token.at(-1) === 'A' ? 'B' : 'A';
  return [
    ['the last character of the token changed', token.slice(0, -1) + last],
    ['the last character of the token removed', token.slice(0, -1)],
    ['a character added to the token', `${token}A`],
  ];
}

/** A UUID of version 4 that is not one of the profile's. */
function strange(t: TestContext): string {
  return t.random.uuid();
}

/** Handshakes that open nothing ("Box Realtime", lines 17-20). */
export const wsRefusalChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.ws.acr-0-refused',
    title: 'a token of ACR 0 does not open the socket',
    async run(t, driver) {
      const token = driver.section.tokens?.acr0 ?? t.lacks('tokens.acr0');
      const outcomes = await tryAll(t, driver, [
        { what: 'a token of ACR 0', credentials: { accessToken: token, tokenType: 'bearer' } },
      ]);
      judge(t, outcomes, [403, 401], [...anyOther4xx(401, 403), 101]);
    },
  },
  {
    requirement: 'misakey.ws.no-cookies-refused',
    title: 'without the cookies, and with tokentype alone, no socket opens',
    async run(t, driver) {
      const outcomes = await tryAll(t, driver, [
        { what: 'no cookies', credentials: {} },
        { what: 'tokentype alone', credentials: { tokenType: 'bearer' } },
      ]);
      judge(t, outcomes, [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.missing-tokentype-refused',
    title: 'a valid accesstoken without tokentype does not open the socket',
    async run(t, driver) {
      const credentials = { accessToken: driver.me.accessToken };
      const outcomes = await tryAll(t, driver, [{ what: 'no tokentype', credentials }]);
      judge(t, outcomes, [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.other-tokentype-refused',
    title: 'a tokentype other than bearer does not open the socket',
    async run(t, driver) {
      const outcomes = await tryAll(t, driver, [
        {
          what: 'the tokentype mac',
          credentials: { accessToken: driver.me.accessToken, tokenType: 'mac' },
        },
      ]);
      judge(t, outcomes, [401], [...anyOther4xx(401), 500]);
    },
  },
  {
    requirement: 'misakey.ws.unknown-token-refused',
    title: 'an accesstoken that was never issued does not open the socket',
    async run(t, driver) {
      const accessToken = t.secret(t.random.text(driver.me.accessToken.length));
      const outcomes = await tryAll(t, driver, [
        { what: 'an unknown accesstoken', credentials: { accessToken, tokenType: 'bearer' } },
      ]);
      judge(t, outcomes, [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.altered-token-refused',
    title: 'a valid accesstoken that differs at its end does not open the socket',
    async run(t, driver) {
      const attempts = altered(driver.me.accessToken).map(([what, token]) => ({
        what,
        credentials: { accessToken: t.secret(token), tokenType: 'bearer' },
      }));
      judge(t, await tryAll(t, driver, attempts), [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.other-identity-refused',
    title: 'a valid token does not open the socket of another identity',
    async run(t, driver) {
      const path = `/box-users/${driver.other.id}/ws`;
      const outcomes = await tryAll(t, driver, [{ what: "another identity's id", path }]);
      await t.given('the other identity opening its own socket', () => openFeed(t, driver.other));
      judge(t, outcomes, [403], anyOther4xx(403));
    },
  },
  {
    requirement: 'misakey.ws.expired-token-refused',
    title: 'an expired token does not open the socket',
    async run(t, driver) {
      const accessToken = driver.section.tokens?.expired ?? t.lacks('tokens.expired');
      const outcomes = await tryAll(t, driver, [
        { what: 'an expired token', credentials: { accessToken, tokenType: 'bearer' } },
      ]);
      judge(t, outcomes, [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.refusal-statuses',
    title: 'refusals are HTTP answers with a JSON error: 401 unauthorized, 403 forbidden',
    async run(t, driver) {
      const accessToken = t.secret(t.random.text(driver.me.accessToken.length));
      const outcomes = await tryAll(t, driver, [
        { what: 'no cookies', credentials: {} },
        { what: 'an unknown accesstoken', credentials: { accessToken, tokenType: 'bearer' } },
        { what: "another identity's id", path: `/box-users/${driver.other.id}/ws` },
      ]);
      const expected = [
        [401, 'unauthorized'],
        [401, 'unauthorized'],
        [403, 'forbidden'],
      ];
      outcomes.forEach(({ what, status, body }, index) => {
        t.expect.equal(
          [status, codeOf(body)],
          expected[index],
          `status and code of the answer to a handshake with ${what}`,
        );
      });
    },
  },
  {
    requirement: 'misakey.ws.query-token-refused',
    title: 'a token that is given only in the query string does not authenticate',
    async run(t, driver) {
      const token = encodeURIComponent(driver.me.accessToken);
      const base = `/box-users/${driver.me.id}/ws`;
      const outcomes = await tryAll(t, driver, [
        { what: '?access_token= alone', path: `${base}?access_token=${token}`, credentials: {} },
        {
          what: '?accesstoken=&tokentype= alone',
          path: `${base}?accesstoken=${token}&tokentype=bearer`,
          credentials: {},
        },
      ]);
      judge(t, outcomes, [401], anyOther4xx(401));
    },
  },
  {
    requirement: 'misakey.ws.malformed-id-refused',
    title: 'a path id that is no UUID is refused with 400',
    async run(t, driver) {
      const outcomes = await tryAll(t, driver, [
        { what: 'the path id nope', path: '/box-users/nope/ws' },
        { what: 'a path id cut by one', path: `/box-users/${driver.me.id.slice(0, -1)}/ws` },
      ]);
      judge(t, outcomes, [400], [403, 404, 422]);
      for (const { what, status, body } of outcomes) {
        if (status === 400) t.expect.equal(codeOf(body), 'bad_request', `the code for ${what}`);
      }
    },
  },
  {
    requirement: 'misakey.ws.not-an-upgrade-refused',
    title: 'a plain GET, and an upgrade of version 8, open nothing',
    async run(t, driver) {
      const [plain, version] = [
        await tryAll(t, driver, [{ what: 'no upgrade at all', upgrade: false }]),
        await tryAll(t, driver, [{ what: 'Sec-WebSocket-Version 8', version: '8' }]),
      ];
      judge(t, plain, [400], [426, 404, 405]);
      judge(t, version, [400], [426]);
    },
  },
  {
    requirement: 'misakey.ws.foreign-origin-refused',
    title: 'an upgrade from a foreign Origin is refused',
    async run(t, driver) {
      const headers = { Origin: 'https://foreign.example' };
      const stranger = `/box-users/${strange(t)}/ws`;
      const [foreign, control] = [
        await tryAll(t, driver, [{ what: 'the Origin https://foreign.example', headers }]),
        await tryAll(t, driver, [{ what: 'a strange id', path: stranger }]),
      ];
      await t.given('a strange id being refused', () => {
        t.expect.ok(control[0]?.status !== 101, 'it opened a socket');
        return Promise.resolve();
      });
      judge(t, foreign, [403], [101]);
    },
  },
]);

function codeOf(body: string): unknown {
  try {
    return asRecord(JSON.parse(body)).code;
  } catch {
    return null;
  }
}
