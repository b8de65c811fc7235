/**
 * The channel of a profile: `channel` as documented (line 118), else `channel_id` as clients read
 * it (errata E6).
 * @returns null where neither is a usable value; a number counts by its decimal text
 */
export function channelOf(profile: Readonly<Record<string, unknown>>): string | null {
  return textOf(profile.channel) ?? textOf(profile.channel_id);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : null;
}
