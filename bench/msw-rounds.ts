/**
 * `msw-rounds [--seconds 1] [--rounds 9] [--parallel 16]`: requests through MSW in Node, in
 * interleaved rounds of one process: a handler that answers with nothing, one that answers with a
 * fixed JSON of the same size, and ours. Prints Markdown. An answer with a body costs MSW streams
 * in Node, an empty one none.
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
const fixedBody = { keyId: 1, publicKey: 'x'.repeat(44), identityKey: 'x'.repeat(44) };
const fixed = [http.all(`${baseUrl}/*`, () => HttpResponse.json(fixedBody))];
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

console.log('| operation | empty, requests/s | fixed JSON | ours | ours ÷ empty | ours ÷ fixed |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const [name, send] of Object.entries(workloads)) {
  const contestants = [empty, fixed, ours];
  const taken = contestants.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, handlers] of contestants.entries()) {
      await mock.clock.advance('1h');
      const result = await within(handlers, () => rate(send));
      // The first round warms up.
      if (round > 0) taken[index]?.push(result);
    }
  }
  const [nothing = 0, json = 0, mine = 0] = taken.map(median);
  const cells = [nothing, json, mine].map((value) => String(Math.round(value)));
  const ratios = [mine / nothing, mine / json].map((value) => value.toFixed(2));
  console.log(`| ${[name, ...cells, ...ratios].join(' | ')} |`);
}
await mock.close();
