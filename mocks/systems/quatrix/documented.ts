import { empty } from '../../engine/http.js';
import { authValue } from './auth-values.js';
import { selectAccount } from './accounts.js';
import type { Behaviour } from './behaviour.js';
import { formatHttpDate, isAfter, readCursor } from './cursor.js';
import { equalText } from '../../engine/equal-text.js';
import { deriveKey, sign } from './key.js';
import { nextPosition } from './queue.js';
import { barePath } from './routes.js';
import { sessionOf } from './sessions.js';
import { isOn } from './settings.js';
import { callSubject, loginSubject, printedCallSubject } from './subject.js';

const loginPath = '/session/login';

/** What the document says, and what errata.md makes of it. */
export const documented: Behaviour = {
  routeOf: barePath,
  signedPath: barePath,

  authValue,
  neededAtLogin: ['X-Auth-Login', 'X-Auth-Timestamp', 'Authorization'],
  neededInCalls: ['X-Auth-Token', 'X-Auth-Timestamp', 'Authorization'],
  missingValueStatus: 401,
  isTimestamp: (text) => /^[0-9]{1,20}$/.test(text),

  accountOf: selectAccount,
  userOf: (account, login) => account.users.get(login),
  *loginSignatures({ method, login, timestamp, user }) {
    const subject = loginSubject({ method, path: loginPath, login, timestamp });
    yield sign(deriveKey(user.password), subject);
  },
  *callSignatures(attempt) {
    const key = deriveKey(attempt.session.user.password);
    yield sign(key, callSubject(attempt));
    // E1: the form that the document prints, and the same with the line feed that logins have.
    const printed = printedCallSubject(attempt);
    yield sign(key, printed);
    yield sign(key, `${printed}\n`);
  },
  signatureMatches: equalText,
  newToken: (random) => random.uuid(),
  issuesNewerToken: (world) => isOn(world, 'rotateTokens'),
  findSession: sessionOf,
  isAlive: (idle, limit) => idle < limit,
  countsAsUse: () => true,

  channelMembers: ({ channel }) => ({ channel, channel_id: channel }),

  pollNeedsSignature: (world) => isOn(world, 'signedPoll'),
  queueOf(state, id, now) {
    const user = state.usersByChannel.get(id) ?? sessionOf(state, id, now)?.user;
    return user?.queue;
  },
  readCursor,
  positionOf: nextPosition,
  isKept: () => true,
  nextMessage: (messages, cursor) =>
    cursor === null ? messages[0] : messages.find((message) => isAfter(message, cursor)),
  pollersToWake: (queue) => [...queue.held],
  releaseDelay: 0,
  forget: (queue, poller) => {
    queue.held.delete(poller);
  },
  holdTime: (seconds) => seconds * 1000,
  deliveryOf: (message) => ({
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Last-Modified': formatHttpDate(message.second),
      Etag: String(message.ordinal),
      Vary: 'If-None-Match, If-Modified-Since',
      'Cache-Control': 'no-cache',
    },
    body: message.body,
  }),
  releaseOf: (message, queue, deliver) => deliver(message, queue),
  holdEnd: (cursor) =>
    empty(304, {
      'Last-Modified': formatHttpDate(cursor.second),
      Etag: String(cursor.ordinal),
    }),
  usersToNotify: (affected) => affected,
  notificationOf: ({ status, jobId, data }) => ({
    status: { errmsg: status.errmsg, errcode: status.errcode },
    job_id: jobId,
    data,
  }),
};
