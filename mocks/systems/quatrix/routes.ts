/** The prefix under which all known clients call the API (E8). */
export const prefix = '/api/0.1';

/** The poll's route, which known clients ask at the root. */
export const pollPath = '/mq/req';

/** A raw path without the prefix. */
export function barePath(path: string): string {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}
