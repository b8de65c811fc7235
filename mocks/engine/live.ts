/**
 * Sets and maps of what lives only as long as the process: open sockets, held polls. A snapshot
 * holds them empty.
 */
export class LiveSet<Value> extends Set<Value> {}

/** See `LiveSet`. */
export class LiveMap<Key, Value> extends Map<Key, Value> {}
