/** What is asked of each server. Requests are the same for all; only the mock has state. */
import { randomBytes } from 'node:crypto';
import { preKeyUpload, type BenchAccount } from './accounts.js';
import { prepare, type Prepared } from './load.js';

export interface Workload {
  readonly name: string;
  readonly next: () => Prepared;
  readonly expect: readonly number[];
}

/** Rotates callers and targets, so that no limit of the mock is met within a round. */
export function workloads(accounts: readonly BenchAccount[]): readonly Workload[] {
  const reachable = accounts.filter((_, index) => index % 2 === 0);
  const silent = accounts.filter((_, index) => index % 2 === 1);
  const upload = preKeyUpload(100);
  const uploads = accounts.map((account) =>
    prepare('PUT', '/v1/keys/', jsonHeaders(account), upload),
  );
  return [
    { name: 'GET /v1/keys/{number}', next: lookUps(accounts), expect: [200] },
    { name: 'PUT /v1/keys/, 100 prekeys', next: inTurn(uploads), expect: [200] },
    {
      name: 'POST /v1/messages/, no delivery',
      next: inTurn(submissions(accounts, silent)),
      expect: [200],
    },
    {
      name: 'POST /v1/messages/, with delivery',
      next: inTurn(submissions(accounts, reachable)),
      expect: [200],
    },
  ];
}

function jsonHeaders(account: BenchAccount): Record<string, string> {
  return { Authorization: account.authorization, 'Content-Type': 'application/json' };
}

function inTurn(requests: readonly Prepared[]): () => Prepared {
  let at = 0;
  return () => {
    at = (at + 1) % requests.length;
    return requests[at] ?? fail();
  };
}

/** Another pair of caller and target each time: one pair may ask three times only. */
function lookUps(accounts: readonly BenchAccount[]): () => Prepared {
  const { length } = accounts;
  let turn = 0;
  return () => {
    turn += 1;
    const caller = accounts[turn % length];
    const target = accounts[(turn + Math.floor(turn / length)) % length];
    if (caller === undefined || target === undefined) return fail();
    return prepare('GET', `/v1/keys/${target.number}`, { Authorization: caller.authorization });
  };
}

/**
 * Look-ups by some callers, spread evenly over all accounts, of targets anywhere among them.
 * @param of the account of an index
 */
export function lookUpsAmong(
  of: (index: number) => BenchAccount,
  callers: number,
  count: number,
): Workload {
  // A step that shares no factor with the count visits the targets in scattered order.
  const step = 7_919;
  let turn = 0;
  return {
    name: 'GET /v1/keys/{number}',
    expect: [200],
    next() {
      turn += 1;
      const caller = of((turn % callers) * Math.floor(count / callers));
      const target = of((turn * step + Math.floor(turn / count)) % count);
      return prepare('GET', `/v1/keys/${target.number}`, { Authorization: caller.authorization });
    },
  };
}

function submissions(
  callers: readonly BenchAccount[],
  targets: readonly BenchAccount[],
): readonly Prepared[] {
  const body = randomBytes(180).toString('base64');
  return callers.map((caller, index) => {
    const destination = targets[index % targets.length]?.number ?? fail();
    const message = { type: 1, destination, body, timestamp: 1386800000000 };
    return prepare(
      'POST',
      '/v1/messages/',
      jsonHeaders(caller),
      JSON.stringify({ messages: [message] }),
    );
  });
}

function fail(): never {
  throw new Error('a benchmark needs accounts');
}
