import type { WorldServices } from '../../engine/system.js';

/** The settings of this system and their defaults; each departs from the default on purpose. */
export const settings = {
  /** Longest hold of a poll, in seconds. */
  holdSeconds: 30,
  /** How long a notification is kept, in seconds. */
  messageLifeSeconds: 3600,
  /** Most notifications kept per user. */
  queueLength: 50,
  /** A session ends so many seconds after its last signed call. */
  sessionIdleSeconds: 900,
  /** Refuses timestamps that are further off than this many seconds; 0 refuses none. */
  timestampSkewSeconds: 0,
  /** Refuses a login without Referer. */
  requireReferer: false,
  /** Demands a signature on polls. */
  signedPoll: false,
  /** Issues a newer token with each signed answer. */
  rotateTokens: false,
  /** `off`, `unknown` (names that belong to nobody) or `all`. */
  loginLimit: 'off',
  /** What a poll with an id of nobody meets: `hold`, `403` or `404`. */
  unknownQueue: 'hold',
};

type SettingName = keyof typeof settings;
type NumberName = {
  [Name in SettingName]: (typeof settings)[Name] extends number ? Name : never;
}[SettingName];
type SwitchName = {
  [Name in SettingName]: (typeof settings)[Name] extends boolean ? Name : never;
}[SettingName];

export function numberSetting(world: WorldServices, name: NumberName): number {
  return Number(world.settings[name]);
}

export function isOn(world: WorldServices, name: SwitchName): boolean {
  return world.settings[name] === true;
}

export function textSetting(world: WorldServices, name: 'loginLimit' | 'unknownQueue'): string {
  return String(world.settings[name]);
}
