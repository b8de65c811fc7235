import type { Scenario } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import type { State } from './state.js';

export const scenarios: Readonly<Record<string, Scenario<State, Behaviour>>> = {
  'server-error': {
    title: 'The server fails on every request for a key.',
    faults: ['getMessages', 'sendMessage', 'createKey', 'deleteKey'].map((operation) => ({
      operation,
      status: 500,
    })),
  },
  'mailbox-empty': {
    title: 'There is no message in any mailbox.',
    apply({ state }) {
      for (const key of state.keys.values()) key.messages.length = 0;
      state.downloads.clear();
    },
  },
  'downloads-expired': {
    title: 'No file can be fetched by an address that was given out before.',
    apply({ state }) {
      state.downloads.clear();
    },
  },
};
