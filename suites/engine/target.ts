import type { Capability } from '../../specs/model.js';
import type { Endpoint, Inbox } from './inbox/endpoint.js';
import { ProfileError, type Profile, type SystemSection } from './profile.js';
import { createTransport, type Transport } from './transport.js';

/** One system of a target, as its checks see it. */
export interface SystemTarget {
  readonly slug: string;
  /** Base URL without a slash at its end. */
  readonly url: string;
  readonly section: SystemSection;
  readonly capabilities: ReadonlySet<Capability>;
  readonly inbox: Inbox | null;
  readonly trigger: Endpoint | null;
  readonly clock: Endpoint | null;
}

/** What a run is made against. */
export interface Target extends Transport {
  readonly url: string;
  readonly systems: ReadonlyMap<string, SystemTarget>;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds that a check waits for what is due: a message, a frame, an event. */
  readonly patienceMs: number;
  /** Strings of the profile that no report may show. */
  readonly secrets: readonly string[];
}

/** Keys whose values, anywhere in a section, are secrets. */
const secretKeys = /key|password|token|secret|passphrase|signaling|expired|acr\d/i;
/** …except these, which are public by nature. */
const publicKeys = /^(publicKey|noKey|identifiedKey)$/;

/**
 * @param slugs the systems to take up; those that the profile's `systems` leaves out are dropped
 */
export function createTarget(
  profile: Profile,
  slugs: readonly string[],
  patienceMs = 5_000,
): Target {
  const systems = new Map<string, SystemTarget>();
  for (const slug of slugs) {
    if (profile.systems !== undefined && !(slug in profile.systems)) continue;
    const section = profile.systems?.[slug] ?? {};
    const url = section.url ?? profile.target;
    if (url === undefined) {
      throw new ProfileError(`the profile names no target, and system ${slug} has no url`);
    }
    systems.set(slug, {
      slug,
      url: url.replace(/\/$/, ''),
      section,
      capabilities: new Set(section.capabilities ?? profile.capabilities ?? []),
      inbox: section.inbox ?? profile.inbox ?? null,
      trigger: section.trigger ?? profile.trigger ?? null,
      clock: section.clock ?? profile.clock ?? null,
    });
  }
  const [first] = systems.values();
  return {
    ...createTransport(profile),
    url: profile.target ?? first?.url ?? '',
    systems,
    headers: profile.headers ?? {},
    patienceMs,
    secrets: [...collectSecrets(profile.systems ?? {}), ...Object.values(profile.headers ?? {})],
  };
}

function collectSecrets(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    return secretKeys.test(key) && !publicKeys.test(key) ? [value] : [];
  }
  if (Array.isArray(value)) return value.flatMap((entry) => collectSecrets(entry, key));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      // Inside an object the names of its own members tell; a list is as secret as its name.
      collectSecrets(inner, typeof inner === 'string' || Array.isArray(inner) ? name : key),
    );
  }
  return [];
}
