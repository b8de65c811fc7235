/**
 * What an account costs in memory, bare and with 100 prekeys. Run by main.ts in a process with
 * --expose-gc; prints JSON.
 */
import { nobody, type PlainRequest } from '../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../mocks/engine/mock.js';
import { selectSystems } from '../mocks/registry.js';
import { accountAt, preKeyUpload, type BenchAccount } from './accounts.js';
import { fill, stateOf } from './fill.js';

const encoder = new TextEncoder();
const many = Number(process.argv[2] ?? 1_000_000);

function request(method: string, path: string, account: BenchAccount, body?: string): PlainRequest {
  return {
    method,
    path,
    query: '',
    headers: {
      host: 'bench.test',
      authorization: account.authorization,
      'content-type': 'application/json',
    },
    body: body === undefined ? new Uint8Array(0) : encoder.encode(body),
    secure: false,
    upgrade: false,
    peer: nobody,
  };
}

function status(core: MockCore, asked: PlainRequest): number {
  const outcome = core.dispatch(asked.method, asked.path).run(asked);
  if (outcome instanceof Promise || 'kind' in outcome) throw new Error('not an answer');
  return outcome.status;
}

function newCore(): MockCore {
  return createMockCore({ systems: selectSystems(['textsecure']), seed: 1 });
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that an account takes once it has uploaded 100 prekeys. */
function bytesPerAccount(): number {
  const core = newCore();
  const count = 2_000;
  fill(core, count + 2_000);
  const put = (index: number): void => {
    const asked = request('PUT', '/v1/keys/', accountAt(index), preKeyUpload(100));
    if (status(core, asked) !== 200) throw new Error('an upload was refused');
  };
  // The journal keeps the newest thousand exchanges; it is full before anything is weighed.
  for (let index = 0; index < 2_000; index += 1) put(index);
  const before = usedBytes();
  for (let index = 2_000; index < 2_000 + count; index += 1) put(index);
  return (usedBytes() - before) / count;
}

const large = newCore();
const empty = usedBytes();
fill(large, many);
const bytesPerBareAccount = (usedBytes() - empty) / many;
const kept = [...stateOf(large).accounts.keys()].length;
if (kept !== many) throw new Error(`the mock keeps ${String(kept)} of ${String(many)} accounts`);
console.log(JSON.stringify({ bytesPerBareAccount, bytesPerAccount: bytesPerAccount() }));
process.exit(0);
