/** A reader who has this build installed and types what a page says, line by line. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import getPort from 'get-port';
import type { Block } from './pages.js';
import { root } from './pages.js';

export interface Reader {
  /** Does what a block says. @throws Error with all that was printed when a line fails */
  follow(block: Block): Promise<void>;
  /** Ends what was started and still runs, and removes the folder. */
  leave(): Promise<void>;
}

/** What serves until it is ended, and the words by which it says that it is ready. */
const servers: readonly { readonly begins: RegExp; readonly ready: RegExp }[] = [
  { begins: /^npx countersign mock\b/, ready: /listening on/ },
  { begins: /^redis-server\b/, ready: /Ready to accept connections/ },
];

/** The ports of the pages: the reader takes free ones in their place. */
const port = /\b40\d\d\b/g;

export function createReader(): Reader {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'));
  install(folder);
  const ports = new Map<string, string>();
  const running = new Set<ChildProcess>();
  const serving = new Map<string, ChildProcess>();

  const withFreePorts = async (text: string): Promise<string> => {
    for (const [given] of text.matchAll(port)) {
      if (!ports.has(given)) ports.set(given, String(await getPort()));
    }
    return text.replaceAll(port, (given) => ports.get(given) ?? given);
  };

  const start = (command: string): ChildProcess => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
      cwd: folder,
      // A group of its own, so that what the command starts ends with it.
      detached: true,
      env: { ...process.env, NO_COLOR: '1', VITEST: undefined, NODE_OPTIONS: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    return child;
  };

  const run = (command: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = start(command);
      const output = outputOf(child);
      child.once('close', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${command}\nexit code ${String(code)}\n${output()}`));
      });
    });

  const serve = async (command: string, ready: RegExp): Promise<void> => {
    // A page that starts a mock on the same port again has the reader end the one before.
    const at = /--port (\d+)/.exec(command)?.[1] ?? '';
    const before = serving.get(at);
    if (before !== undefined && running.has(before)) await end(before);
    await new Promise<void>((resolve, reject) => {
      const child = start(`exec ${command}`);
      serving.set(at, child);
      const output = outputOf(child, (text) => {
        if (ready.test(text)) resolve();
      });
      child.once('close', (code) => {
        reject(new Error(`${command}\nended with ${String(code)}\n${output()}`));
      });
    });
  };

  return {
    async follow(block) {
      if (block.file !== null) {
        const path = join(folder, block.file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await withFreePorts(block.text));
        return;
      }
      for (const line of linesOf(block.text)) {
        const server = servers.find(({ begins }) => begins.test(line));
        const named =
          server !== undefined && !line.includes('--port') ? `${line} --port 4010` : line;
        const command = await withFreePorts(named);
        if (server === undefined) await run(command);
        else await serve(command, server.ready);
        // What a command wrote names the ports of the pages too.
        const profile = join(folder, 'countersign.yaml');
        if (existsSync(profile)) {
          writeFileSync(profile, await withFreePorts(readFileSync(profile, 'utf8')));
        }
      }
    },
    async leave() {
      // The last one first: a mock that shares its worlds says goodbye to its store.
      for (const child of [...running].reverse()) await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The commands of a block: a backslash at the end goes on, a comment is none. */
export function linesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function install(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  symlinkSync(root, join(modules, 'countersign'));
  symlinkSync(join(root, 'dist/cli/main.js'), join(modules, '.bin/countersign'));
}

function outputOf(child: ChildProcess, seen?: (text: string) => void): () => string {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    seen?.(output);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return () => output.slice(-4_000);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await ended;
}
