import { empty } from '../../mocks/engine/http.js';
import { decodeBase64, encodeUnpadded } from '../../mocks/systems/textsecure/base64.js';
import type { Behaviour, Context } from '../../mocks/systems/textsecure/behaviour.js';
import { freedoms } from '../../mocks/systems/textsecure/freedoms.js';
import { observed } from '../../mocks/systems/textsecure/observed.js';
import { documented } from '../../mocks/systems/textsecure/documented.js';
import type { State } from '../../mocks/systems/textsecure/state.js';
import { defineVariant, type Variant } from '../model.js';
import { freedomVariants } from './freedoms.js';
import { genericVariants } from './generic.js';

const system = 'textsecure';

/** Servers that differ where page, servers and clients of the time leave them free. */
export const textsecureVariants: readonly Variant[] = [
  ...genericVariants(system),
  ...freedomVariants(system, freedoms),
  defineVariant<State, Behaviour>({
    family: 'observed-without-its-bugs',
    system,
    dialect: 'observed',
    difference:
      'The public server of December 2013 with its three bugs taken back: several messages in ' +
      'one request, a last-resort key that stays, and unpadded bodies.',
    alteration: {
      behaviour: () => ({
        serveMessages: documented.serveMessages,
        takePreKey: documented.takePreKey,
        decodeBody: (text) => decodeBase64(text) ?? observed.decodeBody(text),
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'no-content-204',
    system,
    difference: 'Success without a result is 204, which the public server answered.',
    alteration: { behaviour: () => ({ done: empty(204) }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'code-request-204',
    system,
    difference: 'A code request answers 204, for it has no result either.',
    alteration: {
      respond: (response, context) =>
        context.operation?.id === 'requestVerificationCode' && response.status === 200
          ? empty(204)
          : response,
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'bad-json-400',
    system,
    difference: 'A body that is badly formatted answers 400.',
    alteration: { respond: badBody(400) },
  }),
  defineVariant<State, Behaviour>({
    family: 'bad-json-422',
    system,
    difference: 'A body that is badly formatted answers 422.',
    alteration: { respond: badBody(422) },
  }),
  defineVariant<State, Behaviour>({
    family: 'unpadded-payload',
    system,
    difference: 'The payload of a push has no padding, as the page says.',
    alteration: { behaviour: () => ({ encodeEnvelope: encodeUnpadded }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'bare-gcm-payload',
    system,
    difference: 'A GCM push is the payload itself, as the page draws it.',
    alteration: { behaviour: () => ({ gcmPayload: (envelope) => envelope }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'aps-alert',
    system,
    difference: 'The alert stands where Apple’s service expects it.',
    alteration: {
      behaviour: () => ({
        apnPayload: (envelope) => ({ aps: { alert: 'New message', badge: 1 }, m: envelope }),
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'numeric-attachment-id',
    system,
    difference: 'The id of an allocation is a JSON number of up to 63 bits.',
    alteration: { behaviour: () => ({ allocationBody: observed.allocationBody }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'unknown-attachment-404',
    system,
    difference: 'The location of an id under which nothing was uploaded is refused.',
    alteration: {
      handlers: {
        getAttachmentLocation: (next) => (context) =>
          context.state.attachments.get(context.param('attachment_id')) === undefined &&
          context.operation !== undefined
            ? afterCredentials(context, next(context))
            : next(context),
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'no-location-limit',
    system,
    difference: 'Location requests are not limited, as on the public server.',
    alteration: { behaviour: (base) => ({ limits: { ...base.limits, location: null } }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'codes-used-up',
    system,
    difference: 'A code works once: the page does not say that it may be used again.',
    alteration: {
      respond: (response, context) => {
        if (context.operation?.id === 'confirmVerificationCode' && response.status === 200) {
          const wanted = context.behaviour.wantedCredentials(context.header('authorization'));
          if (wanted !== null) context.state.pending.delete(wanted.number);
        }
        return response;
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'sender-timestamp',
    system,
    difference: 'The signal has the sender’s timestamp in place of the server’s.',
    alteration: {
      behaviour: (base) => {
        let timestamp: number | null = null;
        return {
          serveMessages(context, sender, messages) {
            const success: string[] = [];
            const failure: string[] = [];
            for (const message of messages) {
              timestamp = typeof message.timestamp === 'number' ? message.timestamp : null;
              const receipt = base.serveMessages(context, sender, [message]);
              success.push(...receipt.success);
              failure.push(...receipt.failure);
            }
            return { success, failure };
          },
          signalFor: (signal) => ({ ...signal, timestamp: timestamp ?? signal.timestamp }),
        };
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'late-pushes',
    system,
    difference: 'Pushes are handed over a moment after the answer.',
    alteration: {
      deliver: (message, next) => {
        if (message.payload === null) next(message);
        else {
          setTimeout(() => {
            next(message);
          }, 25);
        }
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'late-codes',
    system,
    difference: 'Codes arrive a moment after the answer.',
    alteration: {
      deliver: (message, next) => {
        if (message.code === null) next(message);
        else {
          setTimeout(() => {
            next(message);
          }, 25);
        }
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'key-answers-flagged',
    system,
    difference: 'A last-resort key is marked as one, as on the public server.',
    alteration: {
      behaviour: (base) => ({
        preKeyAnswer: (key) => ({
          ...base.preKeyAnswer(key),
          lastResort: key.keyId === 0xffffff,
        }),
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'json-without-content-type',
    system,
    difference: 'Message receipts have no Content-Type, as on the public server.',
    alteration: {
      respond: (response, context) =>
        context.operation?.id === 'submitMessages' && response.status === 200
          ? { ...response, headers: {} }
          : response,
    },
  }),
];

/** Another status for 415 where a body is the reason; the transport of a code has its own. */
function badBody(status: number) {
  return (response: ReturnType<typeof empty>, context: Context): ReturnType<typeof empty> =>
    response.status === 415 && context.operation?.id !== 'requestVerificationCode'
      ? { ...response, status }
      : response;
}

/** The refusal of an unknown attachment; other refusals come first. */
function afterCredentials<T>(_context: Context, answered: T): T | ReturnType<typeof empty> {
  return (answered as { status?: number }).status === 200 ? empty(404) : answered;
}
