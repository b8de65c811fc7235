import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** Number of worker processes, set by `countersign test --workers`. */
const workers = Number(process.env.COUNTERSIGN_WORKERS ?? '2');

export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: import.meta.url.endsWith('.ts') ? 'playwright.spec.ts' : 'playwright.spec.js',
  respectGitIgnore: false,
  fullyParallel: true,
  forbidOnly: true,
  workers,
  timeout: 60_000,
  outputDir: join(tmpdir(), `countersign-${String(process.pid)}`),
  reporter: [[join(import.meta.dirname, '..', 'reports', 'playwright-reporter.js')]],
  projects: [
    // Checks that move the clock or trip shared limits run when nothing else does. A teardown
    // project runs whatever the verdicts before it were.
    { name: 'together', grep: /@together/, teardown: 'alone' },
    { name: 'alone', grep: /@alone/, workers: 1, fullyParallel: false },
  ],
});
