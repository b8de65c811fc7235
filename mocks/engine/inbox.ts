/** What the mock sent out of band, as the contracts' inbox shows it. */
export type Channel = 'sms' | 'voice' | 'email' | 'apn' | 'gcm';

export interface OutboundMessage {
  readonly system: string;
  readonly channel: Channel;
  readonly recipient: string;
  readonly code: string | null;
  readonly subject: string | null;
  readonly body: string | null;
  /** What was handed to a push service: JSON, which may be a bare string; null elsewhere. */
  readonly payload: unknown;
}

export interface InboxMessage extends OutboundMessage {
  /** Increasing within a world, in decimal. */
  readonly id: string;
  /** ISO 8601 with milliseconds, in UTC. */
  readonly receivedAt: string;
}

export interface InboxQuery {
  readonly system?: string | undefined;
  readonly channel?: string | undefined;
  readonly recipient?: string | undefined;
  /** Only messages with a greater id. */
  readonly after?: string | undefined;
}

export interface Inbox {
  add(message: OutboundMessage): void;
  /** Oldest first. */
  list(query: InboxQuery): readonly InboxMessage[];
  /** The id of the newest message, `0` before the first. */
  cursor(): string;
  /** Resolves with the first message that fits, once it is there. */
  next(query: InboxQuery): Promise<InboxMessage>;
  clear(): void;
  save(): SavedInbox;
  /** Replaces what is there. */
  restore(saved: SavedInbox): void;
}

/** The messages that are kept, and the id of the newest one ever. */
export interface SavedInbox {
  readonly messages: readonly InboxMessage[];
  readonly lastId: number;
}

/** Brings a recipient into the form in which its system compares it. */
export type NormalizeRecipient = (system: string, channel: string, recipient: string) => string;

/**
 * @param capacity how many messages are kept; beyond it the oldest is dropped
 */
export function createInbox(
  now: () => number,
  normalize: NormalizeRecipient,
  capacity = 10_000,
): Inbox {
  let messages: InboxMessage[] = [];
  let dropped = 0;
  let lastId = 0;
  const waiting = new Set<{ query: InboxQuery; resolve: (message: InboxMessage) => void }>();
  const matches = (message: InboxMessage, query: InboxQuery): boolean =>
    (query.system === undefined || message.system === query.system) &&
    (query.channel === undefined || message.channel === query.channel) &&
    (query.recipient === undefined ||
      normalize(message.system, message.channel, message.recipient) ===
        normalize(message.system, message.channel, query.recipient));
  const list = (query: InboxQuery): readonly InboxMessage[] => {
    const after = query.after === undefined ? 0 : Number(query.after);
    const from = Number.isSafeInteger(after) ? Math.max(0, after - dropped) : 0;
    const found: InboxMessage[] = [];
    for (let at = from; at < messages.length; at += 1) {
      const message = messages[at];
      if (message !== undefined && matches(message, query)) found.push(message);
    }
    return found;
  };
  return {
    list,
    cursor: () => String(lastId),
    add(message) {
      lastId += 1;
      const entry: InboxMessage = {
        id: String(lastId),
        ...message,
        receivedAt: new Date(now()).toISOString(),
      };
      messages.push(entry);
      // Dropping in blocks keeps the cost of one message constant.
      if (messages.length > capacity + 1_000) {
        const excess = messages.length - capacity;
        messages = messages.slice(excess);
        dropped += excess;
      }
      for (const waiter of waiting) {
        if (!matches(entry, waiter.query)) continue;
        waiting.delete(waiter);
        waiter.resolve(entry);
      }
    },
    next(query) {
      const first = list(query)[0];
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve) => waiting.add({ query, resolve }));
    },
    clear() {
      dropped = lastId;
      messages = [];
    },
    save: () => ({ messages, lastId }),
    restore(saved) {
      messages = [...saved.messages];
      lastId = saved.lastId;
      dropped = lastId - messages.length;
    },
  };
}
