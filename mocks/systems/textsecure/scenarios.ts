import type { Scenario } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import type { State } from './state.js';

const limited = [
  'requestVerificationCode',
  'confirmVerificationCode',
  'getPreKey',
  'getContactIntersection',
  'submitMessages',
  'allocateAttachment',
];

export const scenarios: Readonly<Record<string, Scenario<State, Behaviour>>> = {
  'rate-limited': {
    title: 'Every limit of the server is used up: 413 for whatever it counts.',
    faults: limited.map((operation) => ({ operation, status: 413 })),
  },
  'prekeys-used-up': {
    title: 'All one-time prekeys are given out; the last-resort keys remain.',
    apply({ state }) {
      for (const store of state.preKeys.values()) store.next = store.oneTime.length;
    },
  },
  'recipient-unregistered': {
    title: 'The push services know none of the devices any more.',
    apply({ state }) {
      for (const account of state.accounts.values()) {
        for (const { id } of account.push) state.notRegistered.set(id, true);
      }
    },
  },
  'relay-down': {
    title: 'The server fails on messages, as with a relay that cannot be reached.',
    faults: [{ operation: 'submitMessages', status: 500 }],
  },
  'answers-lost': {
    title: 'Messages are delivered, and the connection breaks before the answer.',
    faults: [{ operation: 'submitMessages', drop: 'answer' }],
  },
};
