import { json, type PlainResponse } from '../../mocks/engine/http.js';
import type { SsksBehaviour } from '../../mocks/systems/ssks/behaviour.js';
import { freedoms } from '../../mocks/systems/ssks/freedoms.js';
import { fixedChallenge } from '../../mocks/systems/ssks/documented.js';
import { details } from '../../mocks/systems/ssks/refusals.js';
import type { Session, SsksState } from '../../mocks/systems/ssks/state.js';
import { setIdentity } from '../../mocks/systems/ssks/users.js';
import {
  afterwards,
  answering,
  bodyOf,
  deciding,
  storeFor,
  type Json,
} from '../mutants/ssks/tools.js';
import { defineVariant, type Variant } from '../model.js';
import { freedomVariants } from './freedoms.js';
import { genericVariants } from './generic.js';

type Alteration = NonNullable<
  Parameters<typeof defineVariant<SsksState, SsksBehaviour>>[0]['alteration']
>;

function variant(family: string, difference: string, alteration: Alteration): Variant {
  return defineVariant<SsksState, SsksBehaviour>({
    family,
    system: 'ssks',
    difference,
    alteration,
  });
}

/** Gives refusals that hold a text another status. */
function restated(text: string, status: number): NonNullable<Alteration['respond']> {
  return (response) => (holds(response, text) ? { ...response, status } : response);
}

function holds({ status, body }: PlainResponse, text: string): boolean {
  return status >= 400 && typeof body === 'string' && body.includes(text);
}

const emailRefused = answering((body: Json) =>
  body.email === undefined ? null : json(400, { email: ['Use auth_factor.'] }),
);

const unknownDeletion404 = (store: 'users' | 'rows') =>
  answering((body, context) => {
    const { user_id } = body;
    if (typeof user_id !== 'string' || storeFor(context)[store].has(user_id)) return null;
    if (context.header('x-seald-apikey')?.startsWith('mock-ssks-key-') !== true) return null;
    return json(404, { detail: 'Not found.' });
  });

