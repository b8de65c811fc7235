import type { Behaviour } from '../../../mocks/systems/textsecure/behaviour.js';
import type { Account, State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { opens } from './seams.js';

const id = (name: string): string => `textsecure.delivery.${name}`;

/** Where the copies of `neighbour-notified` go. */
const neighbours = new WeakMap<Account, Account['push']>();

export const deliveryMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'gcm-data-nested',
    bug: 'The data of a GCM push are wrapped in one more object.',
    breaks: [id('gcm-push-carries-payload'), id('gcm-data-members')],
    behaviour: (base) => ({ gcmPayload: (envelope) => ({ data: base.gcmPayload(envelope) }) }),
    alsoBreaks: {
      ...opens,
      [id('envelope-layout')]: 'finds no payload',
    },
  },
  {
    name: 'gcm-payload-url-safe',
    bug: 'The payload of a GCM push is in the URL-safe alphabet.',
    breaks: [id('gcm-push-carries-payload'), id('envelope-layout')],
    alsoBreaks: {
      ...opens,
      [id('gcm-data-members')]: 'wants Base64',
    },
    behaviour: (base) => ({
      gcmPayload: (envelope) =>
        base.gcmPayload(
          `-_${envelope.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '').slice(2)}`,
        ),
    }),
  },
  {
    name: 'gcm-push-lost',
    bug: 'Nothing is handed to GCM.',
    breaks: [id('gcm-push-carries-payload'), id('exactly-one-push')],
    alsoBreaks: {
      'textsecure.push.new-id-replaces-old': 'waits for the push',
      'textsecure.push.latest-kind-wins': 'waits for the push',
      'textsecure.messages.batch-accepted': 'waits for the pushes',
      'textsecure.messages.partial-failure-isolated': 'waits for the pushes',
      'textsecure.federation.relayed-delivery': 'waits for the push',
    },
    deliver: (message, next) => {
      if (message.channel !== 'gcm') next(message);
    },
  },
  {
    name: 'apn-member-message',
    bug: 'The payload of an APN push is called message.',
    breaks: [id('apn-push-carries-payload')],
    behaviour: () => ({
      apnPayload: (envelope) => ({ alert: 'You have a new message!', message: envelope }),
    }),
  },
  {
    name: 'apn-push-lost',
    bug: 'Nothing is handed to APN.',
    breaks: [id('apn-push-carries-payload'), id('exactly-one-push')],
    alsoBreaks: { 'textsecure.push.latest-kind-wins': 'waits for the push' },
    deliver: (message, next) => {
      if (message.channel !== 'apn') next(message);
    },
  },
  {
    name: 'apn-without-alert',
    bug: 'An APN push has no alert.',
    breaks: [id('apn-alert')],
    behaviour: () => ({ apnPayload: (envelope) => ({ m: envelope }) }),
  },
  {
    name: 'apn-alert-empty',
    bug: 'The alert of an APN push is empty.',
    breaks: [id('apn-alert')],
    behaviour: () => ({ apnPayload: (envelope) => ({ alert: '', m: envelope }) }),
  },
  {
    name: 'gcm-type-of-another-name',
    bug: 'The type of the GCM data is another word.',
    breaks: [id('gcm-data-members')],
    behaviour: () => ({ gcmPayload: (envelope) => ({ type: 'msg', message: envelope }) }),
  },
  {
    name: 'gcm-member-payload',
    bug: 'The payload of a GCM push is called payload.',
    breaks: [id('gcm-data-members')],
    behaviour: () => ({ gcmPayload: (envelope) => ({ type: 'message', payload: envelope }) }),
  },
  {
    name: 'push-twice',
    bug: 'Every push is handed over twice.',
    breaks: [id('exactly-one-push'), 'textsecure.messages.credentials-required'],
    alsoBreaks: {
      'textsecure.messages.type-forwarded': 'takes the copy for the next push',
      [id('padding-at-every-length')]: 'takes a copy for the next push',
      [id('fresh-iv')]: 'takes a copy for the next push',
      [id('body-byte-exact')]: 'takes a copy for the next push',
      [id('unpadded-body-byte-exact')]: 'takes a copy for the next push',
      [id('padded-body-byte-exact')]: 'takes a copy for the next push',
    },
    deliver: (message, next) => {
      next(message);
      if (message.payload !== null) next(message);
    },
  },
  {
    name: 'apn-push-twice',
    bug: 'Every APN push is handed over twice.',
    breaks: [id('exactly-one-push')],
    deliver: (message, next) => {
      next(message);
      if (message.channel === 'apn') next(message);
    },
  },
  {
    name: 'second-push-collapsed',
    bug: 'The second push for an id within a while is dropped.',
    breaks: [id('exactly-one-push')],
    behaviour: collapsing,
    alsoBreaks: {
      'textsecure.push.not-registered-id-cleared': 'its second message should fail',
      'textsecure.federation.relayed-delivery': 'all tests share that device',
      'textsecure.ratelimit.refused-message-not-delivered': 'cannot be judged, or misses pushes',
    },
  },
  {
    name: 'sender-notified',
    bug: 'The sender receives a copy of every push.',
    breaks: [id('only-destination-notified')],
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        const receipt = base.serveMessages(context, sender, messages);
        const foreign = messages.filter(({ destination }) => destination !== sender.number);
        base.serveMessages(
          context,
          sender,
          foreign
            .slice(0, 1)
            .map((message) => ({ ...message, destination: sender.number, relay: null })),
        );
        return receipt;
      },
    }),
  },
  {
    name: 'neighbour-notified',
    bug: 'The account after the destination receives a copy of every push.',
    breaks: [id('only-destination-notified')],
    alsoBreaks: {
      'textsecure.messages.batch-accepted': 'its recipients are neighbours',
      'textsecure.messages.partial-failure-isolated': 'its recipients are neighbours',
    },
    behaviour: (base) => ({
      pushTargets(account) {
        const targets = base.pushTargets(account);
        return neighbours.has(account) ? [...targets, ...(neighbours.get(account) ?? [])] : targets;
      },
      serveMessages(context, sender, messages) {
        for (const { destination } of messages) {
          const account = context.state.accounts.get(destination);
          const digits = BigInt(destination.replaceAll(/\D/g, '') || '0') + 1n;
          const next = context.state.accounts.get(`+${String(digits)}`);
          if (account !== undefined && next !== undefined) neighbours.set(account, next.push);
        }
        return base.serveMessages(context, sender, messages);
      },
    }),
  },
]);

/** Drops the second push for a recipient; the answer says that it was served. */
function collapsing(base: Behaviour): Partial<Behaviour> {
  const served = new Map<string, number>();
  return {
    serveMessages(context, sender, messages) {
      const kept = messages.filter(({ destination }) => {
        const count = (served.get(destination) ?? 0) + 1;
        served.set(destination, count);
        return count !== 2;
      });
      const receipt = base.serveMessages(context, sender, kept);
      const dropped = messages.filter((message) => !kept.includes(message));
      return {
        ...receipt,
        success: [...receipt.success, ...dropped.map(({ destination }) => destination)],
      };
    },
  };
}
