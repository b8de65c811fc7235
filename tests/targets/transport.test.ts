/**
 * Ways to a target, with real servers in between: TLS by an authority of one's own, client
 * certificates, proxies, IPv6, base paths, caps. The target is the mock, which passes all that is run
 * here; so what does not pass is the way's fault. Long-lived connections go the same ways.
 */
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { systems } from '../../mocks/registry.js';
import { openArena, type Arena } from '../../proof/arena.js';
import { insideHost, makeCertificates, type Certificates } from './certificates.js';
import { countersign, readResults, scratchFolder } from './command.js';
import { startForwardProxy } from './forward-proxy.js';
import { startTlsProxy, type TlsProxy, type TlsProxyOptions } from './tls-proxy.js';
import { byVerdict } from './bad/complete.js';

const scratch = scratchFolder();
const file = (name: string): string => join(scratch.path, name);

/** Plain exchanges, upgrades that are dropped, and sockets that events come by. */
const ids = [
  'misakey.ws.upgrade-answers-101',
  'misakey.ws.stays-open',
  'misakey.ws.no-cookies-refused',
  'misakey.push.contacted-identity-notified',
  'misakey.push.every-socket-receives',
  'misakey.csrf.token-issued',
];

let arena: Arena;
let certificates: Certificates;
const opened: { close: () => void }[] = [];

beforeAll(async () => {
  const misakey = systems.find(({ slug }) => slug === 'misakey');
  if (misakey === undefined) throw new Error('no system misakey');
  arena = await openArena({ systems: [misakey] });
  certificates = await makeCertificates();
  writeFileSync(file('ca.pem'), certificates.authority.cert);
  writeFileSync(file('client.pem'), certificates.client.cert);
  writeFileSync(file('client.key'), certificates.client.key);
});
afterAll(async () => {
  for (const { close } of opened) close();
  await arena.close();
  scratch.remove();
});

async function tls(options: Partial<TlsProxyOptions> = {}): Promise<TlsProxy> {
  const to = arena.profile.target ?? '';
  const proxy = await startTlsProxy({ certificates, to, ...options });
  opened.push(proxy);
  return proxy;
}

let runs = 0;

/** Runs the checks by a profile of the mock with these members changed. */
async function run(
  changes: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
) {
  const name = `run-${String((runs += 1))}`;
  writeFileSync(file(`${name}.yaml`), stringify({ ...arena.profile, ...changes }));
  const args = ['--profile', file(`${name}.yaml`), '--requirement', ids.join(',')];
  const ended = await countersign(['test', ...args, '--out', file(name), ...flags], env);
  return { ...ended, results: readResults(file(name)) };
}

const allPass = { pass: ids };
const ca = (): string => file('ca.pem');

describe('TLS', () => {
  test("by an authority of one's own holds for exchanges and sockets, on IPv6 and below a path", async () => {
    const { url } = await tls({ host: '::1', basePath: '/realtime/v2' });
    expect(url).toMatch(/^https:\/\/\[::1\]:\d+\/realtime\/v2$/);
    const ended = await run({ target: url, tls: { ca: ca() } });
    expect(byVerdict(ended.results)).toEqual(allPass);
    expect(ended.stderr).toBe('');
  });

  test('without that authority is a target that cannot be reached', async () => {
    const { url } = await tls();
    const ended = await run({ target: url });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/cannot be reached: .*certificate/);
    expect(byVerdict(ended.results)).toEqual({ untested: ids });
  });

  test('with --insecure is used all the same, and that is said loudly', async () => {
    const { url } = await tls();
    const ended = await run({ target: url }, {}, ['--insecure']);
    expect(byVerdict(ended.results)).toEqual(allPass);
    expect(ended.stderr).toContain('WARNING: certificates are not checked');
  });

  test('with a client certificate opens what is closed without', async () => {
    const { url } = await tls({ clientCertificate: true });
    const pair = { cert: file('client.pem'), key: file('client.key') };
    const open = await run({ target: url, tls: { ca: ca(), ...pair } });
    expect(byVerdict(open.results)).toEqual(allPass);
    const closed = await run({ target: url, tls: { ca: ca() } });
    expect(closed.code).toBe(3);
    expect(closed.stderr).toContain('cannot be reached');
  });
});

