import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { single, type Step } from './step.js';

/** Folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folder for what the steps leave behind; never committed. */
export const scratch = join(root, '.cache', 'test');

export interface Finished {
  /** Exit code; 1 where a signal ended the process. */
  readonly code: number;
  /** Standard output and error in the order of arrival. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the process is ended. */
  readonly timeoutMs?: number;
}

const twentyMinutes = 20 * 60_000;

/** Runs a program in the project's folder and collects what it prints. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const timeoutMs = options.timeoutMs ?? twentyMinutes;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      output += `\nended after ${String(timeoutMs / 1000)} s\n`;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${command}: ${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Path of a tool's own entry script: quicker, and plainer to end, than through npx. */
export function binary(packageName: string, path: string): string {
  return join(root, 'node_modules', packageName, path);
}

/** A step that runs one script of Node and is right when it exits with 0. */
export function nodeStep(name: string, args: readonly string[]): Step {
  return {
    name,
    async run() {
      const { code, output } = await run(process.execPath, args);
      return single(code === 0, code === 0 ? '' : `exit code ${String(code)}`, output);
    },
  };
}
