import { json, withHeaders } from '../../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { fixedChallenge } from '../../../mocks/systems/ssks/documented.js';
import type { SsksState, Store } from '../../../mocks/systems/ssks/state.js';
import { registerUser, setIdentity } from '../../../mocks/systems/ssks/users.js';
import { defineMutants } from '../../model.js';
import {
  afterwards,
  allUsers,
  answering,
  bodyOf,
  changing,
  deciding,
  factorOf,
  keyOf,
  rereading,
  storeFor,
  strayMail,
} from './tools.js';

const inUse = (store: Store, factorKey: string): boolean => store.usedFactors.has(factorKey);

export const challengeMutants = defineMutants<SsksState, SsksBehaviour>('ssks', import.meta.url, [
  // Users
  {
    name: 'create-user-by-default',
    bug: 'create_user is taken for true where it is absent.',
    breaks: ['ssks.challenge-send.unknown-user-rejected'],
    alsoBreaks: {
      'ssks.challenge-send.deprecated-email-accepted': 'it looks up an unknown user first',
      'ssks.must-authenticate.creates-no-user': 'the look-up makes the user',
    },
    handlers: {
      sendChallenge: rereading((body) =>
        body.create_user === undefined ? { ...body, create_user: true } : body,
      ),
    },
  },
  {
    name: 'unknown-user-made-although-refused',
    bug: 'The refusal of an unknown user leaves the user behind.',
    breaks: ['ssks.challenge-send.unknown-user-rejected'],
    handlers: {
      sendChallenge: afterwards((context, { status }) => {
        const body = bodyOf(context);
        if (status !== 404 || body.create_user !== undefined) return;
        const { type, value } = factorOf(body);
        registerUser(storeFor(context), String(body.user_id), keyOf(context, type, value));
      }),
    },
  },
  {
    name: 'known-user-started-afresh',
    bug: 'create_user empties a user who exists, where no challenge was forced.',
    breaks: ['ssks.challenge-send.create-user-creates'],
    handlers: {
      sendChallenge: afterwards((context, { status }) => {
        const body = bodyOf(context);
        if (status !== 200 || body.create_user !== true || body.force_auth === true) return;
        const { type, value } = factorOf(body);
        const store = storeFor(context);
        const user = store.users.get(String(body.user_id))?.get(keyOf(context, type, value));
        if (user !== undefined) setIdentity(store, user, null);
      }),
    },
  },
  {
    name: 'only-last-factor-known',
    bug: 'A user id is found by the factor that was registered last only.',
    breaks: ['ssks.challenge-send.two-factors-one-user'],
    behaviour: () => ({
      findUser(store, userId, factorKey) {
        const last = [...(store.users.get(userId)?.values() ?? [])].at(-1);
        return last?.factorKey === factorKey ? last : undefined;
      },
    }),
  },
  {
    name: 'user-id-in-lower-case',
    bug: 'User ids are kept in lower case.',
    breaks: ['ssks.challenge-send.user-id-is-free-text'],
    behaviour: () => ({ keptUserId: (userId) => userId.toLowerCase() }),
  },
  {
    name: 'user-id-normalised',
    bug: 'User ids are brought into a compatibility form before they are kept.',
    breaks: ['ssks.challenge-send.user-id-is-free-text'],
    behaviour: () => ({ keptUserId: (userId) => userId.normalize('NFKC') }),
  },
  {
    name: 'user-id-ascii-only',
    bug: 'A user id may hold ASCII letters only.',
    breaks: ['ssks.challenge-send.user-id-is-free-text'],
    handlers: {
      sendChallenge: answering(({ user_id }) =>
        /^[\x20-\x7e]*$/.test(String(user_id)) ? null : json(400, { user_id: ['Invalid.'] }),
      ),
    },
  },

  // The reply
  {
    name: 'session-id-kept-back',
    bug: 'The session id is left out while a challenge is on its way.',
    breaks: ['ssks.challenge-send.reply-members'],
    alsoBreaks: {
      'ssks.challenge-send.create-user-creates': 'its last call needs a challenge',
    },
    behaviour: (base) => ({
      sentReply(session) {
        const waits = session.mustAuthenticate && session.challenge?.text !== fixedChallenge;
        const reply = base.sentReply(session);
        return waits ? { ...reply, session_id: '' } : reply;
      },
    }),
  },
  {
    name: 'session-given-again',
    bug: 'A user who has an unused session gets its id again.',
    breaks: ['ssks.challenge-send.new-session-each-call'],
    behaviour: (base) => ({
      sentReply(session) {
        const first = [...session.user.sessions].find((one) => !one.mustAuthenticate);
        return base.sentReply(session.mustAuthenticate ? session : (first ?? session));
      },
    }),
  },
  {
    name: 'challenge-in-the-reply',
    bug: 'The reply holds the challenge, for debugging.',
    breaks: ['ssks.challenge-send.reply-hides-challenge'],
    behaviour: (base) => ({
      sentReply: (session) =>
        Object.assign(base.sentReply(session), { debug: session.challenge?.text }),
    }),
  },
  {
    name: 'challenge-in-a-header',
    bug: 'A header of the reply holds the challenge.',
    breaks: ['ssks.challenge-send.reply-hides-challenge'],
    respond: (response, context) => {
      if (context.operation?.id !== 'sendChallenge') return response;
      const code = context.world.inbox.list({ system: 'ssks' }).at(-1)?.code;
      return code === undefined || code === null
        ? response
        : withHeaders(response, { 'X-Trace': `otp=${code}` });
    },
  },

  // must_authenticate
  {
    name: 'known-user-needs-challenge',
    bug: 'Every known user needs a challenge, stored identity or not.',
    breaks: ['ssks.challenge-send.fresh-factor-false'],
    alsoBreaks: {
      'ssks.challenge-send.force-auth-not-remembered': 'the user is known from the forced call',
    },
    behaviour: () => ({
      needsChallenge: (used, forced, user) => used || forced || user !== undefined,
    }),
  },
  {
    name: 'registered-factor-counts-as-used',
    bug: 'A factor counts as used once a user has it.',
    breaks: ['ssks.must-authenticate.fresh-factor-false', 'ssks.challenge-send.fresh-factor-false'],
    alsoBreaks: {
      'ssks.challenge-send.force-auth-not-remembered': 'the forced call registers the factor',
    },
    behaviour: () => ({
      factorIsUsed: (store, factorKey) =>
        allUsers(store).some((user) => user.factorKey === factorKey),
    }),
  },
  {
    name: 'force-auth-for-known-users-only',
    bug: 'force_auth has no effect for a user whom the call makes.',
    breaks: ['ssks.challenge-send.forced-fresh-factor-true'],
    alsoBreaks: {
      'ssks.challenge-send.fake-otp-sends-nothing': 'it forces a fresh user',
      'ssks.challenge-send.sms-quota-406': 'it forces fresh users, so that no SMS is sent',
    },
    behaviour: () => ({
      needsChallenge: (used, forced, user) => used || (forced && user !== undefined),
    }),
  },
  {
    name: 'force-auth-remembered',
    bug: 'A user forced once needs a challenge ever after.',
    breaks: ['ssks.challenge-send.force-auth-not-remembered'],
    behaviour: () => ({
      needsChallenge: (used, forced, user) =>
        used || forced || [...(user?.sessions ?? [])].some((one) => one.mustAuthenticate),
    }),
  },
  {
    name: 'forced-factor-counts-as-used',
    bug: 'A forced challenge marks the factor as used.',
    breaks: [
      'ssks.must-authenticate.fresh-factor-false',
      'ssks.challenge-send.force-auth-not-remembered',
    ],
    behaviour: (base) => ({
      factorIsUsed: (store, factorKey, userId) =>
        base.factorIsUsed(store, factorKey, userId) ||
        [...store.sessions.values()].some(
          (one) => one.user.factorKey === factorKey && one.mustAuthenticate,
        ),
    }),
  },
  {
    name: 'used-numbers-forgotten',
    bug: 'Only e-mail addresses are remembered as used.',
    breaks: ['ssks.challenge-send.stored-factor-true', 'ssks.must-authenticate.stored-factor-true'],
    handlers: {
      sendChallenge: deciding((body) =>
        factorOf(body).type === 'SMS' ? { factorIsUsed: () => false } : null,
      ),
      checkMustAuthenticate: deciding(({ type }) =>
        type === 'SMS' ? { factorIsUsed: () => false } : null,
      ),
    },
  },
  {
    name: 'direct-push-does-not-mark-the-factor',
    bug: 'Only an identity pushed after a challenge marks its factor as used.',
    breaks: ['ssks.challenge-send.stored-factor-true', 'ssks.must-authenticate.stored-factor-true'],
    alsoBreaks: {
      'ssks.challenge-send.stored-factor-true-for-other-user': 'its identity is pushed directly',
      'ssks.challenge-send.force-auth-false-keeps-need': 'its identity is pushed directly',
      'ssks.challenge-send.deprecated-email-accepted': 'its identity is pushed directly',
      'ssks.challenge-send.email-compared-normalised': 'its identity is pushed directly',
      'ssks.must-authenticate.sends-nothing': 'its identity is pushed directly',
    },
    behaviour: () => ({
      factorIsUsed: (store, factorKey) =>
        allUsers(store).some(
          (user) => user.factorKey === factorKey && user.identity?.authenticated === true,
        ),
    }),
  },
  {
    name: 'need-by-user-id',
    bug: 'Whether a challenge is needed depends on the user id with the factor.',
    breaks: ['ssks.challenge-send.stored-factor-true-for-other-user'],
    behaviour: (base) => ({
      factorIsUsed(store, factorKey, userId) {
        if (userId === undefined) return base.factorIsUsed(store, factorKey, userId);
        const user = store.users.get(userId)?.get(factorKey);
        return user !== undefined && user.identity !== null;
      },
    }),
  },
  {
    name: 'force-auth-false-lifts-the-need',
    bug: 'force_auth false switches the challenge off.',
    breaks: ['ssks.challenge-send.force-auth-false-keeps-need'],
    handlers: {
      sendChallenge: deciding(({ force_auth }) =>
        force_auth === false ? { needsChallenge: () => false } : null,
      ),
    },
  },
  {
    name: 'numbers-always-challenged',
    bug: 'A phone number always needs a challenge.',
    breaks: ['ssks.challenge-send.sms-factor-accepted'],
    handlers: {
      sendChallenge: deciding((body) =>
        factorOf(body).type === 'SMS' ? { needsChallenge: () => true } : null,
      ),
    },
  },

  // Members
  {
    name: 'user-id-from-the-factor',
    bug: 'A call without user_id is taken for the user named like the factor.',
    breaks: ['ssks.challenge-send.user-id-required'],
    alsoBreaks: {
      'ssks.generated.send-challenge-body-schema-refused': 'the same request',
    },
    handlers: {
      sendChallenge: rereading((body) =>
        body.user_id === undefined ? { ...body, user_id: factorOf(body).value } : body,
      ),
    },
  },
  {
    name: 'factor-type-guessed',
    bug: 'A factor without type is taken for an e-mail address.',
    breaks: ['ssks.challenge-send.factor-required'],
    handlers: {
      sendChallenge: rereading((body) => {
        const { type, value } = factorOf(body);
        if (type !== undefined || value === undefined) return body;
        return { ...body, auth_factor: { type: 'EM', value } };
      }),
    },
  },
  {
    name: 'factor-left-out',
    bug: 'A call without factor gets a session all the same.',
    breaks: ['ssks.challenge-send.factor-required'],
    handlers: {
      sendChallenge: rereading((body) =>
        body.auth_factor === undefined && body.email === undefined
          ? { ...body, email: 'nobody@countersign.test' }
          : body,
      ),
    },
  },
  {
    name: 'any-factor-type',
    bug: 'Every type but SMS is taken for an e-mail address.',
    breaks: [
      'ssks.challenge-send.factor-type-checked',
      'ssks.must-authenticate.members-required',
      'ssks.create-user.members-required',
    ],
    behaviour: () => ({ isFactorType: (type): type is 'EM' => type !== '' }),
  },
  {
    name: 'malformed-factor-500',
    bug: 'A malformed phone number ends in an exception.',
    breaks: ['ssks.challenge-send.malformed-factor-refused'],
    respond: changing(
      ({ status, body }) => status === 400 && String(body).includes('valid phone number'),
      () => json(500, { detail: 'Internal Server Error' }),
    ),
  },
  {
    name: 'email-is-a-factor-of-its-own',
    bug: 'email names a factor apart from auth_factor of type EM.',
    breaks: [
      'ssks.challenge-send.deprecated-email-accepted',
      'ssks.create-user.deprecated-email-accepted',
      'ssks.delivery.deprecated-email-addressed',
    ],
    behaviour: () => ({ emailFactor: (email) => ({ type: 'EM', value: `email:${email}` }) }),
  },
  {
    name: 'email-makes-the-user',
    bug: 'A call with email makes the user without being asked.',
    breaks: ['ssks.challenge-send.deprecated-email-accepted'],
    handlers: {
      sendChallenge: rereading((body) =>
        body.email === undefined ? body : { ...body, create_user: true },
      ),
    },
  },
  {
    name: 'addresses-compared-exactly',
    bug: 'E-mail addresses are compared with their letter case.',
    breaks: ['ssks.challenge-send.email-compared-normalised'],
    behaviour: () => ({ normalizeValue: (factor) => factor.value }),
  },
  {
    name: 'no-template-500',
    bug: 'A call without template ends in an exception.',
    breaks: ['ssks.challenge-send.template-optional'],
    handlers: {
      sendChallenge: answering(({ user_id, template }) =>
        user_id !== undefined && template === undefined
          ? json(500, { detail: 'Internal Server Error' })
          : null,
      ),
    },
  },
  {
    name: 'template-without-placeholder-403',
    bug: 'A template without placeholder is refused as forbidden.',
    breaks: ['ssks.challenge-send.template-optional'],
    handlers: {
      sendChallenge: answering(({ template }) =>
        typeof template === 'string' && !template.includes('$$CHALLENGE$$')
          ? json(403, { detail: 'Template refused.' })
          : null,
      ),
    },
  },

  // must_authenticate, the operation
  {
    name: 'check-never-true',
    bug: 'must_authenticate looks for a user and finds none, so that it never says true.',
    breaks: ['ssks.must-authenticate.stored-factor-true'],
    alsoBreaks: { 'ssks.must-authenticate.sends-nothing': 'it asks for a factor in use' },
    behaviour: () => ({
      factorIsUsed: (store, factorKey, userId) => userId !== undefined && inUse(store, factorKey),
    }),
  },
  {
    name: 'check-makes-a-user',
    bug: 'must_authenticate makes a user named like the factor.',
    breaks: ['ssks.must-authenticate.creates-no-user'],
    handlers: {
      checkMustAuthenticate: afterwards((context, { status }) => {
        const { type, value } = bodyOf(context);
        if (status !== 200) return;
        registerUser(storeFor(context), String(value), keyOf(context, type, value));
      }),
    },
  },
  {
    name: 'check-opens-a-session',
    bug: 'must_authenticate answers with a session id.',
    breaks: ['ssks.must-authenticate.creates-no-user'],
    respond: (response, { operation, world }) =>
      operation?.id === 'checkMustAuthenticate' && response.status === 200
        ? {
            ...response,
            body: String(response.body).replace('{', `{"session_id":"${world.random.uuid()}",`),
          }
        : response,
  },
  {
    name: 'check-sends-the-challenge',
    bug: 'must_authenticate sends a challenge when its answer is true.',
    breaks: ['ssks.must-authenticate.sends-nothing'],
    handlers: {
      checkMustAuthenticate: afterwards((context, { body }) => {
        if (String(body).includes('true')) strayMail(context, bodyOf(context).value);
      }),
    },
  },
  {
    name: 'check-guesses-the-type',
    bug: 'must_authenticate takes a value without type for an e-mail address.',
    breaks: ['ssks.must-authenticate.members-required'],
    alsoBreaks: {
      'ssks.generated.check-must-authenticate-body-schema-refused': 'the same request',
    },
    handlers: {
      checkMustAuthenticate: rereading((body) =>
        body.type === undefined ? { ...body, type: 'EM' } : body,
      ),
    },
  },
]);
