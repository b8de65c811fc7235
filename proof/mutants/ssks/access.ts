import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { details, refused } from '../../../mocks/systems/ssks/refusals.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { eraseUser, registerUser, usersOf } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import {
  afterwards,
  allUsers,
  answering,
  bodyOf,
  changing,
  editing,
  factorOf,
  keyOf,
  ok,
  storeFor,
  type Spec,
} from './tools.js';

/** Compares API keys in another way. */
function comparingKeys(
  same: (kept: string, presented: string) => boolean,
): NonNullable<Spec['behaviour']> {
  return (base) => ({
    authorize(credentials, side, applications, operationId) {
      const { appId, apiKey } = credentials;
      const application = applications.get((appId ?? '').toLowerCase());
      if (side === 'back' && application !== undefined && apiKey !== undefined) {
        return same(application.apiKey, apiKey) ? application : 'wrong';
      }
      return base.authorize(credentials, side, applications, operationId);
    },
  });
}

/** Does not look at the API key of one operation. */
function keyUnchecked(operation: string): NonNullable<Spec['behaviour']> {
  return (base) => ({
    authorize(credentials, side, applications, operationId) {
      const application = applications.get((credentials.appId ?? '').toLowerCase());
      if (operationId === operation && credentials.apiKey !== undefined && application) {
        return application;
      }
      return base.authorize(credentials, side, applications, operationId);
    },
  });
}

const everyKey = 'ssks.auth.every-back-operation-needs-key';
const wrongKey = 'ssks.auth.wrong-api-key-refused';
const otherKey = 'ssks.auth.key-of-other-app-refused';
const missing = 'ssks.auth.missing-credentials-refused';

