import { capacity, type Identity, type Session, type Store, type TmrUser } from './state.js';

/** The user of a `user_id` under one factor. */
export function findUser(store: Store, userId: string, factorKey: string): TmrUser | undefined {
  return store.users.get(userId)?.get(factorKey);
}

/** The users of a `user_id`: under one factor, or under all where none is given. */
export function usersOf(
  store: Store,
  userId: string,
  factorKey: string | undefined,
): readonly TmrUser[] {
  const byFactor = store.users.get(userId);
  if (byFactor === undefined) return [];
  if (factorKey === undefined) return [...byFactor.values()];
  const user = byFactor.get(factorKey);
  return user === undefined ? [] : [user];
}

/** Makes a blank user; one who exists stays as it is. */
export function registerUser(store: Store, userId: string, factorKey: string): TmrUser {
  let byFactor = store.users.get(userId);
  if (byFactor === undefined) {
    if (store.users.size >= capacity) eraseOldestUser(store);
    byFactor = new Map();
    store.users.set(userId, byFactor);
  }
  let user = byFactor.get(factorKey);
  if (user === undefined) {
    user = { userId, factorKey, sessions: new Set(), identity: null };
    byFactor.set(factorKey, user);
  }
  return user;
}

/** Removes a user with its identity and its sessions. */
export function eraseUser(store: Store, user: TmrUser): void {
  for (const session of user.sessions) store.sessions.delete(session.id);
  user.sessions.clear();
  setIdentity(store, user, null);
  const byFactor = store.users.get(user.userId);
  byFactor?.delete(user.factorKey);
  if (byFactor?.size === 0) store.users.delete(user.userId);
}

function eraseOldestUser(store: Store): void {
  const oldest = store.users.keys().next();
  if (oldest.done === true) return;
  for (const user of usersOf(store, oldest.value, undefined)) eraseUser(store, user);
}

/** Replaces a user's identity and keeps count of the factors in use. */
export function setIdentity(store: Store, user: TmrUser, identity: Identity | null): void {
  const change = Number(identity !== null) - Number(user.identity !== null);
  user.identity = identity;
  if (change === 0) return;
  const count = (store.usedFactors.get(user.factorKey) ?? 0) + change;
  if (count === 0) store.usedFactors.delete(user.factorKey);
  else store.usedFactors.set(user.factorKey, count);
}

/** Keeps a new session. */
export function addSession(store: Store, session: Session): void {
  if (store.sessions.size >= capacity) {
    const oldest = store.sessions.values().next();
    if (oldest.done !== true) dropSession(store, oldest.value);
  }
  store.sessions.set(session.id, session);
  session.user.sessions.add(session);
}

/** Forgets a session. */
export function dropSession(store: Store, session: Session): void {
  store.sessions.delete(session.id);
  session.user.sessions.delete(session);
}
