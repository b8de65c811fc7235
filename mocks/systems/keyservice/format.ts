import type { Format } from './behaviour.js';

/**
 * Format of an answer in dialect documented: a known value of `format` in the URI decides,
 * otherwise the Accept header; JSON unless XML is preferred.
 */
export function negotiateFormat(format: string | undefined, accept: string | undefined): Format {
  const asked = format?.toLowerCase();
  if (asked === 'json' || asked === 'xml') return asked;
  if (accept === undefined) return 'json';
  const qualities = parseAccept(accept);
  const xml = Math.max(qualities.get('application/xml') ?? 0, qualities.get('text/xml') ?? 0);
  const json =
    qualities.get('application/json') ??
    qualities.get('application/*') ??
    qualities.get('*/*') ??
    0;
  return xml > json ? 'xml' : 'json';
}

/** Format of an answer in dialect observed: exact values only, and either one may ask for XML. */
export function observedFormat(format: string | undefined, accept: string | undefined): Format {
  return format === 'xml' || accept?.toLowerCase() === 'application/xml' ? 'xml' : 'json';
}

/** Media ranges in lower case with their quality; of a repeated one the highest. */
function parseAccept(accept: string): ReadonlyMap<string, number> {
  const qualities = new Map<string, number>();
  for (const entry of accept.split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const value = weight === undefined ? 1 : Number(weight.slice(weight.indexOf('=') + 1));
    const quality = value >= 0 && value <= 1 ? value : 0;
    qualities.set(range, Math.max(quality, qualities.get(range) ?? 0));
  }
  return qualities;
}
