import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import type { Identity, SsksState, Store, TmrUser } from '../../../mocks/systems/ssks/state.js';
import {
  eraseUser,
  registerUser,
  setIdentity,
  usersOf,
} from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import { allUsers, answering, bodyOf, editing, factorOf, rereading, storeFor } from './tools.js';

const withIdentity = (users: readonly TmrUser[]): number =>
  users.filter((user) => user.identity !== null).length;

/** Leaves out a factor that lacks a member. */
const halfFactorDropped = rereading((body) => {
  const { type, value } = factorOf(body);
  if (body.auth_factor === undefined || (type !== undefined && value !== undefined)) return body;
  return { ...body, auth_factor: undefined };
});

export const userMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // delete_user
  {
    name: 'deletion-counts-users',
    bug: 'A deletion reports how many users it removed.',
    breaks: ['ssks.delete-user.counts-identities'],
    behaviour: () => ({ deletedCount: (users) => users.length }),
  },
  {
    name: 'deletion-counts-after-the-fact',
    bug: 'A deletion counts what is left.',
    breaks: ['ssks.delete-user.counts-identities'],
    alsoBreaks: {
      'ssks.delete-user.all-factors-deleted': 'it looks at the number too',
      'ssks.delete-user.only-given-factor-deleted': 'it looks at the number too',
    },
    behaviour: () => ({ deletedCount: () => 0 }),
  },
  {
    name: 'deletion-of-the-first-factor',
    bug: 'A deletion without factor removes the first user of the user id only.',
    breaks: ['ssks.delete-user.all-factors-deleted'],
    behaviour: (base) => ({
      usersOf: (store, userId, factorKey) => base.usersOf(store, userId, factorKey).slice(0, 1),
    }),
  },
  {
    name: 'deletion-ignores-the-factor',
    bug: 'A deletion removes the user id under all factors whatever it was given.',
    breaks: [
      'ssks.delete-user.only-given-factor-deleted',
      'ssks.delete-user.unrelated-factor-deletes-nothing',
    ],
    behaviour: () => ({ usersOf: (store, userId) => usersOf(store, userId, undefined) }),
  },
  {
    name: 'unrelated-factor-means-all',
    bug: 'A deletion whose factor is not found removes all of the user id.',
    breaks: ['ssks.delete-user.unrelated-factor-deletes-nothing'],
    behaviour: () => ({
      usersOf(store, userId, factorKey) {
        const found = usersOf(store, userId, factorKey);
        return found.length > 0 ? found : usersOf(store, userId, undefined);
      },
    }),
  },
  {
    name: 'user-outlives-its-identity',
    bug: 'A deletion removes the identity and leaves a blank user.',
    breaks: ['ssks.delete-user.user-is-gone'],
    behaviour: () => ({
      eraseUser(store, user) {
        setIdentity(store, user, null);
      },
    }),
  },
  {
    name: 'blank-user-not-deleted',
    bug: 'A user without identity is not deleted.',
    breaks: ['ssks.delete-user.user-is-gone'],
    behaviour: (base) => ({
      eraseUser(store, user) {
        if (user.identity !== null) base.eraseUser(store, user);
      },
    }),
  },
  {
    name: 'old-session-still-reads',
    bug: 'Sessions outlive the deletion and still read the identity.',
    breaks: ['ssks.delete-user.identity-is-gone'],
    behaviour: () => ({
      eraseUser(store, user) {
        const users = store.users.get(user.userId);
        users?.delete(user.factorKey);
        if (users?.size === 0) store.users.delete(user.userId);
      },
    }),
  },
  {
    name: 'deleted-identity-returns',
    bug: 'A user made again after the deletion has the old identity.',
    breaks: ['ssks.delete-user.identity-is-gone'],
    behaviour: () => {
      const archives = new WeakMap<Store, Map<string, Identity>>();
      return {
        eraseUser(store, user) {
          const archive = archives.get(store) ?? new Map<string, Identity>();
          archives.set(store, archive);
          if (user.identity !== null) archive.set(user.userId + user.factorKey, user.identity);
          eraseUser(store, user);
        },
        registerUser(store, userId, factorKey) {
          const user = registerUser(store, userId, factorKey);
          const kept = archives.get(store)?.get(userId + factorKey);
          if (user.identity === null && kept !== undefined) setIdentity(store, user, kept);
          return user;
        },
      };
    },
  },
  {
    name: 'deletion-by-factor-hits-others',
    bug: 'A deletion with a factor removes every user who has it.',
    breaks: ['ssks.delete-user.other-users-kept'],
    behaviour: () => ({
      usersOf: (store, userId, factorKey) =>
        factorKey === undefined
          ? usersOf(store, userId, undefined)
          : allUsers(store).filter((user) => user.factorKey === factorKey),
    }),
  },
  {
    name: 'deletion-follows-shared-factors',
    bug: 'A deletion without factor removes all who share a factor with the user.',
    breaks: ['ssks.delete-user.other-users-kept'],
    behaviour: () => ({
      usersOf(store, userId, factorKey) {
        const own = usersOf(store, userId, factorKey);
        if (factorKey !== undefined) return own;
        const keys = new Set(own.map((user) => user.factorKey));
        return allUsers(store).filter((user) => keys.has(user.factorKey));
      },
    }),
  },
  {
    name: 'half-factor-deletes-all',
    bug: 'A deletion leaves out half a factor and removes all of the user id.',
    breaks: ['ssks.delete-user.bad-body-refused'],
    handlers: { deleteUser: halfFactorDropped },
  },
  {
    name: 'refused-deletion-with-effect',
    bug: 'A deletion with half a factor is a 400 after it was done.',
    breaks: ['ssks.delete-user.bad-body-refused'],
    handlers: {
      deleteUser: answering((body, context) => {
        const { type, value } = factorOf(body);
        if (body.auth_factor === undefined || (type !== undefined && value !== undefined)) {
          return null;
        }
        const store = storeFor(context);
        for (const user of usersOf(store, String(body.user_id), undefined)) eraseUser(store, user);
        return json(400, { auth_factor: { value: ['This field is required.'] } });
      }),
    },
  },
  {
    name: 'unknown-user-minus-one',
    bug: 'The deletion of an unknown user reports -1.',
    breaks: ['ssks.delete-user.unknown-user'],
    alsoBreaks: {
      'ssks.delete-user.unrelated-factor-deletes-nothing': 'nothing is found there either',
    },
    behaviour: () => ({
      deletedCount(users) {
        return users.length === 0 ? -1 : withIdentity(users);
      },
    }),
  },

  // identity_check under the 2-man rule
  {
    name: 'blank-users-counted',
    bug: 'A blank user counts as one identity.',
    breaks: ['ssks.identity-check.unknown-user-zero'],
    alsoBreaks: {
      'ssks.identity-check.stored-identity-counted': 'its other user is blank',
      'ssks.identity-check.filtered-by-factor': 'its number is blank',
      'ssks.challenge-send.user-id-is-free-text': 'it counts blank users',
      'ssks.push.refused-before-challenge': 'the user is blank after the refused push',
    },
    behaviour: () => ({
      countIdentities: (store, userId, factorKey) => usersOf(store, userId, factorKey).length,
    }),
  },
  {
    name: 'unknown-user-404',
    bug: 'The count of an unknown user is a 404.',
    breaks: ['ssks.identity-check.unknown-user-zero'],
    alsoBreaks: {
      'ssks.auth.apps-are-separate': 'the user is unknown to the second application',
      'ssks.delete-user.all-factors-deleted': 'it counts after a deletion',
      'ssks.delete-user.identity-is-gone': 'it counts after a deletion',
      'ssks.delete-user.other-users-kept': 'it counts after a deletion',
      'ssks.identity-check.password-identities-not-counted': 'it is no user of the 2-man rule',
      'ssks.common.factor-never-echoed': 'it counts after a deletion',
      'ssks.generated.check-tmr-identity-answers-as-described': 'its user is unknown',
    },
    handlers: {
      checkTmrIdentity: (next) => (context) => {
        const response = next(context);
        const known = storeFor(context).users.has(String(bodyOf(context).user_id));
        if (known || 'then' in response || 'kind' in response) return response;
        return response.status === 200 ? json(404, { model: 'TMRUser' }) : response;
      },
    },
  },
  {
    name: 'counted-by-factor-alone',
    bug: 'With a factor the identities of all its users are counted.',
    breaks: ['ssks.identity-check.stored-identity-counted'],
    behaviour: (base) => ({
      countIdentities: (store, userId, factorKey) =>
        factorKey === undefined
          ? base.countIdentities(store, userId, factorKey)
          : withIdentity(allUsers(store).filter((user) => user.factorKey === factorKey)),
    }),
  },
  {
    name: 'count-follows-the-factor',
    bug: 'Without factor the identities of all who share a factor are counted.',
    breaks: ['ssks.identity-check.stored-identity-counted'],
    behaviour: () => ({
      countIdentities(store, userId, factorKey) {
        const keys = new Set(usersOf(store, userId, factorKey).map((user) => user.factorKey));
        return withIdentity(
          factorKey === undefined
            ? allUsers(store).filter((user) => keys.has(user.factorKey))
            : usersOf(store, userId, factorKey),
        );
      },
    }),
  },
  {
    name: 'pushes-counted',
    bug: 'Every push counts as an identity.',
    breaks: ['ssks.identity-check.repush-counted-once'],
    behaviour: (base) => {
      const pushes = new WeakMap<TmrUser, number>();
      return {
        storeIdentity(store, session, data, newId) {
          pushes.set(session.user, (pushes.get(session.user) ?? 0) + 1);
          return base.storeIdentity(store, session, data, newId);
        },
        countIdentities: (store, userId, factorKey) =>
          usersOf(store, userId, factorKey)
            .filter((user) => user.identity !== null)
            .reduce((sum, user) => sum + (pushes.get(user) ?? 0), 0),
      };
    },
  },
  {
    name: 'count-ignores-the-factor',
    bug: 'A count covers all factors whatever it was given.',
    breaks: ['ssks.identity-check.filtered-by-factor'],
    alsoBreaks: {
      'ssks.delete-user.only-given-factor-deleted': 'it counts by factor after the deletion',
    },
    behaviour: () => ({
      countIdentities: (store, userId) => withIdentity(usersOf(store, userId, undefined)),
    }),
  },
  {
    name: 'count-is-yes-or-no',
    bug: 'A count is never above 1.',
    breaks: ['ssks.identity-check.sums-factors'],
    behaviour: (base) => ({
      countIdentities: (store, userId, factorKey) =>
        Math.min(1, base.countIdentities(store, userId, factorKey)),
    }),
  },
  {
    name: 'user-as-an-object',
    bug: 'user.user_id is an object, as the table of the document says.',
    breaks: ['ssks.identity-check.echoes-user', 'ssks.challenge-send.user-id-is-free-text'],
    alsoBreaks: {
      'ssks.generated.check-tmr-identity-answers-as-described': 'user_id is described as a string',
    },
    respond: editing('checkTmrIdentity', ({ identities_count, user }) => {
      const { user_id, app_id } = user as { user_id: string; app_id: string };
      return { identities_count, user: { user_id: { id: user_id }, app_id } };
    }),
  },
  {
    name: 'application-not-named',
    bug: 'user.app_id holds the user id.',
    breaks: ['ssks.identity-check.echoes-user'],
    respond: editing('checkTmrIdentity', ({ identities_count, user }) => {
      const { user_id } = user as { user_id: string };
      return { identities_count, user: { user_id, app_id: user_id } };
    }),
  },
  {
    name: 'half-factor-counts-all',
    bug: 'A count leaves out half a factor.',
    breaks: ['ssks.identity-check.bad-body-refused'],
    handlers: { checkTmrIdentity: halfFactorDropped },
  },
  {
    name: 'both-stores-counted',
    bug: 'identity_check of the 2-man rule counts password identities too.',
    breaks: ['ssks.identity-check.password-identities-not-counted'],
    alsoBreaks: {
      'ssks.auth.every-back-operation-needs-key': 'its user has one identity in either store',
    },
    behaviour: (base) => ({
      countIdentities: (store, userId, factorKey) =>
        base.countIdentities(store, userId, factorKey) +
        (factorKey === undefined ? base.countRows(store, userId) : 0),
    }),
  },
  {
    name: 'count-without-user-id',
    bug: 'A count without user_id is answered with 0.',
    breaks: ['ssks.identity-check.bad-body-refused'],
    handlers: {
      checkTmrIdentity: rereading((body) =>
        body.user_id === undefined && body.auth_factor !== undefined
          ? { ...body, user_id: 'nobody' }
          : body,
      ),
    },
  },
]);
