/** `countersign mock`: who reaches its control plane, and what each world keeps to look at. */
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeRaw } from '../engine/raw-http.js';
import { countersign, start, type Running } from './cli.js';

let running: Running | undefined;

afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
});

async function mock(...args: readonly string[]): Promise<string> {
  running = start(['mock', '--port', '0', '--system', 'misakey', ...args]);
  const line = await running.firstLine;
  return line.replace(/^.* on /, '').replace('0.0.0.0', '127.0.0.1');
}

/** What it has said on the error output once it has ended. */
async function complaints(): Promise<string> {
  running?.child.kill('SIGTERM');
  const ended = await running?.ended;
  running = undefined;
  return ended?.stderr ?? '';
}

async function statusOf(url: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/_countersign/clock`, { headers })).status;
}

describe('the control plane', () => {
  it('is open on loopback, and nothing is said of tokens', async () => {
    expect(await statusOf(await mock())).toBe(200);
    expect(await complaints()).toBe('');
  });

  it('needs beyond loopback a token that is printed apart from the line that is waited for', async () => {
    const url = await mock('--host', '0.0.0.0');
    expect(await statusOf(url)).toBe(401);
    expect((await fetch(`${url}/csrf`)).status).toBe(200);
    expect(await complaints()).toMatch(/\/_countersign\/\?token=[0-9a-f]{32}\n$/);
  });

  it('takes the token that was given, which is not said again', async () => {
    const url = await mock('--host', '0.0.0.0', '--token', 'a-token-of-the-test');
    expect([await statusOf(url), await statusOf(url, 'a-token-of-the-test')]).toEqual([401, 200]);
    expect(await complaints()).not.toContain('a-token-of-the-test');
  });

  it('has one token in all workers', async () => {
    const url = await mock('--workers', '2', '--token', 'a-token-of-the-test');
    const statuses = await Promise.all(
      Array.from({ length: 8 }, () => statusOf(url, 'a-token-of-the-test')),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    // Whichever worker is asked, and whichever has the state.
    const refused = await Promise.all(Array.from({ length: 8 }, () => statusOf(url)));
    expect(new Set(refused)).toEqual(new Set([401]));
  });

  it('is served under another name where that is allowed', async () => {
    const url = await mock('--allow-host', 'mock.internal');
    const ask = async (host: string): Promise<string> =>
      exchangeRaw(
        url,
        `GET /_countersign/clock HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
    expect(await ask('mock.internal:80')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('other.internal:80')).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('keeps as many exchanges as --journal says', async () => {
    const url = await mock('--journal', '3');
    for (let at = 0; at < 5; at += 1) await fetch(`${url}/csrf`);
    const answer = await fetch(`${url}/_countersign/traffic`);
    expect(((await answer.json()) as { entries: unknown[] }).entries).toHaveLength(3);
  });

  it.each([
    ['--token', 'short'],
    ['--token', 'with blanks in it'],
    ['--allow-host', 'http://mock.internal'],
    ['--journal', '0'],
  ])('refuses %s %s in one line', async (flag, value) => {
    const { code, stderr } = await countersign(['mock', flag, value]);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
  });
});
