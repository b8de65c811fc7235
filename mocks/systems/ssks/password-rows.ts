import { capacity, type PasswordRow, type Store } from './state.js';

/** Most secrets that one `user_id` keeps; beyond it the oldest goes. */
const secretsPerUser = 1_000;

/** The row that a secret leads to. */
export function findRow(store: Store, userId: string, secret: string): PasswordRow | undefined {
  return store.rows.get(userId)?.get(secret);
}

/**
 * Stores data under a secret. A known secret keeps the id of its row.
 * @param newId makes the id of a new row
 */
export function storeRow(
  store: Store,
  userId: string,
  secret: string,
  data: string,
  newId: () => string,
): PasswordRow {
  let rows = store.rows.get(userId);
  if (rows === undefined) {
    makeRoom(store.rows, capacity);
    rows = new Map();
    store.rows.set(userId, rows);
  }
  const known = rows.get(secret);
  if (known === undefined) makeRoom(rows, secretsPerUser);
  const row: PasswordRow = { id: known?.id ?? newId(), data };
  rows.set(secret, row);
  return row;
}

/** How many rows a `user_id` has: one for each secret. */
export function countRows(store: Store, userId: string): number {
  return store.rows.get(userId)?.size ?? 0;
}

/** Removes all rows of a `user_id`. */
export function deleteRows(store: Store, userId: string): void {
  store.rows.delete(userId);
}

/** Remembers a failed search; keeps those that are still within the window. */
export function recordFailure(store: Store, userId: string, now: number, window: number): void {
  if (!store.failedSearches.has(userId)) makeRoom(store.failedSearches, capacity);
  store.failedSearches.set(userId, [...recentFailures(store, userId, now, window), now]);
}

/** Instants of the failed searches within the window, oldest first. */
export function recentFailures(
  store: Store,
  userId: string,
  now: number,
  window: number,
): readonly number[] {
  const failures = store.failedSearches.get(userId) ?? [];
  return failures.filter((at) => now - at < window);
}

function makeRoom(map: Map<string, unknown>, limit: number): void {
  if (map.size < limit) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
