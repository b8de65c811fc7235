import { createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { call } from '../../support/request.js';
import {
  createQuatrix,
  callHeaders,
  loginHeaders,
  logIn,
  tokenOf,
  user,
} from '../quatrix/client.js';
import { lastFaults, lastFaultTexts } from './last-faults.js';

const timestamp = '1767225600';
const subject = `GET /session/login\nx-auth-login: ${user.login}\nx-auth-timestamp: ${timestamp}\n`;
// Independent of the mock's own crypto.
const keyOf = (password: string, hash = 'sha1', rounds = 4096): Buffer =>
  pbkdf2Sync(password, '', rounds, 32, hash);
const key = keyOf(user.password).toString('hex');
const mac = (secret: string | Buffer, text: string, hash = 'sha1'): Buffer =>
  createHmac(hash, secret).update(text).digest();

/** What a login with this signature is told. */
async function told(signature: string): Promise<string> {
  const core = createQuatrix();
  await logIn(core, user, { timestamp, headers: { authorization: signature } });
  const [first] = await lastFaults(core);
  expect(first?.where).toBe('signature');
  expect(first?.remedy).toContain(mac(key, subject).toString('hex'));
  return first?.message ?? '';
}

const right = mac(key, subject).toString('hex');
const capitalised = subject
  .replace('x-auth-login', 'X-Auth-Login')
  .replace('x-auth-timestamp', 'X-Auth-Timestamp');

describe('a signature of a login', () => {
  it.each([
    ['without its last line feed', mac(key, subject.slice(0, -1)).toString('hex')],
    ['capitalised header names', mac(key, capitalised).toString('hex')],
    ['CR LF', mac(key, subject.replaceAll('\n', '\r\n')).toString('hex')],
    ['no blank after the colons', mac(key, subject.replaceAll(': ', ':')).toString('hex')],
    ['the method in lower case', mac(key, subject.replace('GET', 'get')).toString('hex')],
    ['without the method', mac(key, subject.replace('GET ', '')).toString('hex')],
    ['HTTP/1.1', mac(key, subject.replace('login\n', 'login HTTP/1.1\n')).toString('hex')],
    ['the prefix /api/0.1', mac(key, subject.replace(' /', ' /api/0.1/')).toString('hex')],
    ['32 raw bytes', mac(keyOf(user.password), subject).toString('hex')],
    ['upper-case hexadecimal key', mac(key.toUpperCase(), subject).toString('hex')],
    ['the password itself', mac(user.password, subject).toString('hex')],
    ['HMAC-SHA256 in place', mac(key, subject, 'sha256').toString('hex')],
    [
      'HMAC-SHA256 inside PBKDF2',
      mac(keyOf(user.password, 'sha256').toString('hex'), subject).toString('hex'),
    ],
    [
      '1,000 rounds',
      mac(keyOf(user.password, 'sha1', 1000).toString('hex'), subject).toString('hex'),
    ],
    ['the empty password', mac(keyOf('').toString('hex'), subject).toString('hex')],
    ['Base64', mac(key, subject).toString('base64')],
    ['upper case', right.toUpperCase()],
    ['a word stands before', `HMAC ${right}`],
    ['39 characters', right.slice(1)],
    ['another password or another subject', '0'.repeat(40)],
  ])('is told: %s', async (words, signature) => {
    expect(await told(signature)).toContain(words);
  });

  it('of a password beyond ASCII is told when it was made from Latin-1', async () => {
    const core = createQuatrix();
    const who = { login: 'umlaut@example.com', password: 'pässwörd' };
    const latin1 = pbkdf2Sync(Buffer.from(who.password, 'latin1'), '', 4096, 32, 'sha1');
    const signed = subject.replace(user.login, who.login);
    const authorization = mac(latin1.toString('hex'), signed).toString('hex');
    await logIn(core, who, { timestamp, headers: { authorization } });
    expect(await lastFaultTexts(core)).toEqual([expect.stringContaining('Latin-1')]);
  });
});

describe('a refused request', () => {
  it('lacks values, each of which is named', async () => {
    const core = createQuatrix();
    await call(core, { path: '/session/login' });
    expect(await lastFaultTexts(core)).toEqual([
      'header X-Auth-Login: the value of X-Auth-Login is missing',
      'header X-Auth-Timestamp: the value of X-Auth-Timestamp is missing',
      'header Authorization: the value of Authorization is missing',
    ]);
  });

  it('names a user or an account that is not there, and hears who is', async () => {
    const core = createQuatrix();
    await logIn(core, { login: 'nobody@example.com', password: 'x' });
    const [unknown] = await lastFaults(core);
    expect(unknown?.message).toContain('nobody@example.com');
    expect(unknown?.remedy).toContain(user.login);
    await logIn(core, user, { headers: { referer: 'https://elsewhere.test/' } });
    expect((await lastFaults(core))[0]).toMatchObject({ where: 'header', name: 'Referer' });
  });

  it('of an ended session, and one with the query string in the subject', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    const path = '/profile/get';
    await call(core, { path, headers: callHeaders('none', path) });
    expect((await lastFaults(core))[0]?.name).toBe('X-Auth-Token');
    await call(core, { path: `${path}?_=1`, headers: callHeaders(token, `${path}?_=1`) });
    expect((await lastFaults(core))[0]?.message).toContain('the query string in the subject');
  });

  it('is not what a good one is', async () => {
    const core = createQuatrix();
    expect((await logIn(core)).status).toBe(200);
    expect(await lastFaults(core)).toEqual([]);
    expect(loginHeaders(user, timestamp).authorization).toBe(right);
  });
});
