import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { eraseUser, registerUser, setIdentity } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import { afterwards, allUsers, bodyOf, changing, deciding, factorOf, strayMail } from './tools.js';

export const createUserMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  {
    name: 'status-created',
    bug: 'create_user answers with status created.',
    breaks: ['ssks.create-user.status-ok'],
    alsoBreaks: {
      'ssks.generated.create-user-answers-as-described': 'the status is described as ok',
    },
    respond: changing(
      ({ status }, { operation }) => status === 200 && operation?.id === 'createUser',
      () => json(200, { status: 'created' }),
    ),
  },
  {
    name: 'created-number-lost',
    bug: 'create_user answers ok and makes nobody.',
    breaks: ['ssks.create-user.user-becomes-known'],
    alsoBreaks: {
      'ssks.create-user.factor-shared-by-users': 'its users are made by create_user',
      'ssks.create-user.deprecated-email-accepted': 'its user is made by create_user',
      'ssks.challenge-send.fresh-factor-false': 'one of its users is made by create_user',
    },
    handlers: {
      createUser: deciding(() => ({
        registerUser: (_store, userId, factorKey) => ({
          userId,
          factorKey,
          sessions: new Set(),
          identity: null,
        }),
      })),
    },
  },
  {
    name: 'shared-factor-skipped',
    bug: 'create_user leaves out a user whose factor another user has.',
    breaks: ['ssks.create-user.factor-shared-by-users'],
    handlers: {
      createUser: deciding(() => ({
        registerUser(store, userId, factorKey) {
          const owner = allUsers(store).find((user) => user.factorKey === factorKey);
          return owner ?? registerUser(store, userId, factorKey);
        },
      })),
    },
  },
  {
    name: 'shared-factor-moved',
    bug: 'create_user takes the factor away from the user who had it.',
    breaks: ['ssks.create-user.factor-shared-by-users'],
    alsoBreaks: {
      'ssks.identity-check.stored-identity-counted': 'another user is made with the factor',
    },
    handlers: {
      createUser: deciding(() => ({
        registerUser(store, userId, factorKey) {
          for (const user of allUsers(store)) {
            if (user.factorKey === factorKey && user.userId !== userId) eraseUser(store, user);
          }
          return registerUser(store, userId, factorKey);
        },
      })),
    },
  },
  {
    name: 'created-user-gets-mail',
    bug: 'create_user sends a challenge.',
    breaks: ['ssks.create-user.sends-nothing'],
    handlers: {
      createUser: afterwards((context, { status }) => {
        const { type, value } = factorOf(bodyOf(context));
        if (status === 200 && type === 'EM') strayMail(context, value);
      }),
    },
  },
  {
    name: 'existing-user-emptied',
    bug: 'create_user empties a user who exists.',
    breaks: ['ssks.create-user.existing-user-kept'],
    handlers: {
      createUser: deciding(() => ({
        registerUser(store, userId, factorKey) {
          const user = registerUser(store, userId, factorKey);
          setIdentity(store, user, null);
          return user;
        },
      })),
    },
  },
  {
    name: 'created-user-gets-a-session',
    bug: 'create_user answers with a session id.',
    breaks: ['ssks.create-user.sends-nothing'],
    respond: changing(
      ({ status }, { operation }) => status === 200 && operation?.id === 'createUser',
      () => json(200, { status: 'ok', session_id: 'c5b1' }),
    ),
  },
  {
    name: 'create-user-keeps-email-apart',
    bug: 'A user made by email is not found by auth_factor.',
    breaks: ['ssks.create-user.deprecated-email-accepted'],
    handlers: {
      createUser: deciding(() => ({
        emailFactor: (email) => ({ type: 'EM', value: `email:${email}` }),
      })),
    },
  },
  {
    name: 'create-user-guesses-the-type',
    bug: 'create_user takes a factor without type for an e-mail address.',
    breaks: ['ssks.create-user.members-required'],
    handlers: {
      createUser: (next) => (context) => {
        const body = bodyOf(context);
        const { type, value } = factorOf(body);
        return type === undefined && value !== undefined
          ? json(200, { status: 'ok' })
          : next(context);
      },
    },
  },
]);
