import { json } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { details, refused } from '../../../mocks/systems/ssks/refusals.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { setIdentity } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import {
  afterwards,
  allUsers,
  answering,
  bodyOf,
  changing,
  jsonOf,
  ok,
  storeFor,
} from './tools.js';

const reusable = 'ssks.session.authenticated-reusable';
const sameId = 'ssks.push.same-id-new-data';
const factorOptional = 'ssks.push.factor-optional';
const verbatim = 'ssks.push.data-kept-verbatim';
const pushesTwice = 'it pushes more than once';

/** Requirements whose checks assert a search. */
const searching = [
  'ssks.auth.front-needs-no-api-key',
  'ssks.validate.right-challenge-new-session',
  'ssks.validate.wrong-challenge-refused',
  'ssks.session.unknown-is-404',
  reusable,
  'ssks.push.refused-before-challenge',
  sameId,
  factorOptional,
  verbatim,
  'ssks.search.authenticated-flag',
  'ssks.search.users-separate',
  'ssks.generated.search-tmr-identity-answers-as-described',
];

export const identityMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // push
  {
    name: 'push-wants-a-challenge',
    bug: 'Only an authenticated session may store.',
    breaks: ['ssks.push.direct-when-not-required'],
    alsoBreaks: { 'ssks.auth.front-needs-no-api-key': 'it pushes directly' },
    behaviour: () => ({ mayStore: (session) => session.authenticated }),
  },
  {
    name: 'push-without-challenge',
    bug: 'A session stores whether or not its challenge was answered.',
    breaks: ['ssks.push.refused-before-challenge'],
    alsoBreaks: { 'ssks.validate.wrong-challenge-refused': 'it pushes after wrong challenges' },
    behaviour: () => ({ mayStore: () => true }),
  },
  {
    name: 'first-push-without-challenge',
    bug: 'A forced challenge does not hold back the first push of a user.',
    breaks: ['ssks.push.refused-before-challenge'],
    behaviour: (base) => ({
      mayStore: (session) => base.mayStore(session) || session.user.identity === null,
    }),
  },
  {
    name: 'refused-push-stores',
    bug: 'A push before the challenge is refused after it was stored.',
    breaks: ['ssks.push.refused-before-challenge'],
    alsoBreaks: { 'ssks.validate.wrong-challenge-refused': 'it pushes after wrong challenges' },
    handlers: {
      pushTmrIdentity: afterwards((context, { status }) => {
        const store = storeFor(context);
        const session = store.sessions.get(context.header('x-seald-session') ?? '');
        if (status !== 403 || session === undefined) return;
        const data = String(bodyOf(context).data_b64);
        setIdentity(store, session.user, { id: 'late', data, authenticated: false });
      }),
    },
  },
  {
    name: 'push-after-challenge-for-renewal-only',
    bug: 'An authenticated session may replace an identity, but not store a first one.',
    breaks: ['ssks.push.accepted-after-challenge'],
    alsoBreaks: {
      [reusable]: 'its first push is the first of the user',
      [sameId]: 'its first push is the first of the user',
      [factorOptional]: 'its first push is the first of the user',
      [verbatim]: 'its first push is the first of the user',
      'ssks.generated.push-tmr-identity-answers-as-described': 'it stores a first identity',
    },
    behaviour: () => ({
      mayStore: (session) =>
        session.authenticated ? session.user.identity !== null : !session.mustAuthenticate,
    }),
  },
  {
    name: 'push-makes-a-new-id',
    bug: 'Every push makes a new id.',
    breaks: [sameId],
    behaviour: () => ({
      storeIdentity(store, { user, authenticated }, data, newId) {
        const id = newId();
        setIdentity(store, user, { id, data, authenticated });
        return id;
      },
    }),
  },
  {
    name: 'first-push-wins',
    bug: 'A second push answers 200 and changes nothing.',
    breaks: [sameId],
    alsoBreaks: {
      [reusable]: pushesTwice,
      [factorOptional]: pushesTwice,
      [verbatim]: pushesTwice,
      'ssks.search.authenticated-flag': pushesTwice,
    },
    behaviour: (base) => ({
      storeIdentity: (store, session, data, newId) =>
        session.user.identity?.id ?? base.storeIdentity(store, session, data, newId),
    }),
  },
  {
    name: 'push-wants-the-factor',
    bug: 'A push after a challenge has to name the factor.',
    breaks: [factorOptional],
    alsoBreaks: { [sameId]: 'it leaves out the factor', [verbatim]: 'it leaves out the factor' },
    handlers: {
      pushTmrIdentity: answering((body, context) => {
        const session = storeFor(context).sessions.get(context.header('x-seald-session') ?? '');
        return session?.authenticated === true &&
          body.data_b64 !== undefined &&
          body.auth_factor === undefined
          ? json(400, { auth_factor: ['This field is required.'] })
          : null;
      }),
    },
  },
  {
    name: 'data-decoded',
    bug: 'The data is decoded from base64 and encoded again.',
    breaks: [verbatim],
    behaviour: (base) => ({
      storeIdentity: (store, session, data, newId) =>
        base.storeIdentity(store, session, recoded(data), newId),
    }),
  },
  {
    name: 'data-cut-at-57344',
    bug: 'The data is cut off at 56 KiB.',
    breaks: [verbatim],
    behaviour: (base) => ({
      storeIdentity: (store, session, data, newId) =>
        base.storeIdentity(store, session, data.slice(0, 57_344), newId),
    }),
  },
  {
    name: 'large-data-413',
    bug: 'A push above 32 KiB is refused.',
    breaks: [verbatim],
    handlers: {
      pushTmrIdentity: answering((_body, { request }) =>
        request.body.length > 32_768 ? refused(413, details.tooLarge).response : null,
      ),
    },
  },

  // search
  {
    name: 'nothing-stored-in-other-words',
    bug: 'A search that finds nothing names the model TMRIdentity.',
    breaks: ['ssks.search.nothing-stored'],
    respond: changing(
      ({ body }) => body === '{"model":"TMRKey"}',
      () => json(404, { model: 'TMRIdentity' }),
    ),
  },
  {
    name: 'nothing-stored-null',
    bug: 'A search that finds nothing is a 200 with null.',
    breaks: ['ssks.search.nothing-stored'],
    alsoBreaks: { 'ssks.delete-user.identity-is-gone': 'its last search finds nothing' },
    respond: changing(
      ({ body }) => body === '{"model":"TMRKey"}',
      () => ok({ data_b64: null, authenticated: false }),
    ),
  },
  {
    name: 'always-authenticated',
    bug: 'authenticated tells that the reading session is authenticated.',
    breaks: ['ssks.search.authenticated-flag'],
    behaviour: (base) => ({
      readIdentity(session) {
        const found = base.readIdentity(session);
        return found === null ? null : { ...found, authenticated: session.authenticated };
      },
    }),
  },
  {
    name: 'authenticated-settled-by-the-first-push',
    bug: 'authenticated stays as the first push set it.',
    breaks: ['ssks.search.authenticated-flag'],
    behaviour: (base) => ({
      storeIdentity(store, session, data, newId) {
        const first = session.user.identity?.authenticated ?? session.authenticated;
        return base.storeIdentity(store, { ...session, authenticated: first }, data, newId);
      },
    }),
  },
  {
    name: 'search-without-challenge',
    bug: 'A session reads whether or not its challenge was answered.',
    breaks: ['ssks.search.refused-before-challenge'],
    alsoBreaks: {
      'ssks.validate.wrong-challenge-refused': 'it reads after wrong challenges',
    },
    behaviour: () => ({ mayRead: () => true }),
  },
  {
    name: 'refusal-holds-the-data',
    bug: 'The refusal of a search before the challenge holds the data.',
    breaks: ['ssks.search.refused-before-challenge', 'ssks.validate.wrong-challenge-refused'],
    handlers: {
      searchTmrIdentity: answering((_body, context) => {
        const session = storeFor(context).sessions.get(context.header('x-seald-session') ?? '');
        const data = session?.user.identity?.data;
        const early = session?.mustAuthenticate === true && !session.authenticated;
        return early && data !== undefined
          ? json(403, { detail: details.noPermission, data_b64: data })
          : null;
      }),
    },
  },
  {
    name: 'identity-by-user-id',
    bug: 'A user id has one identity under all its factors.',
    breaks: ['ssks.search.users-separate'],
    handlers: {
      pushTmrIdentity: afterwards((context, { status }) => {
        const store = storeFor(context);
        const session = store.sessions.get(context.header('x-seald-session') ?? '');
        if (status !== 200 || session === undefined) return;
        for (const user of store.users.get(session.user.userId)?.values() ?? []) {
          if (user.identity !== null) setIdentity(store, user, session.user.identity);
        }
      }),
    },
  },
  {
    name: 'identity-by-factor',
    bug: 'A factor has one identity for all its users.',
    breaks: ['ssks.search.users-separate'],
    handlers: {
      pushTmrIdentity: afterwards((context, { status }) => {
        const store = storeFor(context);
        const session = store.sessions.get(context.header('x-seald-session') ?? '');
        if (status !== 200 || session === undefined) return;
        const { factorKey, identity } = session.user;
        for (const user of allUsers(store)) {
          if (user.factorKey === factorKey && user.identity !== null) {
            setIdentity(store, user, identity);
          }
        }
      }),
    },
  },
  {
    name: 'search-wants-a-body',
    bug: 'A search without body is refused, because its content type is JSON.',
    breaks: ['ssks.search.empty-body-accepted'],
    handlers: {
      searchTmrIdentity: answering((_body, { request }) =>
        request.body.length === 0 ? refused(400, details.syntax('empty')).response : null,
      ),
    },
    alsoBreaks: Object.fromEntries(
      searching.map((id) => [id, 'it searches, as clients do, without body']),
    ),
  },

  // factor token
  {
    name: 'opaque-factor-token',
    bug: 'The factor token is a random text.',
    breaks: ['ssks.factor-token.three-part-token'],
    alsoBreaks: {
      'ssks.generated.get-factor-token-answers-as-described': 'its form is described',
    },
    respond: changing(
      ({ status }, { operation }) => status === 200 && operation?.id === 'getFactorToken',
      () => ok({ factor_token: '3b1c0f' }),
    ),
  },
  {
    name: 'padded-factor-token',
    bug: 'The parts of the factor token are padded.',
    breaks: ['ssks.factor-token.three-part-token'],
    alsoBreaks: {
      'ssks.generated.get-factor-token-answers-as-described': 'its form is described',
    },
    respond: changing(
      ({ status }, { operation }) => status === 200 && operation?.id === 'getFactorToken',
      (response) => ok({ factor_token: `${String(jsonOf(response).factor_token)}=` }),
    ),
  },
  {
    name: 'token-without-challenge',
    bug: 'Every session gets a factor token.',
    breaks: ['ssks.factor-token.needs-authenticated-session'],
    behaviour: () => ({ mayVouch: () => true }),
  },
]);

/** What is left of a text after a careless decoder and an encoder. */
function recoded(data: string): string {
  const kept = data.replaceAll(/[^A-Za-z0-9+/]/g, '');
  return kept.padEnd(Math.ceil(kept.length / 4) * 4, '=');
}
