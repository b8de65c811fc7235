import { execFile, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import getPort from 'get-port';

const run = promisify(execFile);

/** A Redis server of our own, with nothing in it. */
export interface RedisServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Debian's redis-server on a free port, installing it where it is missing.
 * @throws where there is none and no root to install it
 */
export async function startRedis(): Promise<RedisServer> {
  await install();
  const port = await getPort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise<void>((resolve) => child.on('close', resolve));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('redis-server ended at once');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    async close() {
      child.kill();
      await ended;
    },
  };
}

async function install(): Promise<void> {
  const there = await run('redis-server', ['--version']).then(
    () => true,
    () => false,
  );
  if (there) return;
  if (process.getuid?.() !== 0) {
    throw new Error('the tests of the shared store need Redis: apt-get install redis-server');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], {
    env,
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
