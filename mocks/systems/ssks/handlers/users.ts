import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/ssks/types.gen.js';
import { backEnd, factorKeyOf, type Entry } from '../entry.js';
import { limits } from '../members.js';

type Schemas = components['schemas'];

const ok: Schemas['StatusOk'] = { status: 'ok' };

/** `createUser`: a blank user; one who exists stays as it is. */
export const createUser = backEnd((entry) => {
  const { behaviour, members, store } = entry;
  const userId = behaviour.keptUserId(members.text('user_id', limits.userId));
  const factor = members.factorOrEmail();
  members.done();
  behaviour.registerUser(store, userId, factorKeyOf(entry, factor));
  return json(200, ok);
});

/** `deleteUser`: a `user_id` under one factor or under all, with identities and sessions. */
export const deleteUser = backEnd((entry) => {
  const { behaviour, store } = entry;
  const { userId, factorKey } = readFiltered(entry);
  const users = behaviour.usersOf(store, userId, factorKey);
  const reply: Schemas['UserDeleted'] = { status: 'ok', deleted: behaviour.deletedCount(users) };
  for (const user of users) behaviour.eraseUser(store, user);
  return json(200, reply);
});

/** `checkTmrIdentity`: how many identities a `user_id` has under the 2-man rule. */
export const checkTmrIdentity = backEnd((entry) => {
  const { behaviour, application, store } = entry;
  const { userId, factorKey } = readFiltered(entry);
  const count = behaviour.countIdentities(store, userId, factorKey);
  return json(200, behaviour.countReply(count, userId, application));
});

/** `checkStrictIdentity`: how many identities a `user_id` has in the password store. */
export const checkStrictIdentity = backEnd((entry) => {
  const { behaviour, application, store } = entry;
  const userId = readUserId(entry);
  return json(200, behaviour.countReply(behaviour.countRows(store, userId), userId, application));
});

/** `deleteStrictIdentity`: removes all rows of a `user_id`. */
export const deleteStrictIdentity = backEnd((entry) => {
  const userId = readUserId(entry);
  entry.behaviour.deleteRows(entry.store, userId);
  return json(200, ok);
});

function readUserId({ behaviour, members }: Entry): string {
  const userId = members.text('user_id', limits.userId);
  members.done();
  return behaviour.keptUserId(userId);
}

function readFiltered(entry: Entry): { userId: string; factorKey: string | undefined } {
  const { behaviour, members } = entry;
  const userId = behaviour.keptUserId(members.text('user_id', limits.userId));
  const factor = members.optionalFactor();
  members.done();
  return { userId, factorKey: factor === undefined ? undefined : factorKeyOf(entry, factor) };
}
