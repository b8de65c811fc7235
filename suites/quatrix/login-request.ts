import { Buffer } from 'node:buffer';
import type { RequestSpec } from '../engine/exchange.js';
import { deriveKey, sign } from './crypto.js';
import type { User } from './section.js';
import { loginPath, loginSubject } from './subject.js';

/** A login as a check wants it; whatever is left out is right. */
export interface LoginSpec {
  readonly user: User;
  /** HMAC key in place of the user's. */
  readonly key?: string | Buffer;
  /** Text that is signed in place of the right one. */
  readonly subject?: string;
  /** Signature that is sent in place of the computed one. */
  readonly signature?: string;
  /** Timestamp that is sent, and signed unless `subject` says otherwise. */
  readonly timestamp?: string;
  readonly referer?: string;
  /** Header values in place of the right ones; null leaves the header out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Prefix of the route in place of the one found. */
  readonly prefix?: string;
  /** With its question mark. */
  readonly query?: string;
  /** Spelling of header names on the wire. */
  readonly nameCase?: 'lower' | 'upper';
}

/** What a login is made of apart from its spec. */
export interface LoginDefaults {
  readonly prefix: string;
  readonly referer: string;
  readonly timestamp: string;
}

/** The three values that prove a login. */
export function loginValues(
  spec: LoginSpec,
  defaults: LoginDefaults,
): { login: string; timestamp: string; signature: string } {
  const { user } = spec;
  const timestamp = spec.timestamp ?? defaults.timestamp;
  const subject = spec.subject ?? loginSubject(user.login, timestamp);
  const signature = spec.signature ?? sign(spec.key ?? deriveKey(user.password), subject);
  return { login: user.login, timestamp, signature };
}

/** The request of a login. */
export function loginRequest(spec: LoginSpec, defaults: LoginDefaults): RequestSpec {
  const { login, timestamp, signature } = loginValues(spec, defaults);
  const headers: Record<string, string | null> = {
    'X-Auth-Login': headerText(login),
    'X-Auth-Timestamp': timestamp,
    Authorization: signature,
    Referer: spec.referer ?? defaults.referer,
    ...spec.headers,
  };
  return {
    method: 'GET',
    path: `${spec.prefix ?? defaults.prefix}${loginPath}${spec.query ?? ''}`,
    headers: spell(headers, spec.nameCase),
  };
}

/** A header value travels as bytes; text beyond ASCII is written as its UTF-8 bytes. */
export function headerText(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** Leaves out what is null, and spells the names as wanted. */
export function spell(
  headers: Readonly<Record<string, string | null>>,
  nameCase?: 'lower' | 'upper',
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) continue;
    const spelled =
      nameCase === undefined
        ? name
        : nameCase === 'lower'
          ? name.toLowerCase()
          : name.toUpperCase();
    out[spelled] = value;
  }
  return out;
}