describe('a proxy of the environment', () => {
  async function inside() {
    const { port } = await tls();
    const proxy = await startForwardProxy({
      [insideHost]: port,
      'plain.inside.test': Number(new URL(arena.profile.target ?? '').port),
    });
    opened.push(proxy);
    return proxy;
  }

  test('carries exchanges and sockets to https targets', async () => {
    const proxy = await inside();
    const target = `https://${insideHost}`;
    const ended = await run({ target, tls: { ca: ca() } }, { HTTPS_PROXY: proxy.url });
    expect(byVerdict(ended.results)).toEqual(allPass);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${insideHost}:443`]));
    // It says first what it is going to do: this target is not on this machine.
    expect(ended.stdout).toContain(`requirements of misakey at ${target}`);
  });

  test('carries exchanges and sockets to http targets', async () => {
    const proxy = await inside();
    const target = 'http://plain.inside.test';
    const ended = await run({ target }, { http_proxy: proxy.url });
    expect(byVerdict(ended.results)).toEqual(allPass);
    expect(proxy.asked.some((line) => line.startsWith(`GET ${target}/`))).toBe(true);
    expect(proxy.asked).toContain('CONNECT plain.inside.test:80');
  });

  test('is left out where NO_PROXY says so', async () => {
    const proxy = await inside();
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: 'other.test,plain.inside.test' };
    const ended = await run({ target: 'http://plain.inside.test' }, env);
    expect(ended.code).toBe(3);
    expect(proxy.asked).toEqual([]);
  });

  test('is left out for a target on this machine', async () => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect(byVerdict((await run({}, env)).results)).toEqual(allPass);
  });
});

describe('every request', () => {
  test('names the run and carries the headers of the profile, which no report shows', async () => {
    const seen: IncomingMessage[] = [];
    const { url } = await tls({ seen: (request) => seen.push(request) });
    const headers = { 'X-Gate-Pass': 'let-this-run-through' };
    const { results, stdout } = await run({ target: url, tls: { ca: ca() }, headers });
    expect(byVerdict(results)).toEqual(allPass);
    const agents = new Set(seen.map((request) => request.headers['user-agent']));
    expect(agents).toEqual(new Set([`countersign/${results.runId}`]));
    expect(
      seen.filter((request) => request.headers['x-gate-pass'] !== headers['X-Gate-Pass']),
    ).toEqual([]);
    expect(seen.some((request) => request.headers.upgrade === 'websocket')).toBe(true);
    expect(stdout + JSON.stringify(results)).not.toContain(headers['X-Gate-Pass']);
  });
});

describe('a cap', () => {
  test('on connections holds for exchanges and sockets together', async () => {
    const capped = await tls();
    const ended = await run({ target: capped.url, tls: { ca: ca() }, maxConnections: 4 });
    expect(byVerdict(ended.results)).toEqual(allPass);
    expect(capped.mostConnections()).toBeLessThanOrEqual(4);
    // Without it there are more, so it was the cap.
    const free = await tls();
    await run({ target: free.url, tls: { ca: ca() } });
    expect(free.mostConnections()).toBeGreaterThan(4);
  });

  test('on requests per second costs no check its verdict', async () => {
    const arrived: number[] = [];
    const { url } = await tls({ seen: () => arrived.push(performance.now()) });
    const perSecond = 4;
    const ended = await run({ target: url, tls: { ca: ca() }, maxRequestsPerSecond: perSecond });
    expect(byVerdict(ended.results)).toEqual(allPass);
    // However slow the machine is: so many requests cannot have come in less time.
    const took = (arrived.at(-1) ?? 0) - (arrived[0] ?? 0);
    expect(arrived.length).toBeGreaterThan(2 * perSecond);
    expect(took).toBeGreaterThan(((arrived.length - 3) / perSecond) * 1000);
  });
});
