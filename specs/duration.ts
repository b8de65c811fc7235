const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration of the contracts: a number with `ms`, `s`, `m`, `h` or `d`, such as `359m`.
 * @returns milliseconds, or null when the text is no duration
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = match?.[2];
  const factor = unit === undefined ? undefined : units[unit];
  return match === null || factor === undefined ? null : Math.round(Number(match[1]) * factor);
}
