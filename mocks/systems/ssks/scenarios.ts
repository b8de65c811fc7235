import type { Scenario } from '../../engine/system.js';
import type { SsksBehaviour } from './behaviour.js';
import { storeOf, type SsksState } from './state.js';

/** Just over the 6 hours for which a challenge is good. */
const pastChallenges = 6 * 3_600_000 + 1_000;

export const scenarios: Readonly<Record<string, Scenario<SsksState, SsksBehaviour>>> = {
  'quota-exceeded': {
    title: 'Every application has used up its SMS.',
    apply({ state, behaviour }) {
      for (const application of state.applications.values()) {
        storeOf(state, behaviour.namespaceOf(application)).smsSent = application.smsQuota;
      }
    },
  },
  'challenge-expired': {
    title: 'Every challenge that was sent has run out; the clock has been moved on by 6 hours.',
    apply({ world }) {
      world.clock.advance(pastChallenges);
    },
  },
  'session-expired': {
    title: 'No session is known any more.',
    apply({ state }) {
      for (const store of state.stores.values()) {
        for (const session of store.sessions.values()) session.user.sessions.clear();
        store.sessions.clear();
      }
    },
  },
  'rate-limited': {
    title: 'Searches with a password are refused for now.',
    faults: [{ operation: 'searchStrictIdentity', status: 429 }],
  },
};
