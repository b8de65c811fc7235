import { readFileSync } from 'node:fs';
import type { Agent as HttpAgent } from 'node:http';
import { rootCertificates } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { createGate, type Gate } from './gate.js';
import { ProfileError, type Profile } from './profile.js';

/** TLS options, the same for HTTP and for WebSockets. */
export interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

/** How connections to a target are made. */
export interface Transport {
  /** For whatever is not an exchange of a check; keeps to the requests per second. */
  readonly dispatcher: Dispatcher;
  /** For exchanges, which go through the gate themselves: waiting there is not their time. */
  readonly direct: Dispatcher;
  /** Null where the profile caps nothing. */
  readonly gate: Gate | null;
  readonly tls: TlsOptions;
  /** Agent for connections that are upgraded; undefined where no proxy is in between. */
  readonly upgradeAgent: (url: string) => HttpAgent | undefined;
}

/** By the profile's tls, maxRequestsPerSecond and maxConnections, and the proxies of the environment. */
export function createTransport(profile: Profile): Transport {
  const tls = tlsOptions(profile);
  const gate = createGate({
    perSecond: profile.maxRequestsPerSecond,
    connections: profile.maxConnections,
  });
  const options = {
    connections: profile.maxConnections ?? 64,
    // A connection kept for later would count against the cap while it does nothing.
    pipelining: profile.maxConnections === undefined ? 1 : 0,
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 10_000,
    // Waiting is bounded per exchange, so that long polls can be held.
    bodyTimeout: 0,
    headersTimeout: 0,
    connect: tls,
  };
  const direct = new Agent({
    ...options,
    factory: (origin, settings) => {
      const proxy = proxyFor(String(origin));
      return proxy === null
        ? new Pool(origin, settings)
        : new ProxyAgent({
            ...options,
            uri: proxy,
            requestTls: tls,
            proxyTls: tls,
            proxyTunnel: false,
          });
    },
  });
  return {
    direct,
    dispatcher:
      profile.maxRequestsPerSecond === undefined || gate === null
        ? direct
        : direct.compose(spaced(gate)),
    gate,
    tls,
    upgradeAgent(url) {
      const proxy = proxyFor(url.replace(/^ws/i, 'http'));
      return proxy === null ? undefined : new HttpsProxyAgent(proxy, tls);
    },
  };
}

const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The proxy of the environment for a URL, as an absolute URL; null without one. A target on this
 * machine is never asked through a proxy, which would look for it on its own.
 */
export function proxyFor(url: string): string | null {
  if (loopback.test(new URL(url).hostname)) return null;
  const proxy = getProxyForUrl(url);
  return proxy === '' ? null : proxy;
}

function tlsOptions(profile: Profile): TlsOptions {
  const { ca, cert, key, insecure } = profile.tls ?? {};
  return {
    // Beside the usual ones, not in their place.
    ...(ca === undefined ? {} : { ca: [...rootCertificates, readPem(ca)] }),
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

/** Spaces requests evenly, so that a shared target is not flooded. */
function spaced(gate: Gate): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const wait = gate.turn();
    if (wait === 0) return dispatch(options, handler);
    setTimeout(() => dispatch(options, handler), wait);
    return true;
  };
}
