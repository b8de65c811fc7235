/**
 * Targets that cannot be judged, or not well: every check ends in its time, nobody is blamed for what
 * was not seen, and the report is whole.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countersign, scratchFolder } from '../command.js';
import { byVerdict, expectCompleteReport } from './complete.js';
import { behaviours, halfAFrame, longerThanSaid, redirectTo, startBad } from './servers.js';

const scratch = scratchFolder();
afterAll(scratch.remove);

const ids = [
  'textsecure.registration.code-request-accepted',
  'textsecure.registration.malformed-number-400',
  'textsecure.registration.invalid-transport-415',
  'textsecure.auth.unknown-number-401',
];

let runs = 0;

async function run(target: string, requirements = ids) {
  const out = join(scratch.path, `run-${String((runs += 1))}`);
  const args = ['--requirement', requirements.join(','), '--out', out];
  const ended = await countersign(['test', '--target', target, ...args]);
  return { ended, out };
}

describe.concurrent('a target that', () => {
  test.each(Object.entries(behaviours))('%s leaves every check undecided', async (name, behave) => {
    const server = await startBad(behave);
    const { ended, out } = await run(server.url);
    server.close();
    expect({ name, code: ended.code, stderr: ended.stderr }).toEqual({ name, code: 3, stderr: '' });
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    expect(byVerdict(results)).toEqual({ inconclusive: ids });
  });

  test('is not there leaves a report that says so', async () => {
    const server = await startBad(() => undefined);
    server.close();
    const { ended, out } = await run(server.url);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/^countersign: http:.* cannot be reached: .*ECONNREFUSED.*\n$/);
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toContain('cannot be reached');
    expect(byVerdict(results)).toEqual({ untested: ids });
  });

  test('sends more than its Content-Length is judged by what it announced', async () => {
    const server = await startBad(longerThanSaid);
    const { ended, out } = await run(server.url);
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
    const { ended, out } = await run(server.url);
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
    const profile = join(scratch.path, `half-${then}.yaml`);
    const person = (n: number): string =>
      `      - { id: 00000000-0000-4000-8000-00000000000${String(n)}, accessToken: token-${String(n)}, acr: 2, publicKey: key-${String(n)} }`;
    writeFileSync(
      profile,
      `target: ${server.url}\nsystems:\n  misakey:\n    identities:\n${person(1)}\n${person(2)}\n`,
    );
    const wanted = ['upgrade-answers-101', 'ping-answered', 'close-echoed'];
    const requirements = wanted.map((name) => `misakey.ws.${name}`).join(',');
    const out = join(scratch.path, `half-${then}`);
    const ended = await countersign([
      ...['test', '--profile', profile, '--requirement', requirements, '--out', out],
    ]);
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
