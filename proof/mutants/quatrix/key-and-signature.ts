import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import {
  deriveBytes,
  deriveKey,
  sha1Hex,
  sign,
  type KeyOptions,
} from '../../../suites/quatrix/crypto.js';
import { defineMutants, type Mutant, type MutantSpec } from '../../model.js';
import { alsoAtLogin, alsoLoginKey, alsoLoginSubject, rightLogin } from './tools.js';

type Spec = MutantSpec<State, Behaviour>;

/** A server that accepts a key made in another way, beside the right one. */
function lenientKey(
  name: string,
  requirement: string,
  bug: string,
  options: KeyOptions | ((login: string) => KeyOptions),
): Spec {
  return {
    name: `key-${name}`,
    bug,
    breaks: [`quatrix.kdf.${requirement}`],
    behaviour: alsoLoginKey((password, { login }) =>
      deriveKey(password, typeof options === 'function' ? options(login) : options),
    ),
  };
}

/** A server that accepts the key of another text than the password. */
function lenientPassword(name: string, bug: string, change: (password: string) => string): Spec {
  return {
    name: `password-${name}`,
    bug,
    breaks: ['quatrix.kdf.password-exact'],
    behaviour: alsoLoginKey((password) => deriveKey(change(password))),
  };
}

/** A server that accepts a subject written in another way. */
function lenientSubject(
  name: string,
  requirement: string,
  bug: string,
  change: (subject: string) => string,
): Spec {
  return {
    name: `subject-${name}`,
    bug,
    breaks: [`quatrix.signature.${requirement}`],
    behaviour: alsoLoginSubject(change),
  };
}

/** How the key is made of the password. */
export const keyMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    lenientKey('one-iteration', 'iterations-exact', 'Keys of one iteration are accepted.', {
      iterations: 1,
    }),
    lenientKey('old-iterations', 'iterations-exact', 'Keys of an older version still count.', {
      iterations: 1000,
    }),
    lenientKey('iteration-less', 'iterations-exact', 'The loop may end one round early.', {
      iterations: 4095,
    }),
    lenientKey('iteration-more', 'iterations-exact', 'The loop may end one round late.', {
      iterations: 4097,
    }),
    lenientKey('salted', 'salt-empty', 'The login may serve as salt.', (login) => ({
      salt: login,
    })),
    lenientKey('quoted-salt', 'salt-empty', "The text '' of the document may be the salt.", {
      salt: "''",
    }),
    lenientKey('nul-salt', 'salt-empty', 'The salt may be a terminated empty string.', {
      salt: '\0',
    }),
    lenientKey('of-64-bytes', 'length-32-bytes', 'The length may count 64 bytes.', { length: 64 }),
    lenientKey('of-16-bytes', 'length-32-bytes', 'The length may count hexadecimal digits.', {
      length: 16,
    }),
    lenientKey('of-20-bytes', 'length-32-bytes', 'The key may be one block of SHA-1.', {
      length: 20,
    }),
    lenientKey('sha256', 'prf-hmac-sha1', 'HMAC-SHA256 may be inside PBKDF2.', { hash: 'sha256' }),
    lenientKey('md5', 'prf-hmac-sha1', 'HMAC-MD5 may be inside PBKDF2.', { hash: 'md5' }),
    lenientKey('latin1-too', 'password-utf8', 'Passwords may be Latin-1 as well.', {
      encoding: 'latin1',
    }),
    {
      name: 'key-latin1-only',
      bug: 'Passwords are read as Latin-1.',
      breaks: ['quatrix.kdf.password-utf8', 'quatrix.login.valid-login-200'],
      behaviour: () => ({
        *loginSignatures(attempt) {
          const key = deriveKey(attempt.user.password, { encoding: 'latin1' });
          yield sign(key, rightLogin(attempt));
        },
      }),
    },
    {
      name: 'password-as-key',
      bug: 'The password itself may be the HMAC key.',
      breaks: ['quatrix.kdf.password-not-used-directly'],
      behaviour: alsoLoginKey((password) => password),
    },
    {
      name: 'password-hash-as-key',
      bug: 'The SHA-1 of the password may be the HMAC key.',
      breaks: ['quatrix.kdf.password-not-used-directly'],
      behaviour: alsoLoginKey((password) => sha1Hex(password)),
    },
    lenientPassword('upper-case', 'Caps lock is forgiven.', (text) => text.toUpperCase()),
    lenientPassword(
      'first-letter',
      'A capital first letter is forgiven, as phones write it.',
      (text) => text.charAt(0).toUpperCase() + text.slice(1),
    ),
    lenientPassword('eight-characters', 'Only eight characters of a password count.', (text) =>
      text.slice(0, 8),
    ),
    lenientPassword('space-behind', 'A space behind a password is cut off.', (text) => `${text} `),
    lenientPassword('space-before', 'A space before a password is cut off.', (text) => ` ${text}`),
    lenientPassword('last-character', 'The last character of a password may be missing.', (text) =>
      text.slice(0, -1),
    ),
    lenientPassword('longer', 'A letter too many is forgiven.', (text) => `${text}x`),
  ],
);

