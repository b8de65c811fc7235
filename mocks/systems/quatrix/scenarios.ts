import type { Scenario } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { endSession } from './sessions.js';
import type { State } from './state.js';

export const scenarios: Readonly<Record<string, Scenario<State, Behaviour>>> = {
  'session-expired': {
    title: 'Every session has ended.',
    apply({ state }) {
      for (const session of new Set(state.sessions.values())) endSession(state, session);
    },
  },
  'rate-limited': {
    title: 'Logins are refused for now.',
    faults: [{ operation: 'login', status: 429 }],
  },
  'polls-lost': {
    title: 'Polls break before their answer, whose notification comes again with the next one.',
    faults: [{ operation: 'pollNotifications', drop: 'answer' }],
  },
};
