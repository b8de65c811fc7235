const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * Nanoseconds since the epoch of an RFC 3339 time with a zone and a fraction of 0 to 9 digits.
 * @returns null for any other text
 */
export function nanosecondsOf(text: string): bigint | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, seconds = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds) || !isRealDate(seconds)) return null;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** JavaScript takes 30 February for 2 March; a real date comes back as it went in. */
function isRealDate(seconds: string): boolean {
  return new Date(`${seconds}Z`).toISOString().startsWith(seconds);
}

/** The distance of two times in nanoseconds; null when either is no time. */
export function apart(a: string, b: string): bigint | null {
  const [first, second] = [nanosecondsOf(a), nanosecondsOf(b)];
  if (first === null || second === null) return null;
  return first > second ? first - second : second - first;
}
