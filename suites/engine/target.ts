import { readFileSync } from 'node:fs';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import type { Capability } from '../../specs/model.js';
import type { Endpoint, Inbox } from './inbox/endpoint.js';
import { ProfileError, type Profile, type SystemSection } from './profile.js';

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
export interface Target {
  readonly url: string;
  readonly systems: ReadonlyMap<string, SystemTarget>;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  /** TLS options for WebSockets, the same as the dispatcher's. */
  readonly tls: { readonly ca?: string; readonly rejectUnauthorized?: boolean };
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
  const tls = tlsOptions(profile);
  return {
    url: profile.target ?? first?.url ?? '',
    systems,
    headers: profile.headers ?? {},
    dispatcher: dispatcherFor(profile),
    tls,
    patienceMs,
    secrets: [...collectSecrets(profile.systems ?? {}), ...Object.values(profile.headers ?? {})],
  };
}

function tlsOptions(profile: Profile): {
  ca?: string;
  rejectUnauthorized?: boolean;
  cert?: string;
  key?: string;
} {
  const { ca, cert, key, insecure } = profile.tls ?? {};
  return {
    ...(ca === undefined ? {} : { ca: readPem(ca) }),
    ...(cert === undefined ? {} : { cert: readPem(cert) }),
    ...(key === undefined ? {} : { key: readPem(key) }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ProfileError(`tls: the file ${path} cannot be read`);
  }
}

function dispatcherFor(profile: Profile): Dispatcher {
  const options: Agent.Options = {
    connections: profile.maxConnections ?? 64,
    pipelining: 1,
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 10_000,
    // Waiting is bounded per exchange, so that long polls can be held.
    bodyTimeout: 0,
    headersTimeout: 0,
    connect: tlsOptions(profile),
  };
  const proxied =
    process.env.HTTP_PROXY ??
    process.env.HTTPS_PROXY ??
    process.env.http_proxy ??
    process.env.https_proxy;
  const agent = proxied === undefined ? new Agent(options) : new EnvHttpProxyAgent(options);
  return profile.maxRequestsPerSecond === undefined
    ? agent
    : agent.compose(throttle(profile.maxRequestsPerSecond));
}

/** Spaces requests evenly, so that a shared target is not flooded. */
function throttle(perSecond: number): Dispatcher.DispatcherComposeInterceptor {
  const gap = 1000 / perSecond;
  let next = 0;
  return (dispatch) => (options, handler) => {
    const now = performance.now();
    next = Math.max(now, next + gap);
    if (next === now) return dispatch(options, handler);
    setTimeout(() => dispatch(options, handler), next - now);
    return true;
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
