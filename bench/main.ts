/**
 * `npm run bench`: the mock beside a bare server and beside Prism, in one interleaved run, so that
 * whatever else the machine does touches all three alike. Prints Markdown.
 * `npm run bench -- --seconds 2 --rounds 5 --connections 16 --accounts 2000 --many 1000000`
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { recover, register } from './accounts.js';
import { load, type LoadResult } from './load.js';
import {
  bareServer,
  compiled,
  ourMock,
  ourMockWhole,
  prism,
  start,
  type Contestant,
  type Running,
} from './servers.js';
import { workloads, type Workload } from './workloads.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    accounts: { type: 'string', default: '2000' },
    many: { type: 'string', default: '1000000' },
  },
});
const settings = {
  durationMs: Number(values.seconds) * 1000,
  rounds: Number(values.rounds),
  connections: Number(values.connections),
  accounts: Number(values.accounts),
  many: Number(values.many),
};

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

function row(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

/** Each round starts every contestant once, one after the other. */
async function measureStartup(contestants: readonly Contestant[]): Promise<void> {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const running = await start(contestant);
      times[index]?.push(running.startupMs);
      await running.stop();
    }
  }
  console.log('\n## From the start of the process to the first answer\n');
  row(['server', 'median ms']);
  row(['---', '---:']);
  contestants.forEach(({ name }, index) => {
    row([name, whole(median(times[index] ?? []))]);
  });
}

interface Round extends LoadResult {
  /** Processor time of the server per request in µs: it hardly depends on what else runs. */
  readonly processor: number;
}

async function run(server: Running, workload: Workload, durationMs: number): Promise<Round> {
  if (server.name === ourMock.name) await recover(server.url);
  const before = server.processorMs();
  const result = await load({
    host: '127.0.0.1',
    port: server.port,
    connections: settings.connections,
    durationMs,
    next: workload.next,
    // Where a status of the mock is a choice of the document, Prism may take another of its 2xx.
    expect: server.name.startsWith('Prism') ? [200, 204] : workload.expect,
  });
  return { ...result, processor: ((server.processorMs() - before) * 1000) / result.requests };
}

/** Rounds A B C, A B C, …; the median of a server's rounds stands for it. */
async function measureLoad(servers: readonly Running[], workload: Workload): Promise<void> {
  for (const server of servers) await run(server, workload, settings.durationMs / 2);
  const rounds = servers.map((): Round[] => []);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const [index, server] of servers.entries()) {
      rounds[index]?.push(await run(server, workload, settings.durationMs));
    }
  }
  const medians = rounds.map((results) => ({
    rate: median(results.map((result) => result.requestsPerSecond)),
    p99: median(results.map((result) => result.p99)),
    processor: median(results.map((result) => result.processor)),
  }));
  const [ours] = medians;
  if (ours === undefined) return;
  for (const [index, { rate, p99, processor }] of medians.entries()) {
    row([
      index === 0 ? workload.name : '',
      servers[index]?.name ?? '',
      whole(rate),
      p99.toFixed(2),
      whole(processor),
      `${(ours.rate / rate).toFixed(2)} ×`,
      `${(ours.processor / processor).toFixed(2)} ×`,
    ]);
  }
}

interface Scale {
  readonly few: number;
  readonly many: number;
  readonly lookUpFew: number;
  readonly lookUpMany: number;
  readonly bytesPerBareAccount: number;
  readonly bytesPerAccount: number;
}

function measureScale(): void {
  const ran = spawnSync(
    process.execPath,
    ['--expose-gc', compiled('scale'), String(settings.many)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  console.log('\n## How the mock grows\n');
  if (ran.status !== 0) {
    console.log('This part failed; see above.');
    process.exitCode = 1;
    return;
  }
  const scale = JSON.parse(ran.stdout) as Scale;
  row(['what', 'value']);
  row(['---', '---:']);
  row([
    `look-up among ${whole(scale.few)} accounts, without transport, processor time`,
    `${whole(scale.lookUpFew)} ns`,
  ]);
  row([`look-up among ${whole(scale.many)} accounts`, `${whole(scale.lookUpMany)} ns`]);
  row(['ratio', `${(scale.lookUpMany / scale.lookUpFew).toFixed(2)} ×`]);
  row(['memory of a bare account', `${whole(scale.bytesPerBareAccount)} bytes`]);
  row(['memory that 100 prekeys add', `${whole(scale.bytesPerAccount)} bytes`]);
}

const guest = prism();
if (guest === null) console.log('Prism cannot be had here; the comparison goes on without it.');
const bare = bareServer();
const guests = guest === null ? [] : [guest];
console.log(
  `Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ` +
    `${String(settings.rounds)} interleaved rounds of ${values.seconds} s, ` +
    `${values.connections} connections, medians`,
);
await measureStartup([ourMock, ourMockWhole, bare, ...guests]);

const servers: Running[] = [];
for (const contestant of [ourMock, bare, ...guests]) servers.push(await start(contestant));
try {
  const accounts = await register(servers[0]?.url ?? '', settings.accounts);
  console.log('\n## Requests\n');
  row([
    'operation',
    'server',
    'requests/s',
    'p99 ms',
    'processor µs/request',
    'mock ÷ it, requests/s',
    'mock ÷ it, processor',
  ]);
  row(['---', '---', '---:', '---:', '---:', '---:', '---:']);
  for (const workload of workloads(accounts)) await measureLoad(servers, workload);
} finally {
  for (const server of servers) await server.stop();
}
measureScale();
