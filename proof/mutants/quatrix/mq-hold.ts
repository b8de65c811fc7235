import { json, withHeaders } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { formatHttpDate, readCursor } from '../../../mocks/systems/quatrix/cursor.js';
import { code, errorAnswer } from '../../../mocks/systems/quatrix/refusals.js';
import { pollPath } from '../../../mocks/systems/quatrix/routes.js';
import type { State, User } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';
import { onAnswer } from './tools.js';

/** An answer that ends a hold before its time. */
const ended = { status: 304, headers: {}, body: null };

/** How polls are held, and what ends them. */
export const mqHoldMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'poll-answered-at-once',
      bug: 'A poll with nothing to deliver is answered at once.',
      breaks: ['quatrix.mq.long-poll-held'],
      alsoBreaks: {
        'quatrix.mq.both-pollers-released': 'no poll is open when the change comes',
      },
      behaviour: () => ({ holdTime: () => 0 }),
    },
    {
      name: 'poll-answered-empty-object',
      bug: 'A poll with nothing to deliver is answered with an empty object at once.',
      breaks: ['quatrix.mq.long-poll-held'],
      alsoBreaks: {
        'quatrix.mq.both-pollers-released': 'no poll is open when the change comes',
        'quatrix.mq.unknown-id-gets-nothing': 'it gets the empty object',
        'quatrix.mq.timeout-empty': 'the end of a hold is not empty',
      },
      behaviour: () => ({ holdTime: () => 0, holdEnd: () => json(200, {}) }),
    },
    {
      name: 'poll-bare-route-broken',
      bug: 'Polls at the root fail; those under the prefix are served.',
      breaks: ['quatrix.mq.bare-route'],
      respond: (response, { request }) =>
        request.path === pollPath && request.method === 'GET'
          ? errorAnswer(500, code.unknown, 'Failed')
          : response,
      handlers: {
        pollNotifications: (next) => (context) =>
          context.request.path === pollPath ? ended : next(context),
      },
    },
    {
      name: 'poll-bare-route-redirected',
      bug: 'Polls at the root are redirected to the prefix.',
      breaks: ['quatrix.mq.bare-route'],
      handlers: {
        pollNotifications: (next) => (context) =>
          context.request.path === pollPath
            ? { status: 307, headers: { Location: `/api/0.1${pollPath}` }, body: null }
            : next(context),
      },
    },
    {
      name: 'poll-ended-empty-by-change',
      bug: 'A change ends the held poll without a body; the client has to ask again.',
      breaks: ['quatrix.mq.released-by-change'],
      alsoBreaks: { 'quatrix.mq.both-pollers-released': 'neither poll brings the change' },
      behaviour: () => ({ releaseOf: () => ended }),
    },
    {
      name: 'poll-ended-with-empty-object',
      bug: 'A change ends the held poll with an empty object; the change itself is told later.',
      breaks: ['quatrix.mq.released-by-change'],
      alsoBreaks: { 'quatrix.mq.both-pollers-released': 'neither poll brings the change' },
      behaviour: () => ({ releaseOf: () => ({ ...ended, status: 200 }) }),
    },
    {
      name: 'poll-released-late',
      bug: 'Held polls are answered by a job that runs now and then.',
      breaks: ['quatrix.mq.released-promptly'],
      behaviour: () => ({ releaseDelay: 700 }),
    },
    {
      name: 'poll-unsigned-400',
      bug: 'A poll without signature is answered 400.',
      breaks: ['quatrix.mq.unsigned-poll'],
      behaviour: () => ({ pollNeedsSignature: () => true }),
      respond: onAnswer('pollNotifications', 401, (response) => ({ ...response, status: 400 })),
    },
    {
      name: 'poll-unsigned-302',
      bug: 'A poll without signature is sent to the login page.',
      breaks: ['quatrix.mq.unsigned-poll'],
      behaviour: () => ({ pollNeedsSignature: () => true }),
      respond: onAnswer('pollNotifications', 401, () => ({
        status: 302,
        headers: { Location: '/login' },
        body: null,
      })),
    },
    {
      name: 'poll-second-ends-first',
      bug: 'A second poll on a channel ends the first one empty.',
      breaks: ['quatrix.mq.both-pollers-released'],
      alsoBreaks: {
        'quatrix.mq.released-by-change': 'polls of other checks end the one that is held',
        'quatrix.mq.long-poll-held': 'polls of other checks end the one that is held',
      },
      handlers: {
        pollNotifications: (next) => (context) => {
          const id = context.query.get('id') ?? '';
          const queue = context.behaviour.queueOf(context.state, id, context.world.clock.now());
          for (const poller of queue?.held ?? []) poller.release(ended);
          return next(context);
        },
      },
    },
    {
      name: 'poll-one-of-two-woken',
      bug: 'Of the polls that began at the same place only the first is answered.',
      breaks: ['quatrix.mq.both-pollers-released'],
      behaviour: () => ({
        pollersToWake({ held }) {
          const all = [...held];
          const [first] = all;
          const pair = all.length === 2 && all.every(({ cursor }) => isSame(cursor, first?.cursor));
          return pair ? all.slice(0, 1) : all;
        },
      }),
      alsoBreaks: {
        'quatrix.mq.released-by-change': 'where two checks poll one channel',
        'quatrix.mq.all-affected-notified': 'where two checks poll one channel',
        'quatrix.mq.null-cursor': 'where two checks poll one channel',
        'quatrix.mq.session-token-as-id': 'where two checks poll one channel',
      },
    },
    {
      name: 'cursor-iso-date',
      bug: 'Last-Modified is an ISO date, which the server itself understands.',
      breaks: ['quatrix.mq.cursor-headers'],
      behaviour: (base) => ({
        deliveryOf(message, queue) {
          const date = new Date(message.second * 1000).toISOString();
          return withHeaders(base.deliveryOf(message, queue), { 'Last-Modified': date });
        },
        readCursor: (modifiedSince, noneMatch) =>
          /^\d{4}-/.test(modifiedSince ?? '')
            ? readCursor(formatHttpDate(Date.parse(modifiedSince ?? '') / 1000), noneMatch)
            : readCursor(modifiedSince, noneMatch),
      }),
    },
    {
      name: 'cursor-null-refused',
      bug: 'The text null as date is a malformed request.',
      breaks: ['quatrix.mq.null-cursor'],
      handlers: {
        pollNotifications: (next) => (context) =>
          context.header('if-modified-since') === 'null'
            ? errorAnswer(400, code.badParameter, 'If-Modified-Since is no date')
            : next(context),
      },
    },
    {
      name: 'cursor-null-is-the-end',
      bug: 'The text null as date is read as the end of time.',
      breaks: ['quatrix.mq.null-cursor'],
      behaviour: (base) => ({
        readCursor: (modifiedSince, noneMatch) =>
          modifiedSince === 'null'
            ? { second: 4_000_000_000, ordinal: 0 }
            : base.readCursor(modifiedSince, noneMatch),
      }),
    },
    {
      name: 'token-is-no-channel',
      bug: 'A poll with the session token is held like an unknown channel.',
      breaks: ['quatrix.mq.session-token-as-id'],
      behaviour: () => ({ queueOf: (state, id) => state.usersByChannel.get(id)?.queue }),
    },
    {
      name: 'token-refused-as-channel',
      bug: 'A poll with the session token is answered 404.',
      breaks: ['quatrix.mq.session-token-as-id'],
      handlers: {
        pollNotifications: (next) => (context) =>
          context.state.sessions.has(context.query.get('id') ?? '')
            ? errorAnswer(404, code.notFound, 'The id names no channel')
            : next(context),
      },
    },
    {
      name: 'poll-unknown-id-first-user',
      bug: 'An id of nobody falls back to the first user.',
      breaks: ['quatrix.mq.unknown-id-gets-nothing'],
      behaviour: (base) => ({
        queueOf(state, id, now) {
          const [first]: (User | undefined)[] = [...state.defaultAccount.users.values()];
          return base.queueOf(state, id, now) ?? first?.queue;
        },
      }),
    },
    {
      name: 'poll-unknown-id-200',
      bug: 'An id of nobody is answered with an error in a 200.',
      breaks: ['quatrix.mq.unknown-id-gets-nothing'],
      handlers: {
        pollNotifications: (next) => (context) => {
          const id = context.query.get('id') ?? '';
          const queue = context.behaviour.queueOf(context.state, id, context.world.clock.now());
          return queue === undefined && id !== ''
            ? json(200, { status: { errcode: 20, errmsg: 'unknown' }, job_id: null, data: [] })
            : next(context);
        },
      },
    },
    {
      name: 'poll-without-id-200',
      bug: 'A poll without id is answered 200 with an empty object.',
      breaks: ['quatrix.mq.missing-id-refused'],
      respond: onAnswer('pollNotifications', 400, () => json(200, {})),
    },
    {
      name: 'hold-ends-with-invention',
      bug: 'A hold ends with a notification of nothing.',
      breaks: ['quatrix.mq.timeout-empty'],
      behaviour: () => ({
        holdEnd: () => json(200, { status: null, job_id: null, data: [] }),
      }),
    },
    {
      name: 'hold-ends-with-500',
      bug: 'A hold ends with a time-out of the gateway.',
      breaks: ['quatrix.mq.timeout-empty'],
      behaviour: () => ({ holdEnd: () => errorAnswer(500, code.unknown, 'Timed out') }),
    },
    {
      name: 'hold-end-skips-ahead',
      bug: 'The cursor at the end of a hold is a day ahead, and what comes till then is lost.',
      breaks: ['quatrix.mq.poll-after-timeout'],
      behaviour: (base) => ({
        holdEnd: ({ second, ordinal }) => base.holdEnd({ second: second + 86_400, ordinal }),
      }),
    },
  ],
);

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
