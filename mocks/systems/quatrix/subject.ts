/** The text that a login signs (document, lines 66-76): three lines, each with its line feed. */
export function loginSubject(parts: {
  readonly method: string;
  readonly path: string;
  readonly login: string;
  readonly timestamp: string;
}): string {
  return (
    `${parts.method} ${parts.path}\n` +
    `x-auth-login: ${parts.login}\n` +
    `x-auth-timestamp: ${parts.timestamp}\n`
  );
}

/** What the subject of a later call is made of. */
export interface CallParts {
  readonly method: string;
  /** The bare route as sent, without prefix and query string. */
  readonly path: string;
  readonly timestamp: string;
  readonly token: string;
}

/** The subject as all known clients sign it: lower-case names, last line feed. */
export function callSubject(parts: CallParts): string {
  return (
    `${parts.method} ${parts.path}\n` +
    `x-auth-timestamp: ${parts.timestamp}\n` +
    `x-auth-token: ${parts.token}\n`
  );
}

/** The subject as the document prints it (lines 108-110): capitalised names, nothing at the end. */
export function printedCallSubject(parts: CallParts): string {
  return (
    `${parts.method} ${parts.path}\n` +
    `X-Auth-Timestamp: ${parts.timestamp}\n` +
    `X-Auth-Token: ${parts.token}`
  );
}
