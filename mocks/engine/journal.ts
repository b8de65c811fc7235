import type { PlainRequest, PlainResponse } from './http.js';

/** One exchange that the mock served. */
export interface JournalEntry {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly system: string | null;
  readonly operation: string | null;
  readonly request: PlainRequest;
  /** The status of a WebSocket that was opened is 101. */
  readonly response: PlainResponse;
}

/** The newest exchanges of a world, in a ring of fixed size. */
export interface Journal {
  record(entry: Omit<JournalEntry, 'id'>): void;
  /** Newest last, at most `limit`, only those with a greater id than `after`. */
  list(after: number, limit: number): readonly JournalEntry[];
  clear(): void;
}

/** Bodies over this many bytes are not kept, so that the journal's memory is bounded. */
const keptBody = 65_536;
const noBody = new Uint8Array(0);

export function createJournal(capacity = 1_000): Journal {
  const ring: (JournalEntry | undefined)[] = new Array<JournalEntry | undefined>(capacity);
  let lastId = 0;
  let cleared = 0;
  return {
    record(entry) {
      lastId += 1;
      const { request, response } = entry;
      ring[lastId % capacity] = {
        id: lastId,
        at: entry.at,
        system: entry.system,
        operation: entry.operation,
        request: request.body.length > keptBody ? { ...request, body: noBody } : request,
        response:
          response.body !== null && response.body.length > keptBody
            ? { ...response, body: null }
            : response,
      };
    },
    list(after, limit) {
      const first = Math.max(after, cleared, lastId - capacity, lastId - limit) + 1;
      const entries: JournalEntry[] = [];
      for (let id = first; id <= lastId; id += 1) {
        const entry = ring[id % capacity];
        if (entry !== undefined) entries.push(entry);
      }
      return entries;
    },
    clear() {
      ring.fill(undefined);
      cleared = lastId;
    },
  };
}
