import { remember, type State, type User } from './state.js';

/** What a login opens. */
export interface Session {
  readonly user: User;
  /** Tokens that open it, with the time in ms at which each stops to do so; null is never. */
  readonly tokens: Map<string, number | null>;
  readonly created: number;
  /** Milliseconds since the epoch of the last signed call. */
  lastUsed: number;
  ended: boolean;
}

/** How long a token that was replaced stays valid, in milliseconds (setting `rotateTokens`). */
const overlap = 60_000;

export function openSession(state: State, user: User, token: string, now: number): Session {
  const session: Session = {
    user,
    tokens: new Map([[token, null]]),
    created: now,
    lastUsed: now,
    ended: false,
  };
  remember(state.sessions, token, session);
  return session;
}

export function endSession(state: State, session: Session): void {
  session.ended = true;
  for (const token of session.tokens.keys()) state.sessions.delete(token);
}

/** Gives a session a newer token; the others stay valid for a minute. */
export function rotateToken(state: State, session: Session, token: string, now: number): void {
  for (const [old, until] of session.tokens) {
    if (until === null) session.tokens.set(old, now + overlap);
    else if (until <= now) {
      session.tokens.delete(old);
      state.sessions.delete(old);
    }
  }
  session.tokens.set(token, null);
  remember(state.sessions, token, session);
}

/** The session that a token opens now; what only the idle time decides is not looked at. */
export function sessionOf(state: State, token: string, now: number): Session | undefined {
  const session = state.sessions.get(token);
  if (session === undefined || session.ended) return undefined;
  const until = session.tokens.get(token);
  if (until === undefined || (until !== null && until <= now)) return undefined;
  return session;
}
