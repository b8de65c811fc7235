import { defineFreedoms } from '../../engine/freedoms.js';
import { withHeaders } from '../../engine/http.js';
import type { Behaviour } from './behaviour.js';
import type { State } from './state.js';

/** What follows the mock's own channel in the longer form of it. */
const suffix = '/#+ &=%ü';

/** Milliseconds below which a poll counts as not held (`quatrix.mq.long-poll-held`), and a margin. */
const shortestHold = 1_500;

/** What the document leaves to a server; see `Freedom`. */
export const freedoms = defineFreedoms<State, Behaviour>([
  {
    name: 'base64-tokens',
    difference: 'Tokens have characters that a query must encode.',
    behaviour: () => ({
      newToken: (random) => `${random.text(20, 'abcXYZ0189+/')}+/==`,
    }),
  },
  {
    name: 'newer-tokens',
    difference: 'Answers to signed calls bring a newer token; the old one lives on for a moment.',
    behaviour: () => ({ issuesNewerToken: () => true }),
  },
  {
    name: 'channel-of-any-characters',
    difference: 'The channel has characters that a query must encode.',
    once: true,
    reads: (base) => ({
      queueOf: (state, id, now) =>
        base.queueOf(state, id.endsWith(suffix) ? id.slice(0, -suffix.length) : id, now),
    }),
    behaviour: (base) => ({
      channelMembers: (user) =>
        base.channelMembers({ ...user, channel: `${user.channel}${suffix}` }),
    }),
  },
  {
    name: 'holds-of-any-length',
    difference: 'Polls end empty after a quarter of the time that others are held for.',
    behaviour: (base) => ({
      holdTime(seconds) {
        const whole = base.holdTime(seconds);
        return Math.min(whole, Math.max(shortestHold, whole / 4));
      },
    }),
  },
  {
    name: 'with-challenge',
    difference: 'A 401 names a scheme, as HTTP wants it.',
    respond: (response) =>
      response.status === 401
        ? withHeaders(response, { 'WWW-Authenticate': 'Quatrix realm="api"' })
        : response,
  },
]);
