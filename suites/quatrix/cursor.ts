import type { Exchange } from '../engine/exchange.js';

/** Where a client stands in its channel: two headers of an answer, sent back verbatim. */
export interface Cursor {
  readonly lastModified: string;
  readonly etag: string;
}

/** The cursor of an answer; null unless it has both headers. */
export function cursorOf(exchange: Exchange): Cursor | null {
  const lastModified = exchange.header('last-modified');
  const etag = exchange.header('etag');
  return lastModified === null || etag === null ? null : { lastModified, etag };
}

/** The request headers that stand for a cursor. */
export function cursorHeaders(cursor: Cursor | null): Record<string, string> {
  if (cursor === null) return {};
  return { 'If-Modified-Since': cursor.lastModified, 'If-None-Match': cursor.etag };
}

const httpDates = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** True for the three forms of an HTTP date (RFC 9110, section 5.6.7). */
export function isHttpDate(text: string): boolean {
  return httpDates.some((form) => form.test(text)) && !Number.isNaN(Date.parse(text));
}
