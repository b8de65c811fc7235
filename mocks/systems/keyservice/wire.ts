const utf8 = new TextDecoder();

/**
 * Maps the spellings of a path that the web framework of the server took for one: any letter case,
 * a slash at the end, and the name of the default action.
 */
export function canonicalPath(path: string): string {
  let plain = path.toLowerCase();
  if (plain.endsWith('/')) plain = plain.slice(0, -1);
  if (plain === '/service' || plain === '/service/index') return '/Service';
  return plain === '/home/getfile' ? '/Home/GetFile' : path;
}

/** Reads a form body: UTF-8, percent-coded, a plus for a space. */
export function decodeForm(body: Uint8Array): Iterable<readonly [string, string]> {
  return new URLSearchParams(utf8.decode(body));
}

/** The form of dates in JSON, from ms since the epoch. */
export function jsonDate(time: number): string {
  return `/Date(${String(time)})/`;
}

/** The form of dates in XML, ISO 8601 in UTC, from ms since the epoch. */
export function xmlDate(time: number): string {
  return new Date(time).toISOString();
}
