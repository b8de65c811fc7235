import type { Behaviour, LimitName } from '../../../mocks/systems/textsecure/behaviour.js';
import type { BucketSize } from '../../../mocks/engine/rate-limit.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { deliverMessage } from '../../../mocks/systems/textsecure/delivery.js';
import { defineMutants } from '../../model.js';
import { although, status, type Spec } from './seams.js';

const id = (name: string): string => `textsecure.ratelimit.${name}`;

/** The limits of an operation, with the requirements that see them gone. */
const limits: readonly {
  name: LimitName;
  operation: string;
  must: string;
  should: readonly string[];
}[] = [
  {
    name: 'smsCode',
    operation: 'requestVerificationCode',
    must: id('code-request-413'),
    should: [id('code-burst-of-two')],
  },
  {
    name: 'voiceCode',
    operation: 'requestVerificationCode',
    must: id('code-request-413'),
    should: [id('code-burst-of-two')],
  },
  {
    name: 'confirmation',
    operation: 'confirmVerificationCode',
    must: id('confirm-413'),
    should: [id('confirm-burst-of-two')],
  },
  {
    name: 'preKey',
    operation: 'getPreKey',
    must: id('prekey-413'),
    should: [id('prekey-burst-of-three-per-pair')],
  },
  { name: 'messages', operation: 'submitMessages', must: id('messages-413'), should: [] },
  { name: 'allocation', operation: 'allocateAttachment', must: id('allocation-413'), should: [] },
];

function kebab(name: string): string {
  return name.replaceAll(/([A-Z])/g, '-$1').toLowerCase();
}

function because(ids: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(ids.map((entry) => [entry, reason]));
}

function resized(name: LimitName, bucket: BucketSize | null): Pick<Spec, 'behaviour'> {
  return { behaviour: (base) => ({ limits: { ...base.limits, [name]: bucket } }) };
}

const unlimited: readonly Spec[] = limits.map(({ name, must, should }) => ({
  name: `${kebab(name)}-unlimited`,
  bug: `There is no limit ${name}.`,
  breaks: [must, ...should],
  ...resized(name, null),
}));

const tooManyRequests: readonly Spec[] = [
  ...limits.filter(({ name }) => name !== 'voiceCode'),
  { name: 'location', operation: 'getAttachmentLocation', must: id('location-413'), should: [] },
].map(({ name, operation, must, should }) => ({
  name: `${kebab(name)}-429`,
  bug: `The limit ${name} answers 429.`,
  breaks: [must, ...should],
  ...status([operation], 413, 429),
}));

const off: readonly Spec[] = [
  {
    name: 'code-burst-of-three',
    bug: 'Off by one: three code requests by sms pass.',
    breaks: [id('code-burst-of-two')],
    ...resized('smsCode', { size: 3, perMinute: 2 }),
  },
  {
    name: 'voice-burst-of-one',
    bug: 'Off by one: one code request by voice passes.',
    breaks: [id('code-burst-of-two')],
    ...resized('voiceCode', { size: 1, perMinute: 0.5 }),
  },
  {
    name: 'confirmation-burst-of-three',
    bug: 'Off by one: three confirmations pass.',
    breaks: [id('confirm-burst-of-two')],
    ...resized('confirmation', { size: 3, perMinute: 2 }),
  },
  {
    name: 'prekey-burst-of-four',
    bug: 'Off by one: four prekey requests pass.',
    breaks: [id('prekey-burst-of-three-per-pair')],
    ...resized('preKey', { size: 4, perMinute: 0.1 }),
  },
];

export const rateLimitMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  ...unlimited,
  ...tooManyRequests,
  ...off,
  {
    name: 'transports-share-a-limit',
    bug: 'Requests by sms and by voice share a bucket.',
    breaks: [id('code-burst-of-two')],
    behaviour: (base) => ({
      limitKey: (name, parts) => base.limitKey(name === 'voiceCode' ? 'smsCode' : name, parts),
    }),
  },
  {
    name: 'prekey-limit-by-caller',
    bug: 'Prekey requests are counted by the caller alone.',
    breaks: [id('prekey-burst-of-three-per-pair')],
    behaviour: (base) => ({
      limitKey: (name, parts) => base.limitKey(name, name === 'preKey' ? parts.slice(0, 1) : parts),
    }),
  },
  {
    name: 'prekey-limit-by-number',
    bug: 'Prekey requests are counted by the number alone.',
    breaks: [id('prekey-burst-of-three-per-pair')],
    alsoBreaks: because(
      [id('refused-prekey-not-consumed'), 'textsecure.prekeys.last-resort-key-reusable'],
      'has several callers for one number',
    ),
    behaviour: (base) => ({
      limitKey: (name, parts) => base.limitKey(name, name === 'preKey' ? parts.slice(1) : parts),
    }),
  },
  {
    name: 'right-code-beyond-limit',
    bug: 'The right code is accepted although the limit is exceeded.',
    breaks: [id('confirm-burst-of-two')],
    handlers: {
      confirmVerificationCode: (next) => (context) => {
        const { behaviour, state } = context;
        const wanted = behaviour.wantedCredentials(context.header('authorization'));
        const pending = wanted === null ? [] : behaviour.codesFor(state, wanted.number);
        const right = pending.includes(context.params.verification_code ?? '');
        const free = { take: () => true };
        if (!right) return next(context);
        const { limiter } = state;
        Object.assign(state, { limiter: free });
        try {
          return next(context);
        } finally {
          Object.assign(state, { limiter });
        }
      },
    },
  },
  {
    name: 'refused-prekey-consumed',
    bug: 'A prekey is taken before the limit is looked at.',
    breaks: [id('refused-prekey-not-consumed')],
    ...although('getPreKey', [413], ({ behaviour, state, params }) => {
      const store = state.preKeys.get(behaviour.preKeyOwner(params.number ?? ''));
      if (store !== undefined) behaviour.takePreKey(store);
    }),
  },
  {
    name: 'refused-message-delivered',
    bug: 'A message is delivered before the limit is looked at.',
    breaks: [id('refused-message-not-delivered')],
    ...although('submitMessages', [413], (context) => {
      const sender = context.behaviour.authenticate(context);
      const { messages } = context.behaviour.readMessages(context);
      for (const message of messages) deliverMessage(context, sender, message);
    }),
  },
  {
    name: 'accepted-message-lost-at-limit',
    bug: 'The messages right before the limit are accepted and lost.',
    breaks: [id('refused-message-not-delivered')],
    behaviour: (base) => {
      const counts = new Map<string, number>();
      return {
        serveMessages(context, sender, messages) {
          const count = (counts.get(sender.number) ?? 0) + 1;
          counts.set(sender.number, count);
          if (count < 58) return base.serveMessages(context, sender, messages);
          return { success: messages.map(({ destination }) => destination), failure: [] };
        },
      };
    },
  },
  {
    name: 'limit-for-the-whole-server',
    bug: 'Prekey requests of all callers for all numbers share one bucket of a thousand.',
    breaks: [id('prekey-413'), id('prekey-burst-of-three-per-pair')],
    behaviour: (base) => ({
      limits: { ...base.limits, preKey: { size: 1_000, perMinute: 1 } },
      limitKey: (name, parts) => base.limitKey(name, name === 'preKey' ? [] : parts),
    }),
  },
]);
