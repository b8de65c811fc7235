import type { Session } from './sessions.js';
import type { Queue } from './queue.js';

/** A customer of the service, known by host names. */
export interface Account {
  readonly id: string;
  readonly hosts: readonly string[];
  readonly name: string;
  /** By login, compared exactly. */
  readonly users: Map<string, User>;
  /** Files and folders by id. */
  readonly nodes: Map<string, FileNode>;
}

export interface User {
  readonly account: Account;
  readonly id: string;
  readonly login: string;
  readonly password: string;
  readonly realname: string;
  readonly rootId: string;
  readonly channel: string;
  readonly enabled: boolean;
  readonly queue: Queue;
}

export interface FileNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly type: 'D' | 'F';
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Unix seconds. */
  readonly created: number;
  readonly modified: number;
  readonly viewers: ReadonlySet<User>;
}

/** How a job ended. */
export interface JobStatus {
  readonly errcode: number;
  readonly errmsg: string;
}

export interface Job {
  readonly id: string;
  readonly status: JobStatus;
}

/** Failed logins of one name in one account. */
export interface FailedLogins {
  /** Milliseconds since the epoch of the first failure of the window. */
  readonly since: number;
  count: number;
}

export interface State {
  readonly accounts: readonly Account[];
  readonly defaultAccount: Account;
  /** Sessions by each of their tokens. */
  readonly sessions: Map<string, Session>;
  readonly usersByChannel: ReadonlyMap<string, User>;
  readonly jobs: Map<string, Job>;
  /** By account id and login. */
  readonly failedLogins: Map<string, FailedLogins>;
}

/** Most entries that a map of the state keeps; the oldest goes first. */
const capacity = 100_000;

/** Adds to a map whose size is bounded. */
export function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size >= capacity && !map.has(key)) {
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
  map.set(key, value);
}
