import type { PlainRequest, PlainResponse } from './http.js';

/** What the journal keeps of a request: its values, none of what hangs on the connection. */
export type RecordedRequest = Pick<PlainRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>;

/** One exchange that the mock served. */
export interface JournalEntry {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly system: string | null;
  readonly operation: string | null;
  readonly request: RecordedRequest;
  /** The status of a WebSocket that was opened is 101. */
  readonly response: PlainResponse;
}

/** Bodies over this many bytes are not kept, so that the journal's memory is bounded. */
const keptBody = 65_536;
const noBody = new Uint8Array(0);

/**
 * An entry is its own request: a journal that keeps one object less for each exchange is so much
 * less for the garbage collector to carry along. It has none of the transport's callbacks either,
 * through which it would hold its whole connection.
 */
class Exchange implements JournalEntry, RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: RecordedRequest['headers'];
  readonly body: Uint8Array;

  constructor(
    readonly id: number,
    readonly at: number,
    readonly system: string | null,
    readonly operation: string | null,
    request: RecordedRequest,
    readonly response: PlainResponse,
  ) {
    const { method, path, query, headers, body } = request;
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body.length > keptBody ? noBody : body;
  }

  get request(): RecordedRequest {
    return this;
  }
}

/** The newest exchanges of a world, in a ring of fixed size. */
export interface Journal {
  record(
    at: number,
    system: string | null,
    operation: string | null,
    request: RecordedRequest,
    response: PlainResponse,
  ): void;
  /** Newest last, at most `limit`, only those with a greater id than `after`. */
  list(after: number, limit: number): readonly JournalEntry[];
  /** One exchange by its id, while it is kept. */
  get(id: number): JournalEntry | undefined;
  /** The least id that is kept, and the greatest; the first is one more where none is kept. */
  range(): { readonly first: number; readonly last: number };
  clear(): void;
}

export function createJournal(capacity = 1_000): Journal {
  const ring: (JournalEntry | undefined)[] = new Array<JournalEntry | undefined>(capacity);
  let lastId = 0;
  let cleared = 0;
  return {
    record(at, system, operation, request, response) {
      lastId += 1;
      const kept =
        response.body !== null && response.body.length > keptBody
          ? { ...response, body: null }
          : response;
      ring[lastId % capacity] = new Exchange(lastId, at, system, operation, request, kept);
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
    get(id) {
      const entry = ring[id % capacity];
      return entry?.id === id ? entry : undefined;
    },
    range: () => ({ first: Math.max(cleared, lastId - capacity) + 1, last: lastId }),
    clear() {
      ring.fill(undefined);
      cleared = lastId;
    },
  };
}