export const accessMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  {
    name: 'api-key-optional',
    bug: 'The API key is compared only where one was sent.',
    breaks: [missing],
    behaviour: (base) => ({
      authorize(credentials, side, applications, operationId) {
        const anyway = credentials.apiKey === undefined ? 'front' : side;
        return base.authorize(credentials, anyway, applications, operationId);
      },
    }),
  },
  {
    name: 'api-key-names-application',
    bug: 'A call without application id is taken for the owner of the API key.',
    breaks: [missing],
    behaviour: (base) => ({
      authorize(credentials, side, applications, operationId) {
        const { appId, apiKey } = credentials;
        const owner = [...applications.values()].find((entry) => entry.apiKey === apiKey);
        if (appId === undefined && owner !== undefined) return owner;
        return base.authorize(credentials, side, applications, operationId);
      },
    }),
  },
  {
    name: 'user-made-before-credentials',
    bug: 'create_user takes effect before the credentials are looked at.',
    breaks: [missing, wrongKey],
    handlers: {
      sendChallenge: afterwards((context, { status }) => {
        if (status !== 403) return;
        const { user_id, auth_factor, create_user } = bodyOf(context);
        if (create_user !== true || typeof user_id !== 'string') return;
        const { type, value } = factorOf({ auth_factor });
        for (const store of context.state.stores.values()) {
          registerUser(store, user_id, keyOf(context, type, value));
        }
      }),
    },
  },
  {
    name: 'api-key-prefix',
    bug: 'An API key followed by anything is taken for the key.',
    breaks: [wrongKey],
    behaviour: comparingKeys((kept, presented) => presented.startsWith(kept)),
  },
  {
    name: 'api-key-first-half',
    bug: 'Only the first half of an API key is compared.',
    breaks: [wrongKey, everyKey, otherKey],
    behaviour: comparingKeys(
      (kept, presented) => kept.slice(0, kept.length >> 1) === presented.slice(0, kept.length >> 1),
    ),
  },
  {
    name: 'any-api-key-of-the-server',
    bug: 'The API key of any application opens every application.',
    breaks: [otherKey],
    behaviour: (base) => ({
      authorize(credentials, side, applications, operationId) {
        const known = [...applications.values()].some((one) => one.apiKey === credentials.apiKey);
        return base.authorize(credentials, known ? 'front' : side, applications, operationId);
      },
    }),
  },
  {
    name: 'create-user-without-key-check',
    bug: 'create_user does not compare the API key.',
    breaks: [everyKey, wrongKey],
    behaviour: keyUnchecked('createUser'),
  },
  ...(['checkMustAuthenticate', 'checkTmrIdentity', 'checkStrictIdentity'] as const).map(
    (operation): Spec => ({
      name: `key-unchecked-${operation.toLowerCase()}`,
      bug: `${operation} does not compare the API key.`,
      breaks: [everyKey],
      behaviour: keyUnchecked(operation),
    }),
  ),
  {
    name: 'refused-deletion-deletes',
    bug: 'A deletion with a wrong API key is answered 403 after it was done.',
    breaks: [everyKey],
    handlers: {
      deleteUser: afterwards((context, { status }) => {
        if (status !== 403) return;
        const store = storeFor(context);
        const users = usersOf(store, String(bodyOf(context).user_id), undefined);
        for (const user of users) eraseUser(store, user);
      }),
    },
  },
  {
    name: 'strict-deletion-without-key-check',
    bug: 'The deletion of password identities does not compare the API key.',
    breaks: [everyKey],
    behaviour: keyUnchecked('deleteStrictIdentity'),
  },
  {
    name: 'one-store-for-all-applications',
    bug: 'Users are kept without the application they belong to.',
    breaks: ['ssks.auth.apps-are-separate'],
    alsoBreaks: {
      'ssks.session.bound-to-application': 'sessions are kept in the same place',
    },
    behaviour: () => ({ namespaceOf: () => 'all' }),
  },
  {
    name: 'counts-span-applications',
    bug: 'identity_check counts the identities of all applications.',
    breaks: ['ssks.auth.apps-are-separate'],
    handlers: {
      checkTmrIdentity: (next) => (context) => {
        const { user_id } = bodyOf(context);
        const count = [...context.state.stores.values()]
          .flatMap(allUsers)
          .filter((user) => user.userId === user_id && user.identity !== null).length;
        const response = next(context);
        if (factorOf(bodyOf(context)).type !== undefined || 'then' in response) return response;
        if ('kind' in response || response.status !== 200) return response;
        const app_id = context.header('x-seald-appid');
        return ok({ identities_count: count, user: { user_id, app_id } });
      },
    },
  },
  {
    name: 'header-names-exact',
    bug: 'The credential headers are found only in the letter case of the document.',
    breaks: ['ssks.auth.header-names-case-insensitive'],
    handlers: {
      sendChallenge: answering((_body, context) => {
        const names = context.request.peer.headerNames?.() ?? [];
        const exact = names.includes('X-SEALD-APPID') && names.includes('X-SEALD-APIKEY');
        return exact ? null : refused(403, details.missingCredentials).response;
      }),
    },
  },
  {
    name: 'password-push-wants-api-key',
    bug: 'The password push asks for the API key, which no device has.',
    breaks: ['ssks.auth.front-needs-no-api-key'],
    alsoBreaks: {
      'ssks.password-push.id-per-secret': 'nothing can be pushed',
      'ssks.generated.push-strict-identity-answers-as-described': 'nothing can be pushed',
    },
    behaviour: (base) => ({
      authorize: (credentials, side, applications, operationId) =>
        base.authorize(
          credentials,
          operationId === 'pushStrictIdentity' ? 'back' : side,
          applications,
          operationId,
        ),
    }),
  },

  // Common rules
  {
    name: 'json-sent-as-html',
    bug: 'The JSON of must_authenticate is declared as text/html.',
    breaks: ['ssks.common.success-is-200-json'],
    respond: (response, { operation }) =>
      operation?.id === 'checkMustAuthenticate'
        ? { ...response, headers: { ...response.headers, 'Content-Type': 'text/html' } }
        : response,
  },
  {
    name: 'strict-deletion-201',
    bug: 'The deletion of password identities answers 201.',
    breaks: ['ssks.common.success-is-200-json', 'ssks.strict-delete.status-ok'],
    alsoBreaks: {
      'ssks.delete-user.unknown-user': 'the same status for an unknown user',
      'ssks.generated.delete-strict-identity-answers-as-described': 'the status is not described',
    },
    respond: changing(
      ({ status }, { operation }) => status === 200 && operation?.id === 'deleteStrictIdentity',
      (response) => ({ ...response, status: 201 }),
    ),
  },
  {
    name: 'content-type-compared-whole',
    bug: 'The content type is compared as a whole, parameters included.',
    breaks: ['ssks.common.content-type-parameter-accepted'],
    behaviour: () => ({ acceptsMediaType: (type) => type === 'application/json' }),
  },
  {
    name: 'malformed-json-500',
    bug: 'A body that is not JSON ends in an exception.',
    breaks: ['ssks.common.malformed-json-refused'],
    alsoBreaks: {
      'ssks.generated.check-tmr-identity-body-syntax-refused': 'the same request',
    },
    respond: changing(
      (response, { operation }) =>
        operation?.id === 'checkTmrIdentity' &&
        response.status === 400 &&
        String(response.body).includes('JSON parse error'),
      () => json(500, { detail: 'Internal Server Error' }),
    ),
  },
  {
    name: 'malformed-json-repaired',
    bug: 'A cut-off body is completed and answered.',
    breaks: ['ssks.common.malformed-json-refused'],
    alsoBreaks: {
      'ssks.generated.check-tmr-identity-body-syntax-refused': 'the same request',
    },
    respond: changing(
      (response, { operation }) =>
        operation?.id === 'checkTmrIdentity' &&
        response.status === 400 &&
        String(response.body).includes('JSON parse error'),
      () => ok({ identities_count: 0, user: { user_id: '', app_id: '' } }),
    ),
  },
  {
    name: 'factor-echoed',
    bug: 'create_user repeats the e-mail address in its answer.',
    breaks: ['ssks.common.factor-never-echoed'],
    handlers: {
      createUser: (next) => (context) => {
        const response = next(context);
        if ('then' in response || 'kind' in response || response.status !== 200) return response;
        return ok({ status: 'ok', auth_factor: factorOf(bodyOf(context)) });
      },
    },
  },
  {
    name: 'get-answered',
    bug: 'A GET of a back-end path is answered like a page.',
    breaks: ['ssks.common.other-methods-refused'],
    respond: changing(
      ({ status }) => status === 405,
      () => ok({ detail: 'Welcome' }),
    ),
  },
  {
    name: 'app-id-of-the-count-left-out',
    bug: 'The count of password identities does not name the application.',
    breaks: ['ssks.strict-check.echoes-user'],
    alsoBreaks: {
      'ssks.generated.check-strict-identity-answers-as-described': 'app_id is a described member',
    },
    respond: editing('checkStrictIdentity', ({ identities_count, user }) => ({
      identities_count,
      user: { user_id: (user as { user_id: string }).user_id },
    })),
  },
]);
