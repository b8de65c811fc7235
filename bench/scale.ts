/**
 * How the mock's core grows: the cost of a look-up among few and among many accounts, and the
 * memory of an account with 100 prekeys. Run by main.ts in a process with --expose-gc.
 */
import { createMockCore, type MockCore } from '../mocks/engine/mock.js';
import type { PlainRequest } from '../mocks/engine/http.js';
import { selectSystems } from '../mocks/registry.js';
import { documented } from '../mocks/systems/textsecure/documented.js';
import { saveAccount, type State } from '../mocks/systems/textsecure/state.js';
import { textsecure } from '../mocks/systems/textsecure/system.js';
import { accountAt, preKeyUpload, publicKey, type BenchAccount } from './accounts.js';

const encoder = new TextEncoder();
const few = 1_000;
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
    onAbort: () => undefined,
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

/** Puts accounts straight into the state: registration by the wire is measured elsewhere. */
function fill(core: MockCore, count: number): void {
  const state = core.world.state(textsecure.slug) as State;
  const passwordDigest = documented.passwordDigest(state.salt, 'password');
  const lastResort = {
    keyId: 0xffffff,
    publicKey: publicKey(),
    identityKey: publicKey(),
    lastResort: true,
  };
  for (let index = 0; index < count; index += 1) {
    const { number } = accountAt(index);
    const token = documented.tokenOf(number);
    saveAccount(state, {
      number,
      token,
      passwordDigest,
      signalingKey: null,
      supportsSms: false,
      push: [],
    });
    state.preKeys.set(number, { oneTime: [], next: 0, lastResort });
  }
}

/** Nanoseconds of processor time of one `GET /v1/keys/{number}` in the core, without transport. */
function lookUpCost(core: MockCore, count: number): number {
  const times: number[] = [];
  const perRound = 20_000;
  // A step that shares no factor with the count visits callers and targets in scattered order.
  const step = 7_919;
  let turn = 0;
  for (let round = 0; round < 9; round += 1) {
    const asked = Array.from({ length: perRound }, () => {
      turn += 1;
      const caller = accountAt((turn * step) % count);
      const target = accountAt((turn * step * 31 + Math.floor(turn / count)) % count);
      return request('GET', `/v1/keys/${target.number}`, caller);
    });
    const before = process.cpuUsage();
    for (const each of asked) {
      if (status(core, each) !== 200) throw new Error(`refused: ${each.path}`);
    }
    const { user, system } = process.cpuUsage(before);
    times.push(((user + system) / perRound) * 1e3);
  }
  // The first rounds warm the compiler up.
  return times.slice(3).sort((a, b) => a - b)[3] ?? Number.NaN;
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

const small = newCore();
fill(small, few);
const lookUpFew = lookUpCost(small, few);
const large = newCore();
const empty = usedBytes();
fill(large, many);
const bytesPerBareAccount = (usedBytes() - empty) / many;
const kept = [...(large.world.state(textsecure.slug) as State).accounts.keys()].length;
if (kept !== many) throw new Error(`the mock keeps ${String(kept)} of ${String(many)} accounts`);
const lookUpMany = lookUpCost(large, many);
console.log(
  JSON.stringify({
    few,
    many,
    lookUpFew,
    lookUpMany,
    bytesPerBareAccount,
    bytesPerAccount: bytesPerAccount(),
  }),
);
process.exit(0);
