/** The servers that are compared, each a process of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import getPort from 'get-port';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache', 'bench');

/** Prism is a guest of the benchmark: in no dependency list, in a folder of its own. */
const prismVersion = '5.14.2';

/** How to start one of the servers. */
export interface Contestant {
  readonly name: string;
  command(port: number): readonly string[];
}

export interface Running {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number | undefined;
  /** Milliseconds from the start of the process to the end of its first answer. */
  readonly startupMs: number;
  /** Processor time of the process so far in ms; NaN where the system does not tell. */
  processorMs(): number;
  stop(): Promise<void>;
}

/** The mock as its users start it, with some of its systems or, without a list, with all. */
export function mockOf(systems?: readonly string[]): Contestant {
  const chosen = systems === undefined ? [] : ['--system', systems.join(',')];
  return {
    name: systems === undefined ? 'countersign mock, all five systems' : 'countersign mock',
    command: (port) => [join(root, 'dist/cli/main.js'), 'mock', ...chosen, '--port', String(port)],
  };
}

/** The mock with so many accounts from the start. */
export function populated(count: number): Contestant {
  const script = compiled('populated');
  return {
    name: `mock with ${count.toLocaleString('en-US')} accounts`,
    command: (port) => [script, String(port), String(count)],
  };
}

/** A bare `ws` server. */
export function bareSockets(): Contestant {
  const script = compiled('bare-sockets');
  return { name: 'bare ws server', command: (port) => [script, String(port)] };
}

/**
 * Compiles a file of this folder, so that what is measured does not pay for a compiler.
 * @returns the path of the result
 */
export function compiled(name: string): string {
  const outfile = join(cache, `${name}.mjs`);
  buildSync({
    entryPoints: [join(root, 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return outfile;
}

/** What HTTP, JSON and the schemas alone cost. */
export function bareServer(): Contestant {
  const script = compiled('bare-server');
  return { name: 'bare node:http + ajv', command: (port) => [script, String(port)] };
}

/** Prism on the same OpenAPI document with its log off; null where it cannot be had. */
export function prism(): Contestant | null {
  const folder = join(cache, 'prism');
  const entry = join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const wanted = `@stoplight/prism-cli@${prismVersion}`;
    const installed = spawnSync(
      'npm',
      ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', wanted],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (installed.status !== 0) return null;
  }
  const document = join(root, 'specs/textsecure/openapi.yaml');
  return {
    name: `Prism ${prismVersion}`,
    command: (port) => [
      entry,
      'mock',
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-v',
      'silent',
      document,
    ],
  };
}

/** Starts a server and waits for its first answer. */
export async function start(contestant: Contestant): Promise<Running> {
  const port = await getPort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, contestant.command(port), {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${contestant.name} ended: ${complaint}`);
    if (performance.now() - startedAt > 60_000)
      throw new Error(`${contestant.name} never answered`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return {
    name: contestant.name,
    port,
    url: `http://127.0.0.1:${String(port)}`,
    pid: child.pid,
    startupMs: performance.now() - startedAt,
    processorMs: () => processorMs(child.pid),
    stop: () => stop(child),
  };
}

/** Linux counts in ticks of 10 ms; fields 14 and 15 are time in the program and in the kernel. */
function processorMs(pid: number | undefined): number {
  const path = `/proc/${String(pid)}/stat`;
  if (!existsSync(path)) return Number.NaN;
  const text = readFileSync(path, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}

/** Whether a server answers a request, whatever the status. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => {
      socket.write('GET /v1/keys/+14153333333 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    });
    socket.once('data', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('close', () => {
      settle(false);
    });
  });
}
