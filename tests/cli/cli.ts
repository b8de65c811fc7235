import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = `${root}dist/cli/main.js`;

/** How the command is started: as built, or from its sources where nothing was built yet. */
const entry = existsSync(built) ? [built] : ['--import', 'tsx', `${root}cli/main.ts`];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first line on stdout. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ended>;
}

/** Starts `countersign` with these arguments, in a process of its own. */
export function start(args: readonly string[], cwd = root): Running {
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let tellLine: (line: string) => void = () => undefined;
  const firstLine = new Promise<string>((resolve) => {
    tellLine = resolve;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const end = stdout.indexOf('\n');
    if (end !== -1) tellLine(stdout.slice(0, end));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      tellLine('');
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, firstLine, ended };
}

/** Runs `countersign` to its end. */
export function countersign(args: readonly string[], cwd?: string): Promise<Ended> {
  return start(args, cwd).ended;
}
