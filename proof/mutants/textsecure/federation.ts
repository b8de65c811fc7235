import { text } from '../../../mocks/engine/http.js';
import type { Behaviour, Schemas } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { around, jsonAnswer } from './seams.js';

const id = (name: string): string => `textsecure.federation.${name}`;

export const federationMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'relays-unknown',
    bug: 'No relay is known.',
    breaks: [id('relayed-prekey'), id('relayed-message')],
    behaviour: () => ({ peerOf: () => null }),
  },
  {
    name: 'relayed-prekey-without-identity',
    bug: 'A prekey of another node lacks its identity key.',
    breaks: [id('relayed-prekey')],
    behaviour: (base) => ({
      preKeyAnswer: (key) =>
        key.lastResort ? { keyId: key.keyId, publicKey: key.publicKey } : base.preKeyAnswer(key),
    }),
  },
  {
    name: 'relayed-message-in-failure',
    bug: 'A message for another node is delivered and listed in failure.',
    breaks: [id('relayed-message')],
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        const receipt = base.serveMessages(context, sender, messages);
        return messages.some(({ relay }) => (relay ?? '') !== '')
          ? { success: [], failure: [...receipt.failure, ...receipt.success] }
          : receipt;
      },
    }),
  },
  {
    name: 'relayed-message-502',
    bug: 'A message for another node ends in 502.',
    breaks: [id('relayed-message')],
    behaviour: (base) => ({
      serveMessages: (context, sender, messages) =>
        messages.some(
          ({ destination, relay }) => relay === 'peer1' && destination.startsWith('+1202'),
        )
          ? refuseWith(text(502, 'peer'))
          : base.serveMessages(context, sender, messages),
    }),
  },
  {
    name: 'relayed-message-lost',
    bug: 'A message for another node is acknowledged and lost.',
    breaks: [id('relayed-delivery')],
    deliver: (message, next) => {
      if (message.recipient !== 'peer1-device') next(message);
    },
  },
  {
    name: 'relay-not-named',
    bug: 'The other node does not learn where a message comes from.',
    breaks: [id('relayed-delivery')],
    behaviour: () => ({ signalFor: (signal) => ({ ...signal, relay: null }) }),
  },
  {
    name: 'relay-in-place-of-source',
    bug: 'The sender of a relayed message is the name of its server.',
    breaks: [id('relayed-delivery')],
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, source: signal.relay ?? signal.source }),
    }),
  },
  {
    name: 'directory-without-relay',
    bug: 'The directory names no relay.',
    breaks: [id('directory-names-relay')],
    ...jsonAnswer(['getContactIntersection'], (value) => ({
      contacts: (value.contacts as Schemas['Contact'][]).map(({ relay: _relay, ...rest }) => rest),
    })),
  },
  {
    name: 'directory-relay-for-all',
    bug: 'Local contacts have a relay as well.',
    breaks: [id('directory-names-relay')],
    ...jsonAnswer(['getContactIntersection'], (value) => ({
      contacts: (value.contacts as Schemas['Contact'][]).map((contact) => ({
        relay: 'self',
        ...contact,
      })),
    })),
  },
  {
    name: 'unknown-relay-is-local',
    bug: 'A prekey at an unknown relay is looked for here.',
    breaks: [id('unknown-relay')],
    ...around('getPreKey', (next, context) => {
      const relay = context.query.get('relay');
      if (relay === null || context.behaviour.peerOf(relay) !== null) return next(context);
      context.query.delete('relay');
      return next(context);
    }),
  },
  {
    name: 'unknown-relay-consumes-key',
    bug: 'A request for an unknown relay uses up a local key.',
    breaks: [id('unknown-relay')],
    ...around('getPreKey', (next, context) => {
      const { behaviour, state } = context;
      const relay = context.query.get('relay');
      const store = state.preKeys.get(behaviour.preKeyOwner(context.param('number')));
      if (relay !== null && behaviour.peerOf(relay) === null && store !== undefined) {
        behaviour.takePreKey(store);
      }
      return next(context);
    }),
  },
  {
    name: 'unknown-relay-message-is-local',
    bug: 'A message for an unknown relay is delivered here.',
    breaks: [id('unknown-relay')],
    behaviour: (base) => ({
      serveMessages: (context, sender, messages) =>
        base.serveMessages(
          context,
          sender,
          messages.map((message) =>
            base.peerOf(message.relay ?? '') === null ? { ...message, relay: null } : message,
          ),
        ),
    }),
  },
  {
    name: 'unknown-relay-400',
    bug: 'A message for an unknown relay answers 400.',
    breaks: [id('unknown-relay')],
    behaviour: (base) => ({
      peerOf: (relay) => base.peerOf(relay) ?? refuseWith(text(400, 'relay')),
    }),
  },
]);
