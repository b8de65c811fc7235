import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PlaywrightRun {
  readonly workers: number;
  /** Standard input is ours: a person answers questions of this process. */
  readonly keepInput?: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs Playwright Test on the suite in a process of its own; resolves when it has ended. */
export function runPlaywright(run: PlaywrightRun): Promise<void> {
  const require = createRequire(import.meta.url);
  const command = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js');
  const config = fileURLToPath(new URL('../suites/playwright.config.js', import.meta.url));
  const child = spawn(process.execPath, [command, 'test', '--config', config], {
    stdio: [run.keepInput === true ? 'ignore' : 'inherit', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...run.environment,
      COUNTERSIGN_WORKERS: String(run.workers),
      // The suite is plain JavaScript by now; Playwright's loader for TypeScript only costs time.
      PW_DISABLE_TS_ESM: '1',
    },
  });
  // Ctrl-C reaches the whole group: Playwright ends its workers and lets the reporter finish.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      process.removeListener('SIGINT', ignore);
      process.removeListener('SIGTERM', ignore);
      resolve();
    });
  });
}
