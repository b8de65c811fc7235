import type { SsksBehaviour } from './behaviour.js';
import { isWellFormed, normalizeValue } from './factor.js';
import { isFactorType } from './members.js';
import { compose } from './outbox.js';
import { countRows, deleteRows, findRow, storeRow } from './password-rows.js';
import { sameText } from './secrets.js';
import { eraseUser, findUser, registerUser, setIdentity, usersOf } from './users.js';

const hour = 3_600_000;

/** Letters and digits that are not mistaken for one another. */
export const challengeAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
export const challengeLength = 8;
/** SSKS API, line 54. */
export const fixedChallenge = 'aaaaaaaa';

const allowedHeaders = [
  'content-type',
  'x-seald-appid',
  'x-seald-version',
  'x-seald-session',
  'x-seald-user-id',
].join(', ');

/** The behaviour of the documents; where they are silent, see `specs/ssks/errata.md`. */
export const documented: SsksBehaviour = {
  authorize({ appId, apiKey }, side, applications) {
    if (appId === undefined) return 'absent';
    if (side === 'back' && apiKey === undefined) return 'absent';
    const application = applications.get(appId.toLowerCase());
    if (application === undefined) return 'wrong';
    if (side === 'back' && !sameText(application.apiKey, apiKey ?? '')) return 'wrong';
    return application;
  },
  namespaceOf: (application) => application.id,
  acceptsMediaType: (contentType) =>
    (contentType.split(';', 1)[0] ?? '').trim().toLowerCase() === 'application/json',
  readFlag: (value) => (typeof value === 'boolean' ? value : undefined),
  isFactorType,
  isWellFormed,
  emailFactor: (email) => ({ type: 'EM', value: email }),
  keptUserId: (userId) => userId,
  normalizeValue,

  findUser,
  registerUser,
  admitsUser: (user, createUser) => user !== undefined || createUser,
  factorIsUsed: (store, factorKey) => store.usedFactors.has(factorKey),
  needsChallenge: (factorUsed, forced) => factorUsed || forced,
  newSessionId: (random) => random.uuid(),
  endsEarlierSession: () => false,
  sentReply: (session) => ({
    session_id: session.id,
    must_authenticate: session.mustAuthenticate,
  }),

  challengeFor(order, random) {
    if (order.fakeOtp) return fixedChallenge;
    return order.mustAuthenticate ? random.text(challengeLength, challengeAlphabet) : null;
  },
  sendsChallenge: (order) => order.mustAuthenticate && !order.fakeOtp,
  compose,
  refusesFakeOtp: (application) => application.mode === 'production',
  smsLeft: (application, sent) => sent < application.smsQuota,
  countsTowardsQuota: (factor) => factor.type === 'SMS',
  challengeLife: 6 * hour,
  challengeMatches({ challenge }, presented, now) {
    if (challenge === null) return false;
    const alive = now - challenge.issuedAt < this.challengeLife;
    return sameText(challenge.text, presented) && alive;
  },
  isFactorOf: (session, factorKey) => session.user.factorKey === factorKey,
  findSession: (store, id) => store.sessions.get(id),
  emptyChallengeFirst: true,

  mayStore: (session) => session.authenticated || !session.mustAuthenticate,
  mayRead: (session) => session.authenticated || !session.mustAuthenticate,
  mayVouch: (session) => session.authenticated,
  storeIdentity(store, { user, authenticated }, data, newId) {
    const id = user.identity?.id ?? newId();
    setIdentity(store, user, { id, data, authenticated });
    return id;
  },
  readIdentity({ user: { identity } }) {
    if (identity === null) return null;
    return { data_b64: identity.data, authenticated: identity.authenticated };
  },
  usersOf,
  deletedCount: (users) => users.filter((user) => user.identity !== null).length,
  eraseUser,
  countIdentities: (store, userId, factorKey) =>
    usersOf(store, userId, factorKey).filter((user) => user.identity !== null).length,
  countReply: (count, userId, application) => ({
    identities_count: count,
    user: { user_id: userId, app_id: application.id },
  }),

  findRow,
  storeRow,
  countRows,
  deleteRows,
  failureLimit: 10,
  failureWindow: 60_000,
  retryAfter: (wait) => String(Math.max(1, Math.ceil(wait / 1_000))),

  preflightHeaders: {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': allowedHeaders,
    'Access-Control-Max-Age': '600',
  },
  originHeaders: {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Retry-After',
  },
};
