import type { Scenario } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { dropBox, type MisakeyState } from './state.js';

export const scenarios: Readonly<Record<string, Scenario<MisakeyState, Behaviour>>> = {
  'session-expired': {
    title: 'Every access token has run out.',
    apply({ state, world }) {
      const expiresAt = world.clock.now();
      for (const [value, token] of state.tokens) state.tokens.set(value, { ...token, expiresAt });
    },
  },
  'boxes-gone': {
    title: 'Every box was deleted.',
    apply({ state }) {
      for (const box of [...state.boxes.values()]) dropBox(state, box);
    },
  },
  'socket-unstable': {
    title: 'Every socket breaks without a close frame after its first message.',
    faults: [{ operation: 'openRealtimeSocket', resetAfter: 1 }],
  },
};
