/** The mock by itself, and with its worlds shared through Redis: at home, and asked at another one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import getPort from 'get-port';
import { profile } from '../mocks/systems/misakey/profile.js';
import { WebSocket } from 'ws';
import { recover, register } from './accounts.js';
import { head, row } from './print.js';
import { measureLoad, requestColumns, type LoadSettings } from './requests.js';
import { mockOf, start, type Contestant, type Running } from './servers.js';
import { workloads } from './workloads.js';

function sharing(systems: readonly string[], store: string, name: string): Contestant {
  const alone = mockOf(systems);
  return { name, command: (port) => [...alone.command(port), '--store', store] };
}

/** Times from an event at one mock to a socket that is open at the other. */
async function measureFanOut(store: string): Promise<void> {
  const servers: Running[] = [];
  try {
    for (const name of ['home', 'other']) {
      servers.push(await start(sharing(['misakey'], store, name)));
    }
    const [home, other] = servers;
    const [identity] = profile.identities;
    if (home === undefined || other === undefined || identity === undefined) return;
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/box-users/${identity.id}/ws`, {
      headers: { Cookie: `accesstoken=${identity.accessToken}; tokentype=bearer` },
    });
    await once(socket, 'open');
    const delays: number[] = [];
    for (let at = 0; at < 500; at += 1) {
      const arrived = once(socket, 'message');
      const sentAt = performance.now();
      const answer = await fetch(`${home.url}/_countersign/trigger`, {
        method: 'POST',
        body: JSON.stringify({
          system: 'misakey',
          event: 'file.saved',
          affects: [identity.id],
          data: [{ id: `f${String(at)}` }],
        }),
      });
      await arrived;
      delays.push(performance.now() - sentAt);
      await answer.text();
    }
    socket.terminate();
    delays.sort((a, b) => a - b);
    head(['from an event at one mock to a socket at another', 'ms']);
    row(['median', (delays[250] ?? Number.NaN).toFixed(1)]);
    row(['99th percentile', (delays[494] ?? Number.NaN).toFixed(1)]);
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Needs redis-server on the PATH; says so where it is not. */
export async function measureShared(settings: LoadSettings, accounts: number): Promise<void> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    console.log('There is no redis-server here: apt-get install redis-server');
    return;
  }
  const port = await getPort();
  const redis = spawn('redis-server', ['--port', String(port), '--save', ''], { stdio: 'ignore' });
  const store = `redis://127.0.0.1:${String(port)}`;
  const servers: Running[] = [];
  try {
    for (const contestant of [
      mockOf(['textsecure']),
      sharing(['textsecure'], `${store}#load`, 'shared, at home'),
      sharing(['textsecure'], `${store}#load`, 'shared, asked at another mock'),
    ]) {
      servers.push(await start(contestant));
    }
    const [alone, home] = servers;
    const known = await register(alone?.url ?? '', accounts);
    await register(home?.url ?? '', accounts);
    const [lookUp] = workloads(known);
    if (lookUp === undefined) return;
    head(requestColumns);
    await measureLoad(
      servers.map((server) => ({ server, workload: lookUp, recover: () => recover(server.url) })),
      settings,
    );
  } finally {
    for (const server of servers) await server.stop();
  }
  await measureFanOut(`${store}#fan-out`);
  redis.kill();
}
