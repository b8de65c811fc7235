/**
 * `npm run bench`: the mock beside bare servers and beside Prism, in one interleaved run, so that
 * whatever else the machine does touches all of them alike. Prints Markdown.
 * `npm run bench -- --only requests,signed --seconds 2 --rounds 5 --connections 16`
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { accountAt, recover, register } from './accounts.js';
import { measureDashboard } from './dashboard.js';
import { measureFanOut } from './fan-out.js';
import { measureLongPolls } from './long-polls.js';
import { head, median, row, whole } from './print.js';
import { measureLoad, requestColumns, type Contest } from './requests.js';
import {
  bareServer,
  compiled,
  mockOf,
  populated,
  prism,
  start,
  type Contestant,
  type Running,
} from './servers.js';
import { measureShared } from './shared.js';
import { signedCalls } from './signed-calls.js';
import { lookUpsAmong, workloads } from './workloads.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    accounts: { type: 'string', default: '2000' },
    many: { type: 'string', default: '1000000' },
    sockets: { type: 'string', default: '1000' },
    polls: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '5000' },
    window: { type: 'string', default: '8' },
  },
});
const settings = {
  durationMs: Number(values.seconds) * 1000,
  rounds: Number(values.rounds),
  connections: Number(values.connections),
};
const many = Number(values.many);
const few = 1_000;

/** Each round starts every contestant once, one after the other. */
async function measureStartup(contestants: readonly Contestant[]): Promise<void> {
  const taken = contestants.map((): number[] => []);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const running = await start(contestant);
      taken[index]?.push(running.startupMs);
      await running.stop();
    }
  }
  head(['from the start of the process to the first answer', 'median ms']);
  contestants.forEach(({ name }, index) => {
    row([name, whole(median(taken[index] ?? []))]);
  });
}

/** Runs a part with servers, and ends them whatever happens. */
async function withServers(
  contestants: readonly Contestant[],
  part: (servers: readonly Running[]) => Promise<void>,
): Promise<void> {
  const servers: Running[] = [];
  try {
    for (const contestant of contestants) servers.push(await start(contestant));
    await part(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

function measureRequests(guests: readonly Contestant[]): Promise<void> {
  const contestants = [mockOf(['textsecure']), bareServer(), ...guests];
  return withServers(contestants, async (servers) => {
    const mock = servers[0]?.url ?? '';
    const accounts = await register(mock, Number(values.accounts));
    head(requestColumns);
    for (const workload of workloads(accounts)) {
      const contests = servers.map((server, index): Contest => {
        if (index === 0) return { server, workload, recover: () => recover(mock) };
        // Where a status of the mock is a choice of the document, Prism may take another 2xx.
        return { server, workload: index === 1 ? workload : { ...workload, expect: [200, 204] } };
      });
      await measureLoad(contests, settings);
    }
  });
}

function measureSigned(): Promise<void> {
  return withServers([mockOf(['quatrix']), bareServer()], async (servers) => {
    const workload = await signedCalls(servers[0]?.url ?? '');
    head(requestColumns);
    await measureLoad(
      servers.map((server) => ({ server, workload })),
      settings,
    );
  });
}

function measureLookUps(): Promise<void> {
  return withServers([populated(many), populated(few)], async (servers) => {
    head(requestColumns);
    await measureLoad(
      servers.map((server, index): Contest => {
        // As many callers on either side: only the number of accounts differs.
        const workload = lookUpsAmong(accountAt, few, index === 0 ? many : few);
        return { server, workload, recover: () => recover(server.url) };
      }),
      settings,
    );
  });
}

interface Scale {
  readonly bytesPerBareAccount: number;
  readonly bytesPerAccount: number;
}

function measureMemory(): Promise<void> {
  const ran = spawnSync(process.execPath, ['--expose-gc', compiled('scale'), String(many)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (ran.status !== 0) throw new Error('the memory of an account could not be measured');
  const scale = JSON.parse(ran.stdout) as Scale;
  head(['memory of an account', 'bytes']);
  row(['with its last-resort key', whole(scale.bytesPerBareAccount)]);
  row(['what 100 prekeys add', whole(scale.bytesPerAccount)]);
  return Promise.resolve();
}

/** Prism on the same document, where it can be had. */
function guests(): readonly Contestant[] {
  const guest = prism();
  if (guest === null) console.log('Prism cannot be had here; the comparison goes on without it.');
  return guest === null ? [] : [guest];
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  startup: () => measureStartup([mockOf(['textsecure']), mockOf(), bareServer(), ...guests()]),
  requests: () => measureRequests(guests()),
  signed: measureSigned,
  'fan-out': () => measureFanOut({ ...settings, sockets: Number(values.sockets) }),
  polls: () => measureLongPolls(Number(values.polls), 50),
  'look-ups': measureLookUps,
  memory: measureMemory,
  shared: () => measureShared(settings, Number(values.accounts)),
  dashboard: () =>
    measureDashboard({
      ...settings,
      durationMs: Number(values.window) * 1000,
      requestsPerSecond: Number(values.rate),
      accounts: Number(values.accounts),
    }),
};

console.log(
  `Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ` +
    `${String(settings.rounds)} interleaved rounds of ${values.seconds} s, ` +
    `${values.connections} connections, medians`,
);
for (const name of values.only?.split(',') ?? Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined) {
    console.error(`there is no part "${name}"; there are ${Object.keys(parts).join(', ')}`);
    process.exit(2);
  }
  console.log(`\n## ${name}\n`);
  await part();
}
