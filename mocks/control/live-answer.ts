/** What `GET /_countersign/live` answers; the dashboard's page reads the same shapes. */
import type { Dialect } from '../../specs/model.js';
import type { ActiveFault } from '../engine/faults.js';
import type { InboxMessage } from '../engine/inbox.js';
import type { ClientFault, Revealed } from '../engine/insight.js';
import type { OpenExchange } from '../engine/open.js';

/** One exchange in short. */
export interface LiveExchange {
  readonly id: number;
  /** Milliseconds since the epoch, by the world's clock. */
  readonly at: number;
  readonly system: string | null;
  readonly operation: string | null;
  readonly method: string;
  /** Path and query, cut after 300 characters. */
  readonly target: string;
  /** Null where a fault let the request go without an answer. */
  readonly status: number | null;
  /** The first thing that the client did wrong, where it was refused. */
  readonly fault: string | null;
}

export interface LiveMessage extends InboxMessage {
  /**
   * What an encrypted push holds; null where there is nothing to open. Absent where it was not tried:
   * `GET /_countersign/message` tells.
   */
  readonly revealed?: Revealed | null;
}

export interface LiveAnswer {
  /** ISO 8601, by the world's clock. */
  readonly now: string;
  /** Milliseconds by which that clock is ahead of the machine's. */
  readonly ahead: number;
  readonly dialect: Dialect;
  readonly systems: readonly string[];
  /** Another one when the world began anew. */
  readonly stamp: string;
  /** Null for the main world. */
  readonly world: string | null;
  /** The worlds beside the main one. */
  readonly worlds: readonly string[];
  readonly faults: readonly ActiveFault[];
  readonly open: readonly OpenExchange[];
  readonly traffic: {
    /** The least id that is still kept. */
    readonly first: number;
    readonly last: number;
    /** Newest last. */
    readonly entries: readonly LiveExchange[];
  };
  readonly inbox: {
    readonly cursor: number;
    readonly first: number;
    readonly messages: readonly LiveMessage[];
  };
}

/** What `GET /_countersign/exchange` answers. */
export interface WholeExchange {
  readonly id: number;
  readonly at: string;
  readonly system: string | null;
  readonly operation: string | null;
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: string | null;
  };
  readonly response: {
    /** Null where a fault let the request go without an answer. */
    readonly status: number | null;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body: string | null;
  };
  readonly faults: readonly ClientFault[];
}
