import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { RequestContext } from '../../engine/context.js';
import { clientFault, type ClientFault, type Insight } from '../../engine/insight.js';
import type { Behaviour } from './behaviour.js';
import { deriveKey, sign } from './key.js';
import { prefix } from './routes.js';
import type { State, User } from './state.js';
import { callSubject, loginSubject } from './subject.js';

type Context = RequestContext<State, Behaviour>;

const encoder = new TextEncoder();

/** Compares what was signed with what clients sign by mistake. */
export const insight: Insight<State, Behaviour> = {
  explain(context, response) {
    if (response.status !== 400 && response.status !== 401) return [];
    const isLogin = context.operation?.id === 'login';
    const { behaviour, request } = context;
    const needed = isLogin ? behaviour.neededAtLogin : behaviour.neededInCalls;
    const absent = needed.filter((name) => (behaviour.authValue(request, name) ?? '') === '');
    if (absent.length > 0) {
      return absent.map((name) => clientFault('header', name, `the value of ${name} is missing`));
    }
    return isLogin ? loginFaults(context) : callFaults(context);
  },
};

function value(context: Context, name: Parameters<Behaviour['authValue']>[1]): string {
  return context.behaviour.authValue(context.request, name) ?? '';
}

function loginFaults(context: Context): ClientFault[] {
  const { behaviour, request, state } = context;
  const login = value(context, 'X-Auth-Login');
  const timestamp = value(context, 'X-Auth-Timestamp');
  const host = (context.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const account = behaviour.accountOf(state, { referer: context.header('referer'), host });
  if (account === undefined) {
    const hosts = state.accounts.flatMap((entry) => entry.hosts).join(', ');
    const message = `Referer ${context.header('referer') ?? ''} names no account`;
    return [clientFault('header', 'Referer', message, `the accounts are ${hosts}`)];
  }
  const user = behaviour.userOf(account, login);
  if (user === undefined) {
    const known = [...account.users.keys()].join(', ');
    const message = `account ${account.name} has no user ${JSON.stringify(login.slice(0, 100))}`;
    return [clientFault('credentials', 'X-Auth-Login', message, `its users are ${known}`)];
  }
  const subject = loginSubject({ method: 'GET', path: '/session/login', login, timestamp });
  return signatureFault(user, subject, value(context, 'Authorization'), request.query);
}

function callFaults(context: Context): ClientFault[] {
  const { behaviour, request, state, world } = context;
  const token = value(context, 'X-Auth-Token');
  const session = behaviour.findSession(state, token, world.clock.now());
  if (session === undefined) {
    const message = 'X-Auth-Token names no open session: it was never given out, or has ended';
    return [clientFault('credentials', 'X-Auth-Token', message, 'log in again')];
  }
  const path = behaviour.signedPath(request.path);
  const timestamp = value(context, 'X-Auth-Timestamp');
  const subject = callSubject({ method: request.method, path, timestamp, token });
  return signatureFault(session.user, subject, value(context, 'Authorization'), request.query);
}

/** How a signature differs: the mistake that leads to it, or else its form. */
function signatureFault(
  user: User,
  subject: string,
  received: string,
  query: string,
): ClientFault[] {
  const right = sign(deriveKey(user.password), subject);
  if (received === right) return [];
  const remedy = `for this request it is ${right}, over ${JSON.stringify(subject)}`;
  const fault = (message: string): ClientFault[] => [
    clientFault('signature', 'Authorization', message, remedy),
  ];
  const bare = received.replace(/^\w+\s+/, '');
  if (bare === right) return fault('a word stands before the signature; it must be bare');
  if (received.toLowerCase() === right) return fault('the signature is in upper case');
  for (const [what, candidate] of misreadings(user.password, subject, query)) {
    if (candidate === received) return fault(`the signature was made with ${what}`);
  }
  if (!/^[0-9a-f]{40}$/i.test(received)) {
    const length = String(received.length);
    return fault(`the signature has ${length} characters; it must be 40 hexadecimal digits`);
  }
  return fault('the signature was made with another password or another subject');
}

type Mac = (key: Uint8Array, text: string) => Uint8Array;
const sha1Mac: Mac = (key, text) => hmac(sha1, key, encoder.encode(text));

/** What clients do by mistake, and the signature that each leads to; cheap ones first. */
function* misreadings(
  password: string,
  subject: string,
  query: string,
): Iterable<readonly [what: string, signature: string]> {
  const key = deriveKey(password);
  const lines = subject.split('\n');
  const capitalised = subject.replaceAll(
    /^x-auth-(\w)(\w*)/gm,
    (_, first: string, rest: string) => `X-Auth-${first.toUpperCase()}${rest}`,
  );
  const [requestLine = '', ...headers] = lines;
  const [method = '', path = ''] = requestLine.split(' ');
  const withFirst = (line: string): string => [line, ...headers].join('\n');
  const text = encoder.encode(key);
  yield ['a subject without its last line feed', sign(key, subject.slice(0, -1))];
  yield ['capitalised header names in the subject', sign(key, capitalised)];
  yield ['CR LF in the subject', sign(key, subject.replaceAll('\n', '\r\n'))];
  yield ['no blank after the colons of the subject', sign(key, subject.replaceAll(': ', ':'))];
  yield ['the header lines in another order', sign(key, reordered(lines))];
  yield ['the method in lower case', sign(key, withFirst(`${method.toLowerCase()} ${path}`))];
  yield ['a subject without the method', sign(key, withFirst(path))];
  yield ['HTTP/1.1 in the subject', sign(key, withFirst(`${requestLine} HTTP/1.1`))];
  yield [`the prefix ${prefix} in the subject`, sign(key, withFirst(`${method} ${prefix}${path}`))];
  yield ['the query string in the subject', sign(key, withFirst(`${requestLine}?${query}`))];
  yield ['the 32 raw bytes as HMAC key', bytesToHex(sha1Mac(hexToBytes(key), subject))];
  yield ['an upper-case hexadecimal key', sign(key.toUpperCase(), subject)];
  yield ['the password itself as HMAC key', bytesToHex(sha1Mac(encoder.encode(password), subject))];
  yield [
    'HMAC-SHA256 in place of HMAC-SHA1',
    bytesToHex(hmac(sha256, text, encoder.encode(subject))),
  ];
  yield ['Base64 in place of hexadecimal digits', base64(sha1Mac(text, subject))];
  for (const [what, derived] of wrongKeys(password)) {
    yield [what, sign(derived, subject)];
  }
}

function reordered([first = '', ...rest]: readonly string[]): string {
  const headers = rest.filter((line) => line !== '').reverse();
  return [first, ...headers, ''].join('\n');
}

const wrong = new Map<string, readonly (readonly [what: string, key: string])[]>();
const rememberedPasswords = 100;

/** Keys that are derived in another way; derivation costs milliseconds, and passwords are few. */
function wrongKeys(password: string): readonly (readonly [what: string, key: string])[] {
  let keys = wrong.get(password);
  if (keys === undefined) {
    const bytes = encoder.encode(password);
    const latin1 = Uint8Array.from(password, (character) => character.charCodeAt(0) & 0xff);
    const derive = (hash: typeof sha1, from: Uint8Array, rounds: number): string =>
      bytesToHex(pbkdf2(hash, from, new Uint8Array(0), { c: rounds, dkLen: 32 }));
    keys = [
      ['HMAC-SHA256 inside PBKDF2', derive(sha256, bytes, 4096)],
      ['1,000 rounds of PBKDF2 in place of 4,096', derive(sha1, bytes, 1000)],
      ['the empty password', deriveKey('')],
      ...(/[^\0-\x7f]/.test(password)
        ? [['the password in Latin-1 in place of UTF-8', derive(sha1, latin1, 4096)] as const]
        : []),
    ];
    if (wrong.size >= rememberedPasswords) wrong.clear();
    wrong.set(password, keys);
  }
  return keys;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
