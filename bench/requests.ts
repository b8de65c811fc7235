/** Closed-loop load on several servers, interleaved. */
import { load, type LoadResult } from './load.js';
import { median, row, times, whole } from './print.js';
import type { Running } from './servers.js';
import type { Workload } from './workloads.js';

export interface LoadSettings {
  readonly durationMs: number;
  readonly rounds: number;
  readonly connections: number;
}

interface Round extends LoadResult {
  /** Processor time of the server per request in µs: it hardly depends on what else runs. */
  readonly processor: number;
}

/** A server with what is asked of it; where servers are asked the same, they share a workload. */
export interface Contest {
  readonly server: Running;
  readonly workload: Workload;
  /** Puts the server back into the state in which the workload is answered without refusal. */
  readonly recover?: () => Promise<void>;
}

async function run(contest: Contest, settings: LoadSettings, durationMs: number): Promise<Round> {
  const { server, workload } = contest;
  await contest.recover?.();
  const before = server.processorMs();
  const result = await load({
    host: '127.0.0.1',
    port: server.port,
    connections: settings.connections,
    durationMs,
    next: workload.next,
    expect: workload.expect,
  });
  return { ...result, processor: ((server.processorMs() - before) * 1000) / result.requests };
}

export const requestColumns = [
  'operation',
  'server',
  'requests/s',
  'p99 ms',
  'processor µs/request',
  'first ÷ it, requests/s',
  'first ÷ it, processor',
];

/** Rounds A B C, A B C, …; the median of a server's rounds stands for it. Prints a row for each. */
export async function measureLoad(
  contests: readonly Contest[],
  settings: LoadSettings,
): Promise<void> {
  for (const contest of contests) await run(contest, settings, settings.durationMs / 2);
  const rounds = contests.map((): Round[] => []);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const [index, contest] of contests.entries()) {
      rounds[index]?.push(await run(contest, settings, settings.durationMs));
    }
  }
  const medians = rounds.map((results) => ({
    rate: median(results.map((result) => result.requestsPerSecond)),
    p99: median(results.map((result) => result.p99)),
    processor: median(results.map((result) => result.processor)),
  }));
  const [first] = medians;
  if (first === undefined) return;
  for (const [index, { rate, p99, processor }] of medians.entries()) {
    row([
      index === 0 ? (contests[0]?.workload.name ?? '') : '',
      contests[index]?.server.name ?? '',
      whole(rate),
      p99.toFixed(2),
      whole(processor),
      times(first.rate / rate),
      times(first.processor / processor),
    ]);
  }
}