/** How the subject of a login is signed. */
export const signatureMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'signature-sha256',
      bug: 'HMAC-SHA256 is accepted too.',
      breaks: ['quatrix.signature.hmac-sha1'],
      behaviour: alsoAtLogin((attempt) => [
        sign(deriveKey(attempt.user.password), rightLogin(attempt), { hash: 'sha256' }),
      ]),
    },
    {
      name: 'signature-sha256-cut',
      bug: 'HMAC-SHA256 is accepted, cut to the length of SHA-1.',
      breaks: ['quatrix.signature.hmac-sha1'],
      behaviour: alsoAtLogin((attempt) => [
        sign(deriveKey(attempt.user.password), rightLogin(attempt), { hash: 'sha256' }).slice(
          0,
          40,
        ),
      ]),
    },
    {
      name: 'signature-md5',
      bug: 'HMAC-MD5 of old clients is accepted.',
      breaks: ['quatrix.signature.hmac-sha1'],
      behaviour: alsoAtLogin((attempt) => [
        sign(deriveKey(attempt.user.password), rightLogin(attempt), { hash: 'md5' }),
      ]),
    },
    {
      name: 'signature-plain-hash',
      bug: 'A hash of key and subject, one behind the other, is accepted.',
      breaks: ['quatrix.signature.hmac-sha1'],
      behaviour: alsoAtLogin((attempt) => [
        sha1Hex(deriveKey(attempt.user.password) + rightLogin(attempt)),
      ]),
    },
    {
      name: 'signature-raw-key',
      bug: 'The bytes of the key are accepted as HMAC key.',
      breaks: ['quatrix.signature.raw-key-refused'],
      behaviour: alsoLoginKey((password) => deriveBytes(password)),
    },
    {
      name: 'signature-upper-case-key',
      bug: 'The key in upper case is accepted.',
      breaks: ['quatrix.signature.upper-case-key-refused'],
      behaviour: alsoLoginKey((password) => deriveKey(password).toUpperCase()),
    },
    {
      name: 'signature-base64',
      bug: 'A signature in base64 is accepted.',
      breaks: ['quatrix.signature.hex-output'],
      behaviour: alsoAtLogin((attempt) => [
        sign(deriveKey(attempt.user.password), rightLogin(attempt), { output: 'base64' }),
      ]),
    },
    lenientSubject('capitalised', 'lower-case-names', 'Names may be written as sent.', (subject) =>
      subject
        .replace('x-auth-login', 'X-Auth-Login')
        .replace('x-auth-timestamp', 'X-Auth-Timestamp'),
    ),
    lenientSubject('swapped', 'header-order', 'The lines may come in any order.', (subject) => {
      const [first, login, timestamp] = subject.split('\n');
      return `${first ?? ''}\n${timestamp ?? ''}\n${login ?? ''}\n`;
    }),
    lenientSubject('no-space', 'name-separator', 'The space may be missing.', (subject) =>
      subject.replaceAll(': ', ':'),
    ),
    lenientSubject('two-spaces', 'name-separator', 'There may be two spaces.', (subject) =>
      subject.replaceAll(': ', ':  '),
    ),
    lenientSubject('tab', 'name-separator', 'The space may be a tab.', (subject) =>
      subject.replaceAll(': ', ':\t'),
    ),
    lenientSubject(
      'referer-last',
      'only-two-headers',
      'The Referer may be signed.',
      (subject) => `${subject}referer: https://example.quatrix.test/\n`,
    ),
    lenientSubject(
      'referer-first',
      'only-two-headers',
      'All headers may be signed, by name.',
      (subject) => subject.replace('\n', '\nreferer: https://example.quatrix.test/\n'),
    ),
    lenientSubject('unended', 'final-lf', 'The last line feed may be missing.', (subject) =>
      subject.slice(0, -1),
    ),
    lenientSubject('cr-lf', 'lf-only', 'Lines may end as in HTTP.', (subject) =>
      subject.replaceAll('\n', '\r\n'),
    ),
    lenientSubject('one-line', 'lf-only', 'Line ends are normalised to spaces.', (subject) =>
      subject.replaceAll('\n', ' '),
    ),
    lenientSubject('doubled', 'print-layout-not-signed', 'Line feeds may be doubled.', (subject) =>
      subject.replaceAll('\n', '\n\n'),
    ),
    lenientSubject(
      'quoted',
      'print-layout-not-signed',
      'The printed quotation marks may be signed.',
      (subject) => `"${subject}"`,
    ),
  ],
);
