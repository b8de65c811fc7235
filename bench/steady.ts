/**
 * Open-loop load: requests are sent at a fixed rate, whether the earlier ones were answered or not.
 * A request that finds no idle connection waits, and its waiting counts.
 */
import { connect, type Socket } from 'node:net';
import { readAnswer, resultOf, type LoadOptions, type LoadResult } from './load.js';

export interface SteadyOptions extends LoadOptions {
  readonly requestsPerSecond: number;
}

/** A connection that is kept; `take` is called with the next request, and the promise is its answer. */
interface Line {
  ask(bytes: Buffer): Promise<void>;
  close(): void;
}

function open(options: SteadyOptions): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(options.port, options.host);
    socket.setNoDelay(true);
    let pending: Buffer = Buffer.alloc(0);
    let answered: () => void = () => undefined;
    let failed: (error: Error) => void = reject;
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const answer = readAnswer(pending);
      if (answer === null) return;
      if (!options.expect.includes(answer.status)) {
        failed(new Error(`status ${String(answer.status)}: ${pending.toString('utf8', 0, 1000)}`));
        return;
      }
      pending = pending.subarray(answer.length);
      answered();
    });
    socket.on('error', (error) => {
      failed(error);
    });
    socket.on('close', () => {
      failed(new Error('the server closed a connection that was to be kept'));
    });
    socket.once('connect', () => {
      resolve({
        ask: (bytes) =>
          new Promise((done, fail) => {
            answered = done;
            failed = fail;
            socket.write(bytes);
          }),
        close() {
          socket.removeAllListeners();
          socket.destroy();
        },
      });
    });
  });
}

/**
 * Loads a server for a time at a steady rate, and waits for the last answer.
 * @returns what was really reached: below the rate asked for where the server, or this process, lags
 * @throws Error on an unexpected status or a lost connection
 */
export async function steadyLoad(options: SteadyOptions): Promise<LoadResult> {
  const lines = await Promise.all(Array.from({ length: options.connections }, () => open(options)));
  const all = Math.round((options.requestsPerSecond * options.durationMs) / 1000);
  const startedAt = performance.now();
  const dueAt = (index: number): number => startedAt + (index * 1000) / options.requestsPerSecond;
  const latencies: number[] = [];
  let next = 0;
  try {
    // Each line takes the next request that is due. Timers of a millisecond let a few fall due at a
    // time, which spread over the lines.
    await Promise.all(
      lines.map(async (line) => {
        for (;;) {
          const index = next;
          if (index >= all) return;
          const due = dueAt(index);
          if (due > performance.now()) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            continue;
          }
          next += 1;
          await line.ask(options.next().bytes);
          latencies.push(performance.now() - due);
        }
      }),
    );
  } finally {
    for (const line of lines) line.close();
  }
  return resultOf(latencies, startedAt);
}
