import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { recordFailure } from '../../../mocks/systems/ssks/password-rows.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { usersOf } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import {
  afterwards,
  answering,
  bodyOf,
  changing,
  editing,
  ok,
  rereading,
  storeFor,
} from './tools.js';

const unknownUser = '{"model":"StrictUser"}';
const frontEnd = ['/tmr/front/', '/push/', '/search/'];

export const passwordMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // identity_check of the password store
  {
    name: 'strict-unknown-user-404',
    bug: 'The count of a user id without password identity is a 404.',
    breaks: ['ssks.strict-check.unknown-user-zero'],
    alsoBreaks: {
      'ssks.auth.apps-are-separate': 'the user id is unknown to the second application',
      'ssks.strict-check.stored-identity-counted': 'its other user id is unknown',
      'ssks.strict-check.two-man-rule-not-counted': 'its user id is unknown here',
      'ssks.strict-delete.removes-all': 'it counts after the deletion',
      'ssks.generated.check-strict-identity-answers-as-described': 'its user id is unknown',
    },
    respond: changing(
      ({ status, body }, { operation }) =>
        status === 200 &&
        operation?.id === 'checkStrictIdentity' &&
        String(body).includes('"identities_count":0'),
      () => json(404, { model: 'StrictUser' }),
    ),
  },
  {
    name: 'strict-count-of-all-users',
    bug: 'The count covers all user ids of the application.',
    breaks: [
      'ssks.strict-check.unknown-user-zero',
      'ssks.strict-check.stored-identity-counted',
      'ssks.strict-check.counted-per-secret',
    ],
    alsoBreaks: {
      'ssks.auth.every-back-operation-needs-key': 'it expects a count of 1',
      'ssks.strict-check.two-man-rule-not-counted': 'it expects a count of 0',
      'ssks.strict-delete.removes-all': 'it expects a count of 0',
      'ssks.strict-delete.user-id-required': 'it expects a count of 1',
    },
    handlers: {
      checkStrictIdentity: (next) => (context) => {
        const response = next(context);
        if ('then' in response || 'kind' in response || response.status !== 200) return response;
        // Other checks run beside: a hundred stands for all of them.
        return ok({
          identities_count: storeFor(context).rows.size + 100,
          user: { user_id: bodyOf(context).user_id, app_id: context.header('x-seald-appid') },
        });
      },
    },
  },
  {
    name: 'strict-count-as-text',
    bug: 'The count of password identities is a string.',
    breaks: ['ssks.strict-check.stored-identity-counted'],
    alsoBreaks: {
      'ssks.strict-check.counted-per-secret': 'it expects a number',
      'ssks.auth.every-back-operation-needs-key': 'it expects a number',
      'ssks.strict-delete.other-users-kept': 'it expects a number',
      'ssks.strict-delete.user-id-required': 'it expects a number',
    },
    respond: editing('checkStrictIdentity', (body) =>
      body.identities_count === 0
        ? body
        : { ...body, identities_count: String(body.identities_count) },
    ),
  },
  {
    name: 'strict-count-is-yes-or-no',
    bug: 'A user id counts as one identity however many secrets it has.',
    breaks: ['ssks.strict-check.counted-per-secret'],
    behaviour: (base) => ({
      countRows: (store, userId) => Math.min(1, base.countRows(store, userId)),
    }),
  },
  {
    name: 'strict-user-as-an-object',
    bug: 'user.user_id is an object, as the table of the document says.',
    breaks: ['ssks.strict-check.echoes-user'],
    alsoBreaks: {
      'ssks.generated.check-strict-identity-answers-as-described': 'it is described as a string',
    },
    respond: editing('checkStrictIdentity', ({ identities_count, user }) => {
      const { user_id, app_id } = user as { user_id: string; app_id: string };
      return { identities_count, user: { user_id: { id: user_id }, app_id } };
    }),
  },
  {
    name: 'strict-count-without-user-id',
    bug: 'A count without user_id is answered with 0.',
    breaks: ['ssks.strict-check.user-id-required'],
    alsoBreaks: {
      'ssks.generated.check-strict-identity-body-schema-refused': 'the same request',
    },
    handlers: { checkStrictIdentity: withoutUserId() },
  },
  {
    name: 'strict-count-of-both-stores',
    bug: 'identity_check of the password store counts the 2-man rule too.',
    breaks: ['ssks.strict-check.two-man-rule-not-counted'],
    alsoBreaks: {
      'ssks.auth.every-back-operation-needs-key': 'its user has one identity in either store',
    },
    behaviour: (base) => ({
      countRows: (store, userId) =>
        base.countRows(store, userId) +
        usersOf(store, userId, undefined).filter((user) => user.identity !== null).length,
    }),
  },

  // identity_delete
  {
    name: 'strict-status-deleted',
    bug: 'The deletion of password identities answers with status deleted.',
    breaks: ['ssks.strict-delete.status-ok'],
    alsoBreaks: {
      'ssks.delete-user.unknown-user': 'the same answer for an unknown user',
      'ssks.generated.delete-strict-identity-answers-as-described': 'it is described as ok',
    },
    respond: editing('deleteStrictIdentity', () => ({ status: 'deleted' })),
  },
  {
    name: 'strict-deletion-of-the-first-row',
    bug: 'A deletion removes the first identity of the user id.',
    breaks: ['ssks.strict-delete.removes-all'],
    behaviour: () => ({
      deleteRows(store, userId) {
        const rows = store.rows.get(userId);
        const first = rows?.keys().next();
        if (first?.done === false) rows?.delete(first.value);
      },
    }),
  },
  {
    name: 'strict-deletion-hides-only',
    bug: 'Deleted identities do not count any more but are still found.',
    breaks: ['ssks.strict-delete.removes-all'],
    behaviour: (base) => {
      const hidden = new Set<string>();
      return {
        deleteRows(_store, userId) {
          hidden.add(userId);
        },
        countRows: (store, userId) => (hidden.has(userId) ? 0 : base.countRows(store, userId)),
      };
    },
  },
  {
    name: 'strict-deletion-by-secret',
    bug: 'A deletion removes the rows of the same secrets of other user ids too.',
    breaks: ['ssks.strict-delete.other-users-kept'],
    behaviour: (base) => ({
      deleteRows(store, userId) {
        const secrets = [...(store.rows.get(userId)?.keys() ?? [])];
        for (const rows of store.rows.values()) for (const secret of secrets) rows.delete(secret);
        base.deleteRows(store, userId);
      },
    }),
  },
  {
    name: 'strict-deletion-without-user-id',
    bug: 'A deletion without user_id is answered ok.',
    breaks: ['ssks.strict-delete.user-id-required'],
    alsoBreaks: {
      'ssks.generated.delete-strict-identity-body-schema-refused': 'the same request',
    },
    handlers: { deleteStrictIdentity: withoutUserId() },
  },

  // push
  {
    name: 'one-id-per-user',
    bug: 'All secrets of a user id share an id.',
    breaks: ['ssks.password-push.id-per-secret'],
    behaviour: (base) => ({
      storeRow(store, userId, secret, data, newId) {
        const first = store.rows.get(userId)?.values().next();
        const id = first?.done === false ? first.value.id : newId();
        return base.storeRow(store, userId, secret, data, () => id);
      },
    }),
  },
  {
    name: 'password-push-makes-a-new-id',
    bug: 'Every password push makes a new id.',
    breaks: ['ssks.password-push.id-per-secret'],
    behaviour: (base) => ({
      storeRow(store, userId, secret, data, newId) {
        store.rows.get(userId)?.delete(secret);
        return base.storeRow(store, userId, secret, data, newId);
      },
    }),
  },
  {
    name: 'push-replaces-all-secrets',
    bug: 'A password push replaces the data of every secret of the user id.',
    breaks: ['ssks.password-push.data-replaced-per-secret'],
    behaviour: (base) => ({
      storeRow(store, userId, secret, data, newId) {
        for (const [known, row] of store.rows.get(userId) ?? []) {
          store.rows.get(userId)?.set(known, { ...row, data });
        }
        return base.storeRow(store, userId, secret, data, newId);
      },
    }),
  },
  {
    name: 'known-secret-not-replaced',
    bug: 'A password push under a known secret answers 200 and changes nothing.',
    breaks: ['ssks.password-push.data-replaced-per-secret'],
    behaviour: (base) => ({
      storeRow: (store, userId, secret, data, newId) =>
        base.findRow(store, userId, secret) ?? base.storeRow(store, userId, secret, data, newId),
    }),
  },
  {
    name: 'one-row-per-user',
    bug: 'A push under a new secret removes the row of the old one.',
    breaks: ['ssks.strict-check.counted-per-secret', 'ssks.password-push.data-replaced-per-secret'],
    alsoBreaks: { 'ssks.password-push.id-per-secret': 'its first secret is pushed again' },
    behaviour: (base) => ({
      storeRow(store, userId, secret, data, newId) {
        const rows = store.rows.get(userId);
        for (const known of [...(rows?.keys() ?? [])]) if (known !== secret) rows?.delete(known);
        return base.storeRow(store, userId, secret, data, newId);
      },
    }),
  },

  // search
  {
    name: 'password-data-cut',
    bug: 'Data of the password store is cut off at 56 KiB.',
    breaks: ['ssks.password-search.data-verbatim'],
    behaviour: (base) => ({
      storeRow: (store, userId, secret, data, newId) =>
        base.storeRow(store, userId, secret, data.slice(0, 57_344), newId),
    }),
  },
  {
    name: 'password-data-url-safe',
    bug: 'Data of the password store comes back in the URL-safe alphabet.',
    breaks: ['ssks.password-search.data-verbatim'],
    alsoBreaks: {
      'ssks.auth.front-needs-no-api-key': 'it compares the data',
      'ssks.password-push.data-replaced-per-secret': 'it compares the data',
      'ssks.password-search.users-separate': 'it compares the data',
      'ssks.strict-delete.other-users-kept': 'it compares the data',
    },
    respond: editing('searchStrictIdentity', ({ data_b64 }) => ({
      data_b64: String(data_b64).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '~'),
    })),
  },
  {
    name: 'unknown-user-with-a-space',
    bug: 'The body for an unknown user id has a space after the colon.',
    breaks: ['ssks.password-search.unknown-user'],
    respond: changing(
      ({ body }) => body === unknownUser,
      (response) => ({ ...response, body: '{"model": "StrictUser"}' }),
    ),
  },
  {
    name: 'unknown-user-with-a-line-end',
    bug: 'The body for an unknown user id ends with a line end.',
    breaks: ['ssks.password-search.unknown-user'],
    respond: changing(
      ({ body }) => body === unknownUser,
      (response) => ({ ...response, body: `${unknownUser}\n` }),
    ),
  },
  {
    name: 'unknown-user-as-wrong-secret',
    bug: 'An unknown user id is reported like a wrong secret.',
    breaks: ['ssks.password-search.unknown-user'],
    respond: changing(
      ({ body }) => body === unknownUser,
      (response) => ({ ...response, body: '{"model":"StrictKey"}' }),
    ),
  },
  {
    name: 'wrong-secret-as-unknown-user',
    bug: 'A wrong secret is reported like an unknown user id.',
    breaks: ['ssks.password-search.wrong-secret'],
    respond: changing(
      ({ body }) => body === '{"model":"StrictKey"}',
      (response) => ({ ...response, body: unknownUser }),
    ),
  },
  {
    name: 'secret-by-prefix',
    bug: 'The last digit of a secret is not compared.',
    breaks: ['ssks.password-search.wrong-secret'],
    behaviour: () => ({
      findRow(store, userId, secret) {
        const prefix = secret.slice(0, -1);
        const found = [...(store.rows.get(userId) ?? [])].find(([known]) =>
          known.startsWith(prefix),
        );
        return found?.[1];
      },
    }),
  },
  {
    name: 'wrong-secret-with-data',
    bug: 'The refusal of a wrong secret holds the data of the last one.',
    breaks: ['ssks.password-search.wrong-secret'],
    handlers: {
      searchStrictIdentity: answering((body, context) => {
        const rows = storeFor(context).rows.get(String(body.user_id));
        const last = [...(rows?.values() ?? [])].at(-1);
        if (last === undefined || rows?.has(String(body.secret)) === true) return null;
        return json(404, { model: 'StrictKey', data_b64: last.data });
      }),
    },
    alsoBreaks: { 'ssks.password-search.throttled': 'the refusals are not counted any more' },
  },
  {
    name: 'row-by-secret-alone',
    bug: 'A secret leads to its row whatever the user id.',
    breaks: ['ssks.password-search.users-separate'],
    behaviour: () => ({
      findRow: (store, _userId, secret) =>
        [...store.rows.values()].map((rows) => rows.get(secret)).find((row) => row !== undefined),
    }),
  },
  {
    name: 'third-user-finds',
    bug: 'A user id without rows finds what another one stored under the secret.',
    breaks: ['ssks.password-search.users-separate'],
    behaviour: (base) => ({
      findRow: (store, userId, secret) =>
        base.findRow(store, userId, secret) ??
        (store.rows.has(userId)
          ? undefined
          : [...store.rows.values()].map((rows) => rows.get(secret)).find((row) => row)),
    }),
  },
  {
    name: 'no-throttling',
    bug: 'Wrong secrets are not throttled.',
    breaks: ['ssks.password-search.throttled'],
    behaviour: () => ({ failureLimit: Infinity }),
  },
  {
    name: 'throttling-until-success',
    bug: 'The count of failures starts anew with every failure.',
    breaks: ['ssks.password-search.throttled'],
    handlers: {
      searchStrictIdentity: afterwards((context, { status }) => {
        if (status !== 404) return;
        const store = storeFor(context);
        const userId = String(bodyOf(context).user_id);
        store.failedSearches.delete(userId);
        recordFailure(store, userId, context.world.clock.now(), context.behaviour.failureWindow);
      }),
    },
  },
  {
    name: 'retry-after-as-a-date',
    bug: 'Retry-After is a date.',
    breaks: ['ssks.password-search.throttled'],
    behaviour: () => ({ retryAfter: () => 'Thu, 01 Jan 2026 00:00:42 GMT' }),
  },
  {
    name: 'retry-after-in-fractions',
    bug: 'Retry-After has a fraction.',
    breaks: ['ssks.password-search.throttled'],
    behaviour: () => ({ retryAfter: (wait) => (wait / 1_000 + 0.0001).toFixed(3) }),
  },
  {
    name: 'retry-after-zero',
    bug: 'Retry-After is 0.',
    breaks: ['ssks.password-search.throttled'],
    behaviour: () => ({ retryAfter: () => '0' }),
  },

  // Web pages
  {
    name: 'preflight-without-user-id',
    bug: 'A preflight does not allow x-seald-user-id.',
    breaks: ['ssks.cors.preflight-allows-headers'],
    behaviour: (base) => ({
      preflightHeaders: {
        ...base.preflightHeaders,
        'Access-Control-Allow-Headers':
          'content-type, x-seald-appid, x-seald-version, x-seald-session',
      },
    }),
  },
  {
    name: 'preflight-wants-credentials',
    bug: 'A preflight is refused without application id.',
    breaks: ['ssks.cors.preflight-allows-headers'],
    respond: changing(
      (_response, { request }) =>
        request.method === 'OPTIONS' && request.headers['x-seald-appid'] === undefined,
      (response) => ({ ...response, status: 403 }),
    ),
  },
  {
    name: 'errors-without-origin',
    bug: 'Only successes allow the origin.',
    breaks: ['ssks.cors.origin-on-every-reply'],
    respond: changing(
      ({ status }, { request }) =>
        status >= 400 && frontEnd.some((path) => request.path.startsWith(path)),
      (response) => ({
        ...response,
        headers: Object.fromEntries(
          Object.entries(response.headers).filter(([name]) => !name.startsWith('Access-Control')),
        ),
      }),
    ),
  },
  {
    name: 'one-origin-only',
    bug: "Only the pages of the vendor's own site are allowed.",
    breaks: ['ssks.cors.origin-on-every-reply', 'ssks.cors.preflight-allows-headers'],
    behaviour: (base) => ({
      originHeaders: { ...base.originHeaders, 'Access-Control-Allow-Origin': 'https://ssks.test' },
    }),
  },
]);

/** Answers a body without user_id as if it named somebody unknown. */
function withoutUserId() {
  return rereading((body) => (Object.hasOwn(body, 'user_id') ? body : { ...body, user_id: '-' }));
}
