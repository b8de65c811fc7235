import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PlaywrightRun {
  readonly workers: number;
  readonly environment: Readonly<Record<string, string>>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs Playwright Test on the suite in a process of its own.
 * @returns whether it was killed; else it ended by itself and its reporter wrote the reports
 */
export function runPlaywright(run: PlaywrightRun): Promise<{ killed: boolean }> {
  const require = createRequire(import.meta.url);
  const command = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js');
  const config = fileURLToPath(new URL('../suites/playwright.config.js', import.meta.url));
  const child = spawn(process.execPath, [command, 'test', '--config', config], {
    // The channel says nothing; its end tells the reporter that this process is gone.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // In a group of its own Ctrl-C reaches it once, through here, however it was sent.
    detached: process.platform !== 'win32',
    env: {
      ...process.env,
      ...run.environment,
      COUNTERSIGN_WORKERS: String(run.workers),
      // The suite is plain JavaScript by now; Playwright's loader for TypeScript only costs time.
      PW_DISABLE_TS_ESM: '1',
    },
  });
  // Playwright ends its workers at the first and lets the reporter finish; the third is final.
  let asked = 0;
  let ended = false;
  const pass = (): void => {
    if (ended) return;
    asked += 1;
    if (asked < 3) child.kill('SIGINT');
    else if (child.pid !== undefined) killGroup(child.pid);
  };
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      // What is left is to write the report: an impatient Ctrl-C must not lose it.
      ended = true;
      // Workers of a killed process have nobody to report to.
      if (signal !== null && child.pid !== undefined) killGroup(child.pid);
      resolve({ killed: signal !== null });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
