/**
 * `tsx bench/msw.ts`: requests through MSW in Node, with a handler that does nothing beside ours,
 * in interleaved rounds of one process. Prints Markdown.
 * `--seconds 1 --rounds 9 --parallel 16`
 */
import { http, HttpResponse, type RequestHandler } from 'msw';
import { setupServer } from 'msw/node';
import { parseArgs } from 'node:util';
import { countersign } from '../mocks/msw.js';
import { accountAt, preKeyUpload, type BenchAccount } from './accounts.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '9' },
    parallel: { type: 'string', default: '16' },
  },
});
const durationMs = Number(values.seconds) * 1000;
const rounds = Number(values.rounds);
const parallel = Number(values.parallel);
const baseUrl = 'https://api.example.test';

type Send = (turn: number) => Promise<Response>;

/** Requests per second while so many are under way at a time. */
async function rate(send: Send): Promise<number> {
  const end = performance.now() + durationMs;
  const started = performance.now();
  let turn = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      turn += 1;
      const answer = await send(turn);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`the mock answered ${String(answer.status)}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, one));
  return turn / ((performance.now() - started) / 1000);
}

async function within<T>(handlers: readonly RequestHandler[], act: () => Promise<T>): Promise<T> {
  const server = setupServer(...handlers);
  server.listen({ onUnhandledRequest: 'error' });
  try {
    return await act();
  } finally {
    server.close();
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const mock = await countersign({ systems: ['textsecure'], baseUrl, seed: 1 });
const ours = mock.handlers as readonly RequestHandler[];
const empty = [http.all(`${baseUrl}/*`, () => new HttpResponse(null, { status: 200 }))];
const accounts = Array.from({ length: 1000 }, (_, index) => accountAt(index));
const at = (index: number): BenchAccount => accounts[index % accounts.length] ?? accountAt(0);
const jsonOf = (account: BenchAccount): Record<string, string> => ({
  Authorization: account.authorization,
  'Content-Type': 'application/json',
});

await within(ours, async () => {
  for (const account of accounts) {
    await fetch(`${baseUrl}/v1/accounts/sms/code/${account.number}`);
    const { code } = await mock.inbox.next({ recipient: account.number });
    await fetch(`${baseUrl}/v1/accounts/code/${code ?? ''}`, {
      method: 'PUT',
      headers: jsonOf(account),
      body: JSON.stringify({ signalingKey: btoa('x'.repeat(52)), supportsSms: false }),
    });
    await fetch(`${baseUrl}/v1/keys/`, {
      method: 'PUT',
      headers: jsonOf(account),
      body: preKeyUpload(0),
    });
  }
});

const upload = preKeyUpload(100);
const workloads: Readonly<Record<string, Send>> = {
  'GET /v1/keys/{number}': (turn) => {
    const { authorization } = at(turn);
    const target = at(turn + Math.floor(turn / accounts.length)).number;
    return fetch(`${baseUrl}/v1/keys/${target}`, { headers: { Authorization: authorization } });
  },
  'PUT /v1/keys/, 100 prekeys': (turn) =>
    fetch(`${baseUrl}/v1/keys/`, { method: 'PUT', headers: jsonOf(at(turn)), body: upload }),
};

console.log('| operation | empty handler, requests/s | ours, requests/s | ours ÷ empty |');
console.log('| --- | ---: | ---: | ---: |');
for (const [name, send] of Object.entries(workloads)) {
  const taken = { empty: [] as number[], ours: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const first = await within(empty, () => rate(send));
    await mock.clock.advance('1h');
    const second = await within(ours, () => rate(send));
    // The first round warms up.
    if (round === 0) continue;
    taken.empty.push(first);
    taken.ours.push(second);
  }
  const [without, with_] = [median(taken.empty), median(taken.ours)];
  console.log(
    `| ${name} | ${String(Math.round(without))} | ${String(Math.round(with_))} | ` +
      `${(with_ / without).toFixed(2)} |`,
  );
}
await mock.close();
