import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import type { Leases, Taken } from './node-homes.js';

/** A question of a worker to its parent, and the parent's answer. */
interface Question {
  readonly kind: 'countersign-lease';
  readonly id: number;
  readonly call: 'take' | 'release' | 'save' | 'load';
  readonly values: readonly string[];
}

interface Answer {
  readonly id: number;
  readonly value: string | Taken | null;
}

/** True in a process that serves; false in the parent that only starts such processes. */
export const isWorker = cluster.isWorker;

/** Which worker of its parent this process is, counted from 1; 0 in one that is none. */
export const workerNumber = cluster.worker?.id ?? 0;

/** What the parent knows of its workers' worlds. It outlives each of them. */
function createLedger(): (question: Question, worker: Worker) => Answer['value'] {
  const homes = new Map<string, { readonly address: string; readonly worker: number }>();
  const last = new Map<string, string>();
  const states = new Map<string, string>();
  cluster.on('exit', (gone) => {
    // No waiting for a lease to run out: this parent saw its holder end.
    for (const [world, { worker }] of homes) if (worker === gone.id) homes.delete(world);
  });
  return ({ call, values: [world = '', value = ''] }, worker) => {
    switch (call) {
      case 'take': {
        const home = homes.get(world) ?? { address: value, worker: worker.id };
        const again = home.address === value && last.get(world) === value;
        homes.set(world, home);
        last.set(world, home.address);
        return { home: home.address, again };
      }
      case 'release':
        if (homes.get(world)?.address === value) homes.delete(world);
        return null;
      case 'save':
        states.set(world, value);
        return null;
      case 'load':
        return states.get(world) ?? null;
    }
  };
}

/**
 * Starts workers that share the port, and starts another where one dies.
 * @param ready called with the first line that a worker says, once all of them listen
 * @returns resolves when all have ended after a signal
 */
export function runWorkers(count: number, ready: (url: string) => void): Promise<void> {
  const answer = createLedger();
  const total = Math.min(count, 4 * availableParallelism());
  let listening = 0;
  let ending = false;
  return new Promise((resolve) => {
    const begin = (): void => {
      const worker = cluster.fork();
      worker.on(
        'message',
        (message: Question | { readonly kind: 'ready'; readonly url: string }) => {
          if (message.kind === 'ready') {
            listening += 1;
            if (listening === total) ready(message.url);
            return;
          }
          const reply: Answer = { id: message.id, value: answer(message, worker) };
          worker.send(reply);
        },
      );
    };
    cluster.on('exit', () => {
      if (!ending) begin();
      else if (Object.keys(cluster.workers ?? {}).length === 0) resolve();
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        ending = true;
        for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
      });
    }
    for (let started = 0; started < total; started += 1) begin();
  });
}

/** The leases of a worker: its parent keeps them. */
export function parentsLeases(): Leases {
  const open = new Map<number, (value: Answer['value']) => void>();
  let last = 0;
  const hear = (message: Answer): void => {
    open.get(message.id)?.(message.value);
    open.delete(message.id);
  };
  process.on('message', hear);
  const ask = (call: Question['call'], ...values: readonly string[]): Promise<Answer['value']> =>
    new Promise((resolve, reject) => {
      last += 1;
      open.set(last, resolve);
      const question: Question = { kind: 'countersign-lease', id: last, call, values };
      process.send?.(question, undefined, undefined, (error: Error | null) => {
        if (error !== null) reject(error);
      });
    });
  return {
    take: async (world, address) => (await ask('take', world, address)) as Taken,
    async release(world, address) {
      await ask('release', world, address);
    },
    async save(world, state) {
      await ask('save', world, state);
    },
    load: async (world) => (await ask('load', world)) as string | null,
    close() {
      process.removeListener('message', hear);
      return Promise.resolve();
    },
  };
}

/** Tells the parent that this worker listens. */
export function tellReady(url: string): void {
  process.send?.({ kind: 'ready', url });
}
