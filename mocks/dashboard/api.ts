/** The page's way to the control plane: same origin, with the world and the token of the page. */

/** An answer that refuses; the message is the mock's own sentence. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const tokenKey = 'countersign-token';
const worldKey = 'countersign-world';

/** Takes the token out of the address, where it would stay in the history and in screenshots. */
export function takeToken(): void {
  const url = new URL(location.href);
  const token = url.searchParams.get('token');
  if (token === null) return;
  keepToken(token);
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(tokenKey, token.trim());
}

/** The world that was chosen in this page; null is the one that its address names. */
export function chosenWorld(): string | null {
  return sessionStorage.getItem(worldKey);
}

export function chooseWorld(name: string | null): void {
  if (name === null) sessionStorage.removeItem(worldKey);
  else sessionStorage.setItem(worldKey, name);
}

function headersOf(world: string | null): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const token = sessionStorage.getItem(tokenKey);
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (world !== null) headers['x-countersign-world'] = world;
  return headers;
}

/**
 * Asks the control plane.
 * @param path below `/_countersign/`, with its query
 * @throws Refused, or TypeError where the mock is not there
 */
export async function ask<Answer>(
  path: string,
  init: { readonly method?: string; readonly body?: unknown; readonly world?: string } = {},
): Promise<Answer> {
  const { method = 'GET', body, world } = init;
  const answer = await fetch(path, {
    method,
    headers: headersOf(world ?? chosenWorld()),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, text);
  return JSON.parse(text) as Answer;
}

/** A query string of what is given. */
export function queryOf(values: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return `?${new URLSearchParams(pairs).toString()}`;
}
