import type { RequestSpec } from '../engine/exchange.js';
import { sign } from './crypto.js';
import { spell } from './login-request.js';
import { callSubject, subjectText, callLines, type CallForm } from './subject.js';

/** An open session of a user. */
export interface Session {
  /** Newest token that the target gave out. */
  token: string;
  /** Text that signs. */
  readonly key: string;
}

/** Names of the query parameters that may carry the three values. */
export interface QueryNames {
  readonly token: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** A signed call as a check wants it; whatever is left out is right. */
export interface CallSpec {
  readonly session: Session;
  readonly method?: string;
  /** The bare route. */
  readonly path: string;
  readonly form?: CallForm;
  readonly key?: string;
  readonly token?: string;
  readonly timestamp?: string;
  readonly subject?: string;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** With its question mark. */
  readonly query?: string;
  readonly nameCase?: 'lower' | 'upper';
  readonly json?: unknown;
}

export interface CallDefaults {
  readonly prefix: string;
  readonly form: CallForm;
  readonly timestamp: string;
}

/** The three values of a call. */
export function callValues(
  spec: CallSpec,
  defaults: CallDefaults,
): { token: string; timestamp: string; signature: string } {
  const token = spec.token ?? spec.session.token;
  const timestamp = spec.timestamp ?? defaults.timestamp;
  const form = spec.form ?? defaults.form;
  const subject =
    spec.subject ??
    (spec.method === undefined
      ? callSubject(form, spec.path, timestamp, token)
      : subjectText(form, spec.method, spec.path, callLines(timestamp, token)));
  return {
    token,
    timestamp,
    signature: spec.signature ?? sign(spec.key ?? spec.session.key, subject),
  };
}

/** The request of a call, its three values in headers. */
export function callRequest(spec: CallSpec, defaults: CallDefaults): RequestSpec {
  const { token, timestamp, signature } = callValues(spec, defaults);
  const headers: Record<string, string | null> = {
    'X-Auth-Token': token,
    'X-Auth-Timestamp': timestamp,
    Authorization: signature,
    ...spec.headers,
  };
  return {
    method: spec.method ?? 'GET',
    path: `${defaults.prefix}${spec.path}${spec.query ?? ''}`,
    headers: spell(headers, spec.nameCase),
    ...(spec.json === undefined ? {} : { json: spec.json }),
  };
}

/** A query string of the three values, percent-encoded; null leaves one out. */
export function queryText(
  names: QueryNames,
  values: Readonly<Record<keyof QueryNames, string | null>>,
): string {
  const pairs = (['signature', 'token', 'timestamp'] as const).flatMap((part) => {
    const value = values[part];
    return value === null ? [] : [`${names[part]}=${encodeURIComponent(value)}`];
  });
  return `?${pairs.join('&')}`;
}
