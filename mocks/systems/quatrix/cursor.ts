/** A place in a queue: whole seconds since the epoch, and a number within that second. */
export interface Position {
  readonly second: number;
  readonly ordinal: number;
}

/** The three forms of an HTTP date (RFC 9110, section 5.6.7). */
const httpDates = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** Seconds since the epoch of an HTTP date; null for any other text. */
export function parseHttpDate(text: string): number | null {
  const form = httpDates.findIndex((pattern) => pattern.test(text));
  if (form === -1) return null;
  // The third form has no zone; it is in UTC all the same.
  const milliseconds = Date.parse(form === 2 ? `${text} GMT` : text);
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/** The preferred form of an HTTP date. */
export function formatHttpDate(second: number): string {
  return new Date(second * 1000).toUTCString();
}

/** True when `position` comes after `cursor`. */
export function isAfter(position: Position, cursor: Position): boolean {
  if (position.second !== cursor.second) return position.second > cursor.second;
  return position.ordinal > cursor.ordinal;
}

/**
 * The cursor of a poll. Without a usable date there is none: one client sends the text `null`
 * after an answer that lacked the headers. A tag that is no number counts as 0 (inferred).
 */
export function readCursor(
  modifiedSince: string | undefined,
  noneMatch: string | undefined,
): Position | null {
  if (modifiedSince === undefined) return null;
  const second = parseHttpDate(modifiedSince);
  if (second === null) return null;
  const ordinal = noneMatch !== undefined && /^\d{1,15}$/.test(noneMatch) ? Number(noneMatch) : 0;
  return { second, ordinal };
}
