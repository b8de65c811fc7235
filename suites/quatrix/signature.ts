import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { deriveBytes, deriveKey, sha1Hex, sign } from './crypto.js';
import type { Driver } from './driver.js';
import { loginsRefused } from './refusal.js';
import { loginPath, loginSubject, subjectText } from './subject.js';

/** A change to the right subject of a login. */
type Change = (subject: string) => string;

/** Refusals of logins whose subject is written in another way. */
async function subjectsRefused(
  t: TestContext,
  driver: Driver,
  changes: readonly (readonly [what: string, change: Change])[],
): Promise<void> {
  const timestamp = await driver.timestamp();
  const right = loginSubject(driver.first.login, timestamp);
  await loginsRefused(
    t,
    driver,
    driver.first,
    changes.map(([what, change]) => ({
      what: `signed with ${what}`,
      spec: { timestamp, subject: change(right) },
    })),
  );
}

/** How the subject of a login is written and signed. */
export const signatureChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'quatrix.signature.hmac-sha1',
    title: 'a MAC of another kind is refused',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const key = deriveKey(driver.first.password);
      const subject = loginSubject(driver.first.login, timestamp);
      const sha256 = sign(key, subject, { hash: 'sha256' });
      const signatures = [
        ['a signature by HMAC-SHA256', sha256],
        ['a signature by HMAC-SHA256, cut to 40 digits', sha256.slice(0, 40)],
        ['a signature by HMAC-MD5', sign(key, subject, { hash: 'md5' })],
        ['a signature by plain SHA-1 over key and subject', sha1Hex(key + subject)],
      ] as const;
      await loginsRefused(
        t,
        driver,
        driver.first,
        signatures.map(([what, signature]) => ({ what, spec: { timestamp, signature } })),
      );
    },
  },
  {
    requirement: 'quatrix.signature.raw-key-refused',
    title: 'the raw bytes of the key are refused as HMAC key',
    async run(t, driver) {
      await loginsRefused(t, driver, driver.first, [
        {
          what: 'the 32 raw bytes of the key as HMAC key',
          spec: { key: deriveBytes(driver.first.password) },
        },
      ]);
    },
  },
  {
    requirement: 'quatrix.signature.upper-case-key-refused',
    title: 'the key in upper case is refused',
    async run(t, driver) {
      const key = deriveKey(driver.first.password).toUpperCase();
      await loginsRefused(t, driver, driver.first, [
        { what: 'the key in upper case', spec: { key } },
      ]);
    },
  },
  {
    requirement: 'quatrix.signature.lower-case-names',
    title: 'capitalised header names in the subject of a login are refused',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const subject = subjectText({ names: 'capitalised', finalLf: true }, 'GET', loginPath, [
        ['X-Auth-Login', driver.first.login],
        ['X-Auth-Timestamp', timestamp],
      ]);
      await loginsRefused(t, driver, driver.first, [
        { what: 'capitalised header names', spec: { timestamp, subject } },
      ]);
    },
  },
  {
    requirement: 'quatrix.signature.header-order',
    title: 'the timestamp before the login is refused',
    run: (t, driver) =>
      subjectsRefused(t, driver, [
        [
          'the two lines swapped',
          (right) =>
            right.replace(
              /^(.*\n)(.*\n)(.*\n)$/,
              (_, a: string, b: string, c: string) => a + c + b,
            ),
        ],
      ]),
  },
  {
    requirement: 'quatrix.signature.name-separator',
    title: 'another separator than a colon and a space is refused',
    run: (t, driver) =>
      subjectsRefused(t, driver, [
        ['no space behind the colon', (right) => right.replaceAll(': ', ':')],
        ['two spaces behind the colon', (right) => right.replaceAll(': ', ':  ')],
        ['a tab behind the colon', (right) => right.replaceAll(': ', ':\t')],
      ]),
  },
  {
    requirement: 'quatrix.signature.only-two-headers',
    title: 'a signed Referer is refused',
    async run(t, driver) {
      const line = `referer: ${driver.section.referer}\n`;
      await subjectsRefused(t, driver, [
        ['the Referer as last line', (right) => right + line],
        ['the Referer as first header line', (right) => right.replace('\n', `\n${line}`)],
      ]);
    },
  },
  {
    requirement: 'quatrix.signature.final-lf',
    title: 'a subject without its last line feed is refused',
    run: (t, driver) =>
      subjectsRefused(t, driver, [['no last line feed', (right) => right.slice(0, -1)]]),
  },
  {
    requirement: 'quatrix.signature.lf-only',
    title: 'other line ends than a line feed are refused',
    run: (t, driver) =>
      subjectsRefused(t, driver, [
        ['CR LF as line ends', (right) => right.replaceAll('\n', '\r\n')],
        ['spaces as line ends', (right) => right.replaceAll('\n', ' ')],
      ]),
  },
  {
    requirement: 'quatrix.signature.print-layout-not-signed',
    title: 'the layout of the printed subject is refused',
    run: (t, driver) =>
      subjectsRefused(t, driver, [
        ['doubled line feeds', (right) => right.replaceAll('\n', '\n\n')],
        ['doubled line feeds but for the last', (right) => right.replaceAll(/\n(?=.)/g, '\n\n')],
        ['quotation marks around it', (right) => `"${right}"`],
      ]),
  },
  {
    requirement: 'quatrix.signature.hex-output',
    title: 'the signature is hexadecimal, not base64',
    async run(t, driver) {
      const timestamp = await driver.timestamp();
      const subject = loginSubject(driver.first.login, timestamp);
      const key = deriveKey(driver.first.password);
      const signature = sign(key, subject, { output: 'base64' });
      await loginsRefused(t, driver, driver.first, [
        { what: 'the MAC in base64', spec: { timestamp, signature } },
      ]);
    },
  },
]);
