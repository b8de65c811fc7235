import type { AccountHint } from './behaviour.js';
import type { Account, State } from './state.js';

/**
 * The account whose host the Referer names (document, line 44). No Referer, the host that was
 * asked, and loopback hosts stand for the default account (inferred, see errata.md).
 * @returns undefined for any other host, and for a value that is no URL
 */
export function selectAccount(state: State, hint: AccountHint): Account | undefined {
  if (hint.referer === undefined) return state.defaultAccount;
  const host = hostOf(hint.referer);
  if (host === null) return undefined;
  const named = accountAt(state, host);
  if (named !== undefined) return named;
  return host === hint.host || isLoopback(host) ? state.defaultAccount : undefined;
}

/** The account that has this host name. */
export function accountAt(state: State, host: string): Account | undefined {
  return state.accounts.find((account) => account.hosts.includes(host));
}

function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  return hostname === '' ? null : hostname.toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
