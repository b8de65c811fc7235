/**
 * Targets that cannot be judged, or not well: every check ends in its time, nobody is blamed for what
 * was not seen, and the report is whole.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { countersign, scratchFolder } from '../command.js';
import { byVerdict, expectCompleteReport } from './complete.js';
import {
  behaviours,
  halfAFrame,
  longerThanSaid,
  redirectTo,
  startBad,
  type BadServer,
} from './servers.js';

const scratch = scratchFolder();
afterAll(scratch.remove);

const ids = [
  'textsecure.registration.code-request-accepted',
  'textsecure.registration.malformed-number-400',
  'textsecure.registration.invalid-transport-415',
  'textsecure.auth.unknown-number-401',
];

const identities = [1, 2].map((n) => ({
  id: `00000000-0000-4000-8000-00000000000${String(n)}`,
  accessToken: `token-${String(n)}`,
  acr: 2,
  publicKey: `key-${String(n)}`,
}));
const users = ['ann', 'bob'].map((login) => ({
  login: `${login}@a.test`,
  password: `${login}-word`,
}));

let runs = 0;

/** Runs these requirements by a profile. */
async function run(profile: object, requirements = ids) {
  const out = join(scratch.path, `run-${String((runs += 1))}`);
  writeFileSync(`${out}.yaml`, stringify(profile));
  const args = ['--profile', `${out}.yaml`, '--requirement', requirements.join(','), '--out', out];
  return { ended: await countersign(['test', ...args]), out };
}

describe.concurrent('a target that', () => {
  test('is five bad ones at five addresses leaves every check undecided', async () => {
    const systems = {
      textsecure: { is: 'hangs', section: {} },
      ssks: { is: 'resets in the middle', section: { appId: 'an-id', apiKey: 'a-key-of-it' } },
      quatrix: { is: 'answers garbage', section: { referer: 'https://a.test/', users } },
      keyservice: { is: 'sends less than its Content-Length', section: {} },
      misakey: { is: 'sends an endless body', section: { identities } },
    } as const;
    const sections: Record<string, object> = {};
    const servers: BadServer[] = [];
    for (const [slug, { is, section }] of Object.entries(systems)) {
      const server = await startBad(behaviours[is]);
      servers.push(server);
      sections[slug] = { ...section, url: server.url };
    }
    const requirements = [
      ...ids,
      'ssks.challenge-send.unknown-user-rejected',
      'ssks.common.malformed-json-refused',
      'quatrix.login.valid-login-200',
      'quatrix.login.wrong-password-401',
      'keyservice.create.returns-token',
      'keyservice.create.token-format',
      'misakey.csrf.token-issued',
    ];
    const { ended, out } = await run({ systems: sections }, requirements);
    for (const { close } of servers) close();
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: '' });
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    expect([...(byVerdict(results).inconclusive ?? [])].sort()).toEqual([...requirements].sort());
    const reasonOf = (id: string): string =>
      results.requirements.find((result) => result.id === id)?.reason ?? '';
    expect(reasonOf('textsecure.auth.unknown-number-401')).toContain('within 10 s');
    expect(reasonOf('ssks.common.malformed-json-refused')).toContain('the connection was reset');
    expect(reasonOf('misakey.csrf.token-issued')).toContain('longer than 64 MiB');
  });

  test('sends endless headers leaves every check undecided', async () => {
    const server = await startBad(behaviours['sends endless headers']);
    const { ended, out } = await run({ target: server.url });
    server.close();
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: '' });
    expect(byVerdict(expectCompleteReport(out))).toEqual({ inconclusive: ids });
  });

  test('is not there leaves a report that says so', async () => {
    const server = await startBad(() => undefined);
    server.close();
    const { ended, out } = await run({ target: server.url });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/^countersign: http:.* cannot be reached: .*ECONNREFUSED.*\n$/);
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toContain('cannot be reached');
    expect(byVerdict(results)).toEqual({ untested: ids });
  });

  test('sends more than its Content-Length is judged by what it announced', async () => {
    const server = await startBad(longerThanSaid);
    const { ended, out } = await run({ target: server.url });
    server.close();
    expect(ended.code).toBe(1);
    // It answers everything with 200: what has to be refused fails, and a pass shows nothing.
    expect(byVerdict(expectCompleteReport(out))).toEqual({
      inconclusive: ids.slice(0, 1),
      fail: ids.slice(1),
    });
  });

  test('redirects elsewhere is not followed there', async () => {
    let strangers = 0;
    const elsewhere = createServer((_request, response) => {
      strangers += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const server = await startBad(redirectTo(`http://127.0.0.1:${String(port)}`));
    const { ended, out } = await run({ target: server.url });
    server.close();
    elsewhere.close();
    expect(ended.code).toBe(3);
    const results = expectCompleteReport(out);
    expect(byVerdict(results)).toEqual({ inconclusive: ids });
    for (const { reason } of results.requirements) expect(reason).toContain('answered 302');
    expect(strangers).toBe(0);
  });

  test.each(['silence', 'reset'] as const)('sends half a frame, then %s', async (then) => {
    const server = await startBad(halfAFrame(then));
    const wanted = ['upgrade-answers-101', 'ping-answered', 'close-echoed'];
    const profile = { target: server.url, systems: { misakey: { identities } } };
    const { ended, out } = await run(
      profile,
      wanted.map((name) => `misakey.ws.${name}`),
    );
    server.close();
    expect(ended.stderr).toBe('');
    const results = expectCompleteReport(out);
    // What was opened was opened; a socket that is stuck in a frame answers neither ping nor close.
    expect(byVerdict(results)).toEqual({
      pass: ['misakey.ws.upgrade-answers-101'],
      fail: ['misakey.ws.ping-answered', 'misakey.ws.close-echoed'],
    });
    expect(ended.code).toBe(0);
  });
});
