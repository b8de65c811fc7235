import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { poll } from '../engine/wait.js';
import type { Driver } from './driver.js';
import { ackText } from './feed.js';
import { acceptFor, handshakeHeaders } from './raw-handshake.js';
import type { Person } from './profile.js';
import { headersOf } from './session.js';

const socketPath = (person: Person): string => `/box-users/${person.id}/ws`;

const bearer = (accessToken: string): Record<string, string> =>
  headersOf({ accessToken, tokenType: 'bearer' });

function freshKey(t: TestContext): string {
  return Buffer.from(t.random.bytes(16)).toString('base64');
}

/** Asserts that a handshake with these cookies opens a socket. */
async function opens(
  t: TestContext,
  person: Person,
  cookies: Record<string, string>,
  what: string,
) {
  const outcome = await t.openSocket(socketPath(person), { headers: cookies });
  if ('refused' in outcome) {
    return t.expect.fail(`${what} did not open the socket`, {
      expected: 'status 101 and an open socket',
      actual: `status ${String(outcome.refused.status)}`,
    });
  }
  return outcome.socket;
}

/** A header of a 101, in lower case words; '' when absent. */
function words(value: string | string[] | undefined): readonly string[] {
  return String(value ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase());
}

/** The handshake and the life of a socket ("Box Realtime", lines 5-30). */
export const wsChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.ws.upgrade-answers-101',
    title: "an upgrade for the caller's own id with both cookies is answered 101 and opens",
    async run(t, driver) {
      await driver.tellsHandshakesApart();
      const answer = await t.rawUpgrade(socketPath(driver.me), {
        headers: { ...handshakeHeaders(freshKey(t)), ...bearer(driver.me.accessToken) },
      });
      t.expect.ok(
        answer.status === 101,
        answer.status === 200
          ? 'the upgrade was answered 200, as the document prints; a WebSocket opens with 101'
          : 'the upgrade was not answered 101',
        { expected: 'status 101', actual: `status ${String(answer.status)}` },
      );
      await opens(t, driver.me, bearer(driver.me.accessToken), 'a handshake with both cookies');
    },
  },
  {
    requirement: 'misakey.ws.accept-key-correct',
    title: 'the 101 carries Upgrade, Connection and the accept value of RFC 6455, for two keys',
    async run(t, driver) {
      for (const key of [freshKey(t), freshKey(t)]) {
        const answer = await t.rawUpgrade(socketPath(driver.me), {
          headers: { ...handshakeHeaders(key), ...bearer(driver.me.accessToken) },
        });
        await t.given('the upgrade', () => {
          t.expect.equal(answer.status, 101, 'the status');
          return Promise.resolve();
        });
        t.expect.equal(words(answer.headers.upgrade), ['websocket'], 'the header Upgrade');
        t.expect.ok(
          words(answer.headers.connection).includes('upgrade'),
          'the header Connection of the 101 lacks the token Upgrade',
        );
        t.expect.equal(
          answer.headers['sec-websocket-accept'],
          acceptFor(key),
          `Sec-WebSocket-Accept for the key ${key} (base64 of SHA-1 over key and GUID)`,
        );
        for (const name of ['sec-websocket-extensions', 'sec-websocket-protocol']) {
          t.expect.equal(answer.headers[name] ?? null, null, `${name}, which was not offered,`);
        }
      }
    },
  },
  {
    requirement: 'misakey.ws.stays-open',
    title: 'an open socket stays open for 4 s without traffic, and works then',
    async run(t, driver) {
      const feed = await driver.open(driver.me);
      await feed.socket.maybe(() => false, { timeoutMs: Math.min(4_000, t.patienceMs) });
      const payload = t.random.text(8);
      const works = await feed.socket.closed(0).then(
        (close) => close,
        () => null,
      );
      t.expect.ok(works === null, 'the socket was closed although nothing called for it', {
        expected: 'still open',
        actual: `closed with ${String(works?.code)}`,
      });
      feed.socket.ping(payload);
      const box = await driver.contacted();
      const event = await feed.maybe(box.id);
      if (event === null) await feed.socket.waitForPong(payload);
    },
  },
  {
    requirement: 'misakey.ws.no-csrf-token-needed',
    title: 'the two cookies are all that the upgrade needs: no CSRF token, no CSRF cookie',
    async run(t, driver) {
      await driver.tellsHandshakesApart();
      await opens(
        t,
        driver.me,
        { Cookie: `accesstoken=${driver.me.accessToken}; tokentype=bearer` },
        'a handshake with the two cookies and nothing else',
      );
    },
  },
  {
    requirement: 'misakey.ws.acr-1-accepted',
    title: 'a token of ACR 1 opens the socket',
    async run(t, driver) {
      const token = driver.section.tokens?.acr1 ?? t.lacks('tokens.acr1');
      await driver.tellsHandshakesApart();
      await opens(t, driver.me, bearer(token), 'a token of ACR 1');
    },
  },
  {
    requirement: 'misakey.ws.ping-answered',
    title: 'a ping is answered by a pong with the same payload, of 0, 5 and 125 bytes',
    async run(t, driver) {
      const { socket } = await driver.open(driver.me);
      for (const payload of [t.random.text(5), t.random.text(125), '']) {
        socket.ping(payload);
        await socket.waitForPong(payload);
      }
    },
  },
  {
    requirement: 'misakey.ws.server-pings',
    title: 'the server pings an open socket within 65 s',
    alone: 'in-run',
    timeoutMs: 80_000,
    async run(t, driver) {
      const { socket } = await driver.open(driver.me);
      // Where the clock can be moved, nobody has to wait.
      const movable = t.has('clock');
      // In steps: a server may count its time in beats, and a leap is one beat to it.
      for (let step = 0; movable && step < 4; step += 1) await t.advanceClock('16s');
      const seen = await poll(() => Promise.resolve(socket.pings > 0 ? true : null), {
        // A server's pings may follow real time all the same; in-process there is no need to wait.
        timeoutMs: movable && t.patienceMs < 1_000 ? t.patienceMs : 65_000,
        signal: t.signal,
      });
      t.expect.ok(seen === true, 'no ping came within 65 s');
    },
  },
  {
    requirement: 'misakey.ws.close-echoed',
    title: 'a close is answered with a close of the same code',
    async run(t, driver) {
      for (const code of [1000, 4001]) {
        const { socket } = await driver.open(driver.me);
        socket.close(code);
        const close = await socket.closed();
        t.expect.equal(close.code, code, `the code of the close that answers ${String(code)}`);
      }
    },
  },
  {
    requirement: 'misakey.ws.message-size-limit',
    title: 'a message of 8192 bytes is read, one of 8193 closes the socket with 1009',
    async run(t, driver) {
      const { socket, person } = await driver.open(driver.me);
      const frame = ackText(person.id, '');
      const marker = t.random.text(32);
      const fill = 'x'.repeat(8_192 - Buffer.byteLength(frame) - marker.length);
      socket.send(ackText(person.id, marker + fill));
      const echo = await socket.maybe((_, text) => text.includes(marker), {
        timeoutMs: Math.min(1_000, t.patienceMs),
      });
      if (echo === null) {
        socket.ping(marker);
        await socket.waitForPong(marker, 'a message of 8192 bytes');
      }
      const after = t.random.text(32);
      socket.send('x'.repeat(8_193));
      socket.ping(after);
      const open = await poll(() => Promise.resolve(socket.pongs.includes(after) ? true : null), {
        timeoutMs: Math.min(1_000, t.patienceMs / 4),
        signal: t.signal,
      });
      if (open === true) {
        t.deviate('a message of 8193 bytes left the socket open: the limit is larger');
        return;
      }
      const close = await socket.closed();
      t.expect.equal(close.code, 1009, 'the code of the close after 8193 bytes');
    },
  },
]);
