/**
 * What a system can tell the person who builds a client, beyond what its protocol lets it answer.
 * It is loaded only when somebody looks, and so costs neither a start nor a page.
 */
import type { RequestContext } from './context.js';
import type { PlainResponse } from './http.js';
import type { InboxMessage } from './inbox.js';

/** The part of a request that a fault is in. */
export type FaultPlace =
  | 'method'
  | 'path'
  | 'query'
  | 'header'
  | 'cookie'
  | 'body'
  | 'credentials'
  | 'signature'
  | 'state';

/** One thing that a client did wrong in a request that was refused. */
export interface ClientFault {
  readonly where: FaultPlace;
  /** A header, a parameter, or a member of the body in dotted form; null for the whole. */
  readonly name: string | null;
  /** What is wrong, as a sentence. It may hold what the client sent: text, never markup. */
  readonly message: string;
  /** What would be right; null where the message says it. */
  readonly remedy: string | null;
}

/** What was hidden in a message, as pairs of a label and a text. */
export type Revealed = readonly (readonly [label: string, text: string])[];

/** A system's own knowledge of its clients' mistakes and secrets. */
export interface Insight<State, Behaviour extends object> {
  /**
   * What was wrong with a request that this answer refused, beyond what the document shows:
   * a signature and how it differs, a password, a state that was not there. It looks at the state
   * as it is now and changes nothing.
   */
  explain(context: RequestContext<State, Behaviour>, response: PlainResponse): ClientFault[];
  /** Opens an encrypted message with the key that the mock knows; null where there is none. */
  reveal?(message: InboxMessage, state: State): Revealed | null;
}

/** A fault of a client. */
export function clientFault(
  where: FaultPlace,
  name: string | null,
  message: string,
  remedy: string | null = null,
): ClientFault {
  return { where, name, message, remedy };
}
