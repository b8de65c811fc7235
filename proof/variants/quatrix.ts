import type { PlainResponse } from '../../mocks/engine/http.js';
import { json, withHeaders } from '../../mocks/engine/http.js';
import { queryValue } from '../../mocks/systems/quatrix/auth-values.js';
import type { Behaviour } from '../../mocks/systems/quatrix/behaviour.js';
import { freedoms } from '../../mocks/systems/quatrix/freedoms.js';
import { code, errorAnswer } from '../../mocks/systems/quatrix/refusals.js';
import { barePath, pollPath, prefix } from '../../mocks/systems/quatrix/routes.js';
import { rotateToken } from '../../mocks/systems/quatrix/sessions.js';
import type { State, User } from '../../mocks/systems/quatrix/state.js';
import { callSubject, printedCallSubject } from '../../mocks/systems/quatrix/subject.js';
import { sign } from '../../suites/quatrix/crypto.js';
import { defineVariant, type Variant } from '../model.js';
import {
  keyOfCall,
  onAnswer,
  onBody,
  type BehaviourChange,
  type Context,
  type Wrap,
} from '../mutants/quatrix/tools.js';
import { freedomVariants } from './freedoms.js';
import { genericVariants } from './generic.js';

const system = 'quatrix';
type Alteration = NonNullable<Parameters<typeof defineVariant<State, Behaviour>>[0]['alteration']>;

function variant(family: string, difference: string, alteration: Alteration): Variant {
  return defineVariant<State, Behaviour>({ family, system, difference, alteration });
}

/** The end of a hold in another way. */
function holdEnd(answer: PlainResponse): BehaviourChange {
  return () => ({ holdTime: () => 200, holdEnd: () => answer });
}

/** Another name of the channel, under which the server finds the user again. */
function channelName(
  name: (user: User) => string | number,
  members: 'channel' | 'channel_id' | 'both' = 'both',
): BehaviourChange {
  return (base) => ({
    channelMembers(user) {
      const value = name(user) as string;
      return {
        ...(members === 'channel_id' ? {} : { channel: value }),
        ...(members === 'channel' ? {} : { channel_id: value }),
      };
    },
    queueOf(state, id, now) {
      const users = [...state.usersByChannel.values()];
      const named = users.find((user) => String(name(user)) === id);
      return named?.queue ?? base.queueOf(state, id, now);
    },
  });
}

/** Refuses timestamps that are more than a minute off the server's clock. */
const withinAMinute: Wrap = (next) => (context) => {
  const text = context.behaviour.authValue(context.request, 'X-Auth-Timestamp') ?? '';
  const value = Number(text);
  const seconds = value >= 1e11 ? value / 1000 : value;
  const isOff = Math.abs(seconds - context.world.clock.now() / 1000) > 60;
  return /^\d+$/.test(text) && isOff
    ? errorAnswer(401, code.expired, 'X-Auth-Timestamp is too far off')
    : next(context);
};

/** Gives a newer token with each signed answer; the old one lives on for a minute. */
const rotating: Wrap = (next) => async (context) => {
  const answer = await next(context);
  const { state, world } = context;
  const token = context.behaviour.authValue(context.request, 'X-Auth-Token') ?? '';
  const session = state.sessions.get(token);
  if ('kind' in answer || answer.status >= 300 || session === undefined) return answer;
  const newer = world.random.uuid();
  rotateToken(state, session, newer, world.clock.now());
  return withHeaders(answer, { 'X-Auth-Token': newer });
};

const isSignedCall = ({ operation }: Context): boolean =>
  operation !== undefined && operation.id !== 'login' && operation.id !== 'pollNotifications';

function refusedCallsAnswer(status: 400 | 403): Alteration {
  return {
    respond: (response, context) =>
      response.status === 401 && isSignedCall(context) ? { ...response, status } : response,
  };
}

