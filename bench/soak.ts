/**
 * `npx tsx bench/soak.ts --minutes 60`: mixed load for an hour, and what the mock's heap makes of it.
 * The load is the suites of all five systems again and again, sockets, long polls, uploads and all,
 * with a reset after each round; and twenty new worlds a round, more than are kept.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { systems } from '../mocks/registry.js';
import { profileFor } from '../proof/arena.js';
import { createRunner } from '../suites/engine/runner.js';
import { createTarget } from '../suites/engine/target.js';
import { suites } from '../suites/registry.js';
import { head, row, whole } from './print.js';
import { compiled } from './servers.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    every: { type: 'string', default: '5' },
    pause: { type: 'string', default: '1000' },
  },
});
const minutes = Number(values.minutes);
const every = Number(values.every);

interface Heap {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly worlds: number;
}

const child = fork(compiled('soak-mock'), { execArgv: ['--expose-gc'] });
const [{ url }] = (await once(child, 'message')) as [{ url: string }];
let round = 0;
let checks = 0;
let undecided = 0;

/** One suite in the main world. */
async function load(slug: string): Promise<void> {
  const system = systems.find((entry) => entry.slug === slug);
  const suite = suites.get(slug);
  if (system === undefined || suite === undefined) throw new Error(`no system ${slug}`);
  const profile = profileFor([system], url);
  const target = createTarget(profile, [slug], 2_000);
  try {
    const results = await createRunner({
      target,
      suites: new Map([[slug, suite]]),
      runId: `round-${String(round)}`,
      positions: new Map(suite.checks.map((check, index) => [check.id, index])),
    }).runAll(suite.checks, { parallel: 4 });
    checks += results.length;
    for (const { check, status, message } of results) {
      if (status === 'passed') continue;
      undecided += 1;
      console.error(`${check}: ${status}: ${message ?? ''}`);
    }
  } finally {
    await target.dispatcher.destroy();
  }
}

/** Begins worlds that nobody comes back to, and forgets the state of the main one. */
async function afterRound(): Promise<void> {
  for (let at = 0; at < 20; at += 1) {
    const world = `w${String(round)}-${String(at)}`;
    const headers = { 'X-Countersign-World': world };
    await (await fetch(`${url}/v1/accounts/sms/code/+15550000001`, { headers })).text();
  }
  await fetch(`${url}/_countersign/reset`, { method: 'POST' });
}

async function heap(): Promise<Heap> {
  const answer = once(child, 'message') as Promise<[Heap]>;
  child.send('heap');
  return (await answer)[0];
}

const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
head(['minute', 'heap MB', 'external MB', 'resident MB', 'worlds', 'checks so far', 'not passed']);
const startedAt = Date.now();
let next = 0;
while (Date.now() - startedAt < minutes * 60_000) {
  for (const { slug } of systems) {
    await load(slug);
    await new Promise((resolve) => setTimeout(resolve, Number(values.pause)));
  }
  await afterRound();
  round += 1;
  const minute = (Date.now() - startedAt) / 60_000;
  if (minute < next) continue;
  next += every;
  const { heapUsed, external, rss, worlds } = await heap();
  row([
    minute.toFixed(0),
    mb(heapUsed),
    mb(external),
    mb(rss),
    String(worlds),
    whole(checks),
    whole(undecided),
  ]);
}
child.kill();