/** Servers that differ from the mock of Seald SDK Key Storage and still conform. */
export const ssksVariants: readonly Variant[] = [
  ...genericVariants('ssks'),
  ...freedomVariants('ssks', freedoms),
  defineVariant<SsksState, SsksBehaviour>({
    family: 'observed-dialect',
    system: 'ssks',
    difference: 'Booleans may be text, and a user has one unauthenticated session at a time.',
    dialect: 'observed',
  }),
  variant(
    'strict-template',
    'template is required and must hold the placeholder, as the document says.',
    {
      handlers: {
        sendChallenge: answering(({ user_id, template }) =>
          user_id === undefined || String(template).includes('$$CHALLENGE$$')
            ? null
            : json(400, { template: ['This field is required.'] }),
        ),
      },
    },
  ),
  variant('email-refused', 'The deprecated email is refused, since auth_factor is required.', {
    handlers: { sendChallenge: emailRefused, createUser: emailRefused },
  }),
  variant('credentials-401', 'Bad credentials are a 401; the document names no status.', {
    respond: (response, { operation }) =>
      response.status === 403 && operation?.path.includes('/back/') === true
        ? { ...response, status: 401 }
        : response,
  }),
  variant('missing-credentials-400', 'A call without a credential header is a 400.', {
    respond: restated(details.missingCredentials, 400),
  }),
  variant('members-422', 'Malformed members and malformed JSON are a 422.', {
    respond: (response) => (response.status === 400 ? { ...response, status: 422 } : response),
  }),
  variant('malformed-json-415', 'A body that is not JSON is a 415.', {
    respond: restated('JSON parse error', 415),
  }),
  variant('early-push-409', 'A push before the challenge is a 409.', {
    respond: restated(details.noPermission, 409),
  }),
  variant('early-search-404', 'A search before the challenge finds nothing.', {
    respond: (response, { operation }) =>
      operation?.id === 'searchTmrIdentity' && holds(response, details.noPermission)
        ? { ...response, status: 404, body: '{"model":"TMRKey"}' }
        : response,
  }),
  variant('challenge-serves-once', 'A challenge serves once, and locks after five wrong ones.', {
    behaviour: (base) => {
      const spent = new WeakSet<Session>();
      const wrong = new WeakMap<Session, number>();
      return {
        challengeMatches(session, presented, now) {
          if (spent.has(session)) return false;
          const right = base.challengeMatches(session, presented, now);
          const tries = (wrong.get(session) ?? 0) + (right ? 0 : 1);
          wrong.set(session, tries);
          if (right || tries >= 5) spent.add(session);
          return right;
        },
      };
    },
  }),
  variant('same-challenge-again', 'A user gets the challenge that is still good again.', {
    handlers: {
      sendChallenge: deciding((body, context) => {
        const users = storeFor(context).users.get(String(body.user_id));
        const earlier = [...(users?.values() ?? [])]
          .flatMap((user) => [...user.sessions])
          .map((session) => session.challenge?.text)
          .find((text) => text !== undefined && text !== fixedChallenge);
        if (earlier === undefined || body.fake_otp === true) return null;
        return { challengeFor: (order) => (order.mustAuthenticate ? earlier : null) };
      }),
    },
  }),
  variant('expired-challenge-410', 'An expired challenge is a 410.', {
    handlers: {
      validateChallenge: answering((body, context) => {
        const session = storeFor(context).sessions.get(context.header('x-seald-session') ?? '');
        const issuedAt = session?.challenge?.issuedAt;
        const late =
          issuedAt !== undefined &&
          body.challenge !== '' &&
          context.world.clock.now() - issuedAt >= context.behaviour.challengeLife;
        return late ? json(410, { detail: 'Expired.' }) : null;
      }),
    },
  }),
  variant('unknown-deletion-404', 'Deleting an unknown user is a 404; the document is silent.', {
    handlers: {
      deleteUser: unknownDeletion404('users'),
      deleteStrictIdentity: unknownDeletion404('rows'),
    },
  }),
  variant('factor-values-unchecked', 'The form of a factor value is not checked.', {
    behaviour: () => ({ isWellFormed: () => true }),
  }),
  variant('app-id-upper-case', 'Counts name the application in upper case.', {
    behaviour: (base) => ({
      countReply: (count, userId, application) =>
        base.countReply(count, userId, { ...application, id: application.id.toUpperCase() }),
    }),
  }),
  variant('late-messages', 'Messages arrive some time after the reply.', {
    deliver(message, next) {
      setTimeout(() => {
        next(message);
      }, 60);
    },
  }),
  variant('layout-around-the-template', 'The e-mail has a frame around the template.', {
    behaviour: (base) => ({
      compose(message) {
        const sent = base.compose(message);
        if (sent.channel === 'sms') return sent;
        return { ...sent, body: `<html><body>${sent.body ?? ''}<hr></body></html>` };
      },
    }),
  }),
  variant('throttling-sooner', 'Three wrong secrets in a minute are enough to be throttled.', {
    behaviour: () => ({ failureLimit: 3 }),
  }),
  variant('throttling-later', 'Only fifty wrong secrets in an hour lead to a 429.', {
    behaviour: () => ({ failureLimit: 50, failureWindow: 3_600_000 }),
  }),
  variant('deletion-in-both-stores', 'A deletion reaches into the other store.', {
    handlers: {
      deleteUser: afterwards((context, { status }) => {
        if (status === 200) storeFor(context).rows.delete(String(bodyOf(context).user_id));
      }),
      deleteStrictIdentity: afterwards((context, { status }) => {
        if (status !== 200) return;
        const store = storeFor(context);
        const users = store.users.get(String(bodyOf(context).user_id));
        for (const user of users?.values() ?? []) setIdentity(store, user, null);
      }),
    },
  }),
  variant('factor-known-after-deletion', 'A factor counts as used after its user is deleted.', {
    behaviour: (base) => ({
      eraseUser(store, user) {
        const used = store.usedFactors.get(user.factorKey);
        base.eraseUser(store, user);
        if (used !== undefined) store.usedFactors.set(user.factorKey, used);
      },
    }),
  }),
  variant('other-error-texts', 'The bodies of refusals that no document gives are others.', {
    respond: (response) => {
      const given = ['SMSQuotaFailed', details.wrongCredentials, 'Strict', 'TMRKey'];
      if (response.status < 400 || given.some((text) => holds(response, text))) return response;
      return { ...response, body: JSON.stringify({ error: { code: response.status } }) };
    },
  }),
  variant('no-factor-token', 'An older service does not serve get_factor_token.', {
    handlers: { getFactorToken: () => () => json(404, { detail: 'Not found.' }) },
  }),
  variant('cors-echoed', 'The origin is echoed, and all headers of a preflight are allowed.', {
    respond: (response, { request }) => {
      const origin = request.headers.origin;
      if (origin === undefined) return response;
      const { 'Access-Control-Allow-Methods': _methods, ...headers } = response.headers;
      return {
        ...response,
        status: response.status === 204 ? 200 : response.status,
        headers: {
          ...headers,
          'Access-Control-Allow-Origin': origin,
          ...(response.status === 204 ? { 'Access-Control-Allow-Headers': '*' } : {}),
        },
      };
    },
  }),
];
