/** What the suite uses of this package, which comes without types. */
declare module 'proxy-from-env' {
  /**
   * The proxy for a URL by the variables of the environment (`HTTPS_PROXY`, `HTTP_PROXY`,
   * `ALL_PROXY`, `NO_PROXY`, in either case); empty where there is none.
   */
  export function getProxyForUrl(url: string): string;
}
