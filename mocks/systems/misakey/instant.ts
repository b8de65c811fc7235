/** A point in time with the precision that box and event times have. */
export interface Instant {
  /** Milliseconds since the epoch. */
  readonly milliseconds: number;
  /** Nanoseconds within the millisecond, 0 to 999,999. */
  readonly nanoseconds: number;
}

/**
 * RFC 3339 in UTC with up to nine fraction digits, zeros at the end left out.
 * Source: format observed in the server of March 2021.
 */
export function formatInstant(instant: Instant): string {
  const seconds = new Date(instant.milliseconds).toISOString();
  const fraction = seconds.slice(20, 23) + String(instant.nanoseconds).padStart(6, '0');
  const trimmed = fraction.replace(/0+$/, '');
  return `${seconds.slice(0, 19)}${trimmed === '' ? '' : `.${trimmed}`}Z`;
}

/** The same instant rounded to whole microseconds, as boxes store it. */
export function toMicroseconds(instant: Instant): Instant {
  const rounded = Math.round(instant.nanoseconds / 1_000) * 1_000;
  return rounded === 1_000_000
    ? { milliseconds: instant.milliseconds + 1, nanoseconds: 0 }
    : { milliseconds: instant.milliseconds, nanoseconds: rounded };
}