/** Servers that differ from the mock as the document and the tolerated outcomes allow. */
export const quatrixVariants: readonly Variant[] = [
  ...genericVariants(system),
  ...freedomVariants(system, freedoms),
  defineVariant<State, Behaviour>({
    family: 'observed-dialect',
    system,
    difference: 'The server of 2014: prefix only, channel_id only, 408 at the end of a hold.',
    dialect: 'observed',
  }),
  variant('refused-calls-400', 'Calls are refused with 400 (E10).', refusedCallsAnswer(400)),
  variant('refused-calls-403', 'Calls are refused with 403 (E10).', refusedCallsAnswer(403)),
  variant('missing-values-400', 'A login without a value is answered 400 (E11).', {
    behaviour: () => ({ missingValueStatus: 400 }),
  }),
  variant('printed-call-form', 'Calls are signed exactly as lines 108-110 print it (E1).', {
    behaviour: () => ({
      *callSignatures(attempt) {
        yield sign(keyOfCall(attempt), printedCallSubject(attempt));
      },
    }),
  }),
  variant('capitalised-call-form', 'Calls are signed with printed names and a line feed (E1).', {
    behaviour: () => ({
      *callSignatures(attempt) {
        yield sign(keyOfCall(attempt), `${printedCallSubject(attempt)}\n`);
      },
    }),
  }),
  variant('unended-call-form', 'Calls are signed in lower case without a last line feed (E1).', {
    behaviour: () => ({
      *callSignatures(attempt) {
        yield sign(keyOfCall(attempt), callSubject(attempt).slice(0, -1));
      },
    }),
  }),
  variant('bare-routes-only', 'The prefix is not served (E8).', {
    behaviour: () => ({ routeOf: (path) => path }),
  }),
  variant('everything-below-the-prefix', 'Nothing is served at the root, polls included (E8).', {
    behaviour: () => ({
      routeOf: (path) => (path === barePath(path) ? `${prefix}${path}` : barePath(path)),
    }),
  }),
  variant('polls-below-the-prefix', 'Polls are served under the prefix only (E8).', {
    behaviour: () => ({
      routeOf: (path) => (path === pollPath ? `${prefix}${path}` : barePath(path)),
    }),
  }),
  variant('signed-polls', 'Polls must be signed like other calls (E9).', {
    behaviour: () => ({ pollNeedsSignature: () => true }),
  }),
  variant('signed-polls-403', 'Unsigned polls are answered 403 (E9).', {
    behaviour: () => ({ pollNeedsSignature: () => true }),
    respond: onAnswer('pollNotifications', 401, (response) => ({ ...response, status: 403 })),
  }),
  variant('channel-alone', 'The profile has channel and no channel_id (E6).', {
    behaviour: channelName(({ channel }) => channel, 'channel'),
  }),
  variant('channel-id-alone', 'The profile has channel_id and no channel (E6).', {
    behaviour: channelName(({ channel }) => channel, 'channel_id'),
  }),
  variant('channel-number', 'The channel is a number (E6).', {
    behaviour: channelName(({ channel }) => Number.parseInt(channel.slice(0, 8), 16), 'channel'),
  }),
  variant('channel-per-session', 'The channel differs from session to session.', {
    respond: onBody('getProfile', (body, { behaviour, request }) => {
      const token = behaviour.authValue(request, 'X-Auth-Token');
      return { ...body, channel: token, channel_id: token };
    }),
  }),
  variant('small-profile', 'The profile has nothing but the channel.', {
    respond: onBody('getProfile', ({ channel, rootId }) => ({ channel, rootId })),
  }),
  variant('login-without-body', 'The login answers no body (E15).', {
    respond: onAnswer('login', 200, (response) => ({ ...response, body: null })),
  }),
  variant('account-by-default', 'A Referer of no account means the default one.', {
    behaviour: (base) => ({
      accountOf: (state, hint) => base.accountOf(state, hint) ?? state.defaultAccount,
    }),
  }),
  variant('query-names-of-the-client', 'In the query only authorization is known (E13).', {
    behaviour: (base) => ({
      authValue: (request, name) =>
        name === 'Authorization' && request.headers.authorization === undefined
          ? queryValue(request.query, (candidate) => candidate === 'authorization')
          : base.authValue(request, name),
    }),
  }),
  variant('values-not-mixed', 'The three values come all in headers or all in the query.', {
    behaviour: (base) => ({
      authValue(request, name) {
        const hasHeader = request.headers.authorization !== undefined;
        return base.authValue(hasHeader ? { ...request, query: '' } : request, name);
      },
    }),
  }),
  variant('timestamp-window', 'Timestamps count for a minute only.', {
    handlers: { login: withinAMinute, getProfile: withinAMinute },
  }),
  variant('rotating-tokens', 'Each signed answer brings a newer token.', {
    handlers: { getProfile: rotating, keepAlive: rotating },
  }),
  variant('no-content', 'Logout and keepalive answer 204.', {
    respond: (response, { operation }) =>
      response.status === 200 && (operation?.id === 'logout' || operation?.id === 'keepAlive')
        ? { status: 204, headers: {}, body: null }
        : response,
  }),
  variant('other-error-codes', 'Refusals have other codes, and details.', {
    respond: (response) =>
      response.status === 401
        ? { ...response, body: JSON.stringify({ code: 15, msg: 'No', details: { at: 1 } }) }
        : response,
  }),
  variant('holds-end-204', 'A hold ends with 204 and without a cursor.', {
    behaviour: holdEnd({ status: 204, headers: {}, body: null }),
  }),
  variant('holds-end-200', 'A hold ends with 200 and an empty body.', {
    behaviour: holdEnd({ status: 200, headers: {}, body: null }),
  }),
  variant('holds-end-408', 'A hold ends with 408 and without a cursor.', {
    behaviour: holdEnd({ status: 408, headers: {}, body: null }),
  }),
  variant('short-holds', 'A hold is short, so that polls often end empty.', {
    behaviour: () => ({ holdTime: () => 130 }),
  }),
  variant('begins-at-the-present', 'A poll without cursor gets only what comes from then on.', {
    behaviour: (base) => ({
      nextMessage: (messages, cursor) =>
        cursor === null ? undefined : base.nextMessage(messages, cursor),
      pollersToWake(queue) {
        const newest = queue.messages.at(-1);
        for (const poller of queue.held) {
          if (poller.cursor === null && newest !== undefined) {
            poller.release(base.deliveryOf(newest, queue));
          }
        }
        return [...queue.held];
      },
    }),
  }),
  variant('quoted-etag', 'Etag is quoted, as HTTP wants it.', {
    behaviour: (base) => ({
      deliveryOf(message, queue) {
        const response = base.deliveryOf(message, queue);
        return withHeaders(response, { Etag: `"${String(message.ordinal)}"` });
      },
      holdEnd: (cursor) =>
        withHeaders(base.holdEnd(cursor), { Etag: `"${String(cursor.ordinal)}"` }),
      readCursor: (date, tag) => base.readCursor(date, tag?.replaceAll('"', '')),
    }),
  }),
  variant('one-poll-per-channel', 'A second poll on a channel ends the first with 409.', {
    handlers: {
      pollNotifications: (next) => (context) => {
        const id = queryValue(context.request.query, (name) => name === 'id') ?? '';
        const { behaviour, state, world } = context;
        const queue = behaviour.queueOf(state, id, world.clock.now());
        for (const poller of queue?.held ?? []) {
          poller.release(errorAnswer(409, code.restriction, 'Another poll has taken over'));
        }
        return next(context);
      },
    },
  }),
  variant('unknown-channels-refused', 'A poll with an id of nobody is answered 403.', {
    handlers: {
      pollNotifications: (next) => (context) => {
        const id = queryValue(context.request.query, (name) => name === 'id') ?? '';
        const { behaviour, state, world } = context;
        return behaviour.queueOf(state, id, world.clock.now()) === undefined && id !== ''
          ? errorAnswer(403, code.notAllowed, 'The id names no channel')
          : next(context);
      },
    },
  }),
  variant('missing-id-404', 'A poll without id is answered 404.', {
    respond: onAnswer('pollNotifications', 400, (response) => ({ ...response, status: 404 })),
  }),
  variant('jobs-unnamed', 'job_id is null.', {
    behaviour: (base) => ({
      notificationOf: (change) => base.notificationOf({ ...change, jobId: null }),
    }),
  }),
  variant('null-status', 'errmsg and errcode of a success are null (E19).', {
    behaviour: (base) => ({
      notificationOf: (change) => ({
        ...(base.notificationOf(change) as object),
        status: { errmsg: null, errcode: null },
      }),
    }),
  }),
  variant('further-objects', 'data names the folder of what was modified as well.', {
    behaviour: (base) => ({
      notificationOf: (change) =>
        base.notificationOf({ ...change, data: [...change.data, { id: 'folder', type: 'D' }] }),
    }),
  }),
  variant('no-limit', 'Failing logins are never limited.', {
    respond: onAnswer('login', 429, () => errorAnswer(401, code.notAuthorized, 'Wrong')),
  }),
  variant('unknown-routes-405', 'A route that is not known is answered 405.', {
    respond: (response, { operation }) =>
      response.status === 404 && operation === undefined
        ? json(405, { code: code.notSupported, msg: 'Not supported' })
        : response,
  }),
];
