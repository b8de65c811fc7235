import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/ssks/types.gen.js';
import { backEnd, factorKeyOf, frontEnd, sessionOf, type Entry } from '../entry.js';
import { limits } from '../members.js';
import { placeholder } from '../outbox.js';
import { details, memberTexts, notFound, refused } from '../refusals.js';
import type { Session } from '../state.js';
import { addSession, dropSession } from '../users.js';

type Schemas = components['schemas'];

/** The members of `sendChallenge`, checked. */
function readOrder(entry: Entry) {
  const { members, context, behaviour } = entry;
  const order = {
    createUser: members.flag('create_user'),
    userId: behaviour.keptUserId(members.text('user_id', limits.userId)),
    factor: members.factorOrEmail(),
    forced: members.flag('force_auth'),
    template: members.optionalText('template', limits.template),
    subject: members.optionalText('subject', limits.subject),
    fakeOtp: members.flag('fake_otp'),
  };
  // The letter of SSKS API, line 52, which deployed back ends do not follow.
  if (context.world.settings.strictTemplate === true) {
    if (order.template === undefined) members.refuse('template', memberTexts.required);
    else if (!order.template.includes(placeholder)) {
      members.refuse('template', memberTexts.placeholder);
    }
  }
  members.done();
  return order;
}

/** `sendChallenge`: finds or makes the user, opens a session, sends the challenge it needs. */
export const sendChallenge = backEnd((entry) => {
  const { context, behaviour, application, store } = entry;
  const { world } = context;
  const order = readOrder(entry);
  const { userId, factor, fakeOtp } = order;
  if (fakeOtp && behaviour.refusesFakeOtp(application)) throw refused(406, details.fakeOtp);

  const factorKey = factorKeyOf(entry, factor);
  const known = behaviour.findUser(store, userId, factorKey);
  if (!behaviour.admitsUser(known, order.createUser)) throw notFound('TMRUser');
  const used = behaviour.factorIsUsed(store, factorKey, userId);
  const mustAuthenticate = behaviour.needsChallenge(used, order.forced, known);
  const sends = behaviour.sendsChallenge({ mustAuthenticate, fakeOtp });
  const counted = sends && behaviour.countsTowardsQuota(factor);
  if (counted && !behaviour.smsLeft(application, store.smsSent)) {
    throw refused(406, details.smsQuota);
  }

  const user = behaviour.registerUser(store, userId, factorKey);
  for (const earlier of user.sessions) {
    if (behaviour.endsEarlierSession(earlier)) dropSession(store, earlier);
  }
  const text = behaviour.challengeFor({ mustAuthenticate, fakeOtp }, world.random);
  const session: Session = {
    id: behaviour.newSessionId(world.random, user),
    user,
    mustAuthenticate,
    authenticated: false,
    challenge: text === null ? null : { text, issuedAt: world.clock.now() },
  };
  addSession(store, session);
  if (sends && text !== null) {
    if (counted) store.smsSent += 1;
    const { template, subject } = order;
    world.deliver(behaviour.compose({ factor, challenge: text, template, subject }));
  }
  return json(200, behaviour.sentReply(session));
});

/** `checkMustAuthenticate`: what `sendChallenge` would say, without any effect. */
export const checkMustAuthenticate = backEnd((entry) => {
  const { behaviour, members, store } = entry;
  const factor = members.flatFactor('type', 'value');
  members.done();
  const used = behaviour.factorIsUsed(store, factorKeyOf(entry, factor), undefined);
  const reply: Schemas['MustAuthenticate'] = {
    must_authenticate: behaviour.needsChallenge(used, false, undefined),
  };
  return json(200, reply);
});

/** `validateChallenge`: an authenticated session for the right challenge. */
export const validateChallenge = frontEnd((entry) => {
  const { context, behaviour, members, store } = entry;
  const { world } = context;
  if (!behaviour.emptyChallengeFirst) sessionOf(entry);
  const challenge = members.text('challenge', limits.challenge);
  const factor = members.factor();
  members.done();
  const session = sessionOf(entry);
  const right = behaviour.challengeMatches(session, challenge, world.clock.now());
  if (!behaviour.isFactorOf(session, factorKeyOf(entry, factor)) || !right) {
    throw refused(403, details.wrongCredentials);
  }
  const { user, mustAuthenticate } = session;
  const opened: Session = {
    id: behaviour.newSessionId(world.random, user),
    user,
    mustAuthenticate,
    authenticated: true,
    challenge: null,
  };
  addSession(store, opened);
  const reply: Schemas['ChallengeValidated'] = { new_id: opened.id };
  return json(200, reply);
});
